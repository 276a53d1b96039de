import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeOutcomeLines } from '../../../src/measure/outcomes/outcome-lines.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const outcomes = folder.write(
  'outcomes.jsonl',
  [...encodeOutcomeLines(buildPlantedOutcomes(80, { seed: 1 }))].join(''),
);
const quick = ['--family', 'constant', '--models', 'north, west'];

describe('--models', () => {
  it('trains a policy of these models, which is verified on the same run', async () => {
    const file = folder.file('two.policy.json');
    expect(await runCommand(['train', outcomes, '--out', file, ...quick])).toMatchObject({
      exitCode: 0,
    });
    const { models } = JSON.parse(readFileSync(file, 'utf8')) as { models: { id: string }[] };
    expect(models.map(({ id }) => id)).toEqual(['north', 'west']);
    const verified = await runCommand(['verify', file, '--run', outcomes]);
    expect(verified.stdout).toMatch(/^ *outcomes +ok/m);
  });

  it('knows a policy that was trained on the run with all of its models', async () => {
    const file = folder.file('all.policy.json');
    await runCommand(['train', outcomes, '--out', file, '--family', 'constant']);
    const options = ['--policy', file, '--models', 'north,west'];
    const { stderr } = await runCommand(['evaluate', outcomes, ...options]);
    expect(stderr).toContain('WARNING: this policy was trained on these outcomes');
  });

  it('evaluates and reports on these models only', async () => {
    const { stdout } = await runCommand(['evaluate', outcomes, '--json', ...quick]);
    const { models } = JSON.parse(stdout) as { models: { model: string }[] };
    expect(models.map(({ model }) => model).sort()).toEqual(['north', 'west']);
    const overkill = await runCommand(['overkill', outcomes, '--models', 'north,west', '--json']);
    expect(overkill.stdout).not.toContain('south');
  });

  it('names the models of the run where one is unknown', async () => {
    const { exitCode, stderr } = await runCommand(['overkill', outcomes, '--models', 'north,wst']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "west"');
  });
});

describe('--balance task', () => {
  it('trains a policy for which every task counts equally, which is verified on the same run', async () => {
    const file = folder.file('balanced.policy.json');
    const options = ['--family', 'constant', '--balance', 'task'];
    const trained = await runCommand(['train', outcomes, '--out', file, ...options]);
    expect(trained.stderr).toContain('WARNING: Every task counts equally');
    const verified = await runCommand(['verify', file, '--run', outcomes]);
    expect(verified.stdout).toMatch(/^ *outcomes +ok/m);
    const evaluated = await runCommand(['evaluate', outcomes, '--policy', file]);
    expect(evaluated.stderr).toContain('WARNING: this policy was trained on these outcomes');
  });
});
