import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildConstantPolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const present = folder.file('present.policy.json');
const next = folder.file('next.policy.json');
const outcomes = folder.write(
  'outcomes.csv',
  [
    'prompt,task,model,quality,cost_usd',
    ...Array.from({ length: 24 }, (_, row) => {
      const task = row % 2 === 0 ? 'sums' : 'letters';
      const prompt = `${task} number ${row} of ${'abcdefghijklmnopqrstuvwxyz'.slice(row)}`;
      return `${prompt},${task},large,1,0.01\n${prompt},${task},small,${row % 2},0.001`;
    }),
  ].join('\n'),
);

beforeAll(async () => {
  folder.write('present.policy.json', (await writePolicyFile(buildConstantPolicy())).text);
  const objectives = [
    buildObjective({ constantModel: 'small' }),
    buildObjective({ name: 'speed', constantModel: 'small' }),
  ];
  const changed = buildConstantPolicy({ objectives, simulated: true });
  folder.write('next.policy.json', (await writePolicyFile(changed)).text);
});

const compareArguments = (...more: string[]): string[] => [
  'compare',
  present,
  next,
  '--on',
  outcomes,
  ...more,
];

describe.concurrent('routesmith compare', () => {
  it('prints what changes, by objective, model and task', async () => {
    const { exitCode, stdout } = await runCommand(compareArguments());
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^SIMULATED/m);
    expect(stdout).toMatch(
      /quality +100 % +1\.000[^]*-0\.500[^]*\$10\.00[^]*\[-0\.\d+,[^]*-0\.\d+\]/,
    );
    expect(stdout).toMatch(/large +100 % +-$/m);
    expect(stdout).toMatch(/small +- +100 %$/m);
    expect(stdout).toMatch(/sums +12 +100 % +-1\.000 \[-1\.000, -0\.511\]/);
  });

  it('says what it found in the file of outcomes', async () => {
    const priced = folder.write(
      'priced.csv',
      'prompt,model,quality,price\nWhy?,large,1,0.01\nWhy?,small,1,0.001\n',
    );
    const { stderr } = await runCommand(['compare', present, next, '--on', priced]);
    expect(stderr).toContain(`${priced}: ignored columns: "price" (if it is cost_usd: --map`);
    expect(stderr).toContain(`${priced}: these options belong to "routesmith import ${priced}"`);
  });

  it('says how many prompts have no outcome', async () => {
    const partly = folder.write(
      'partly.csv',
      readFileSync(outcomes, 'utf8') + '\nWhy?,sums,large,,0.01\nWhy?,sums,small,,0.001\n',
    );
    const { stdout } = await runCommand(['compare', present, next, '--on', partly]);
    expect(stdout).toContain('On 24 prompts;');
    expect(stdout).toContain('Left out: 1 prompt without an outcome of a compared model.');
  });

  it('warns on standard error of all that is not compared', async () => {
    const { stderr } = await runCommand(compareArguments());
    expect(stderr).toContain(
      'WARNING: the run has no comparable outcomes of local, which the first policy cannot choose here.',
    );
    expect(stderr).toContain(
      'WARNING: not compared, because the second policy has no such objective: cost.',
    );
    expect(stderr).toContain(
      'WARNING: not compared, because the first policy has no such objective: speed.',
    );
  });

  it('prints JSON for machines', async () => {
    const { exitCode, stdout } = await runCommand(compareArguments('--json'));
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      prompts: 24,
      simulated: true,
      first: { isTrainingData: false },
      objectives: [{ objective: 'quality', differing: 1, qualityDifference: { mean: -0.5 } }],
    });
  });

  it('says of a policy and itself that they are the same', async () => {
    const { exitCode, stdout, stderr } = await runCommand([
      'compare',
      next,
      next,
      '--on',
      outcomes,
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('WARNING: the two policies are the same.');
    expect(stdout).not.toContain('tasks that differ');
  });

  it.each([
    [
      'a policy that is not there',
      ['compare', present, 'none.json', '--on', outcomes],
      'none.json',
    ],
    ['a run that is not there', ['compare', present, next, '--on', 'no-run'], 'no-run'],
    ['no run', ['compare', present, next], 'missing required argument: on'],
  ])('%s ends with 2', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
