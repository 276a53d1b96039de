import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const outcomes = folder.write(
  'mine.csv',
  [
    'prompt,task,model,quality,cost_usd',
    'two plus two,maths,small,1,0.001',
    'two plus two,maths,large,1,0.01',
    'name a river,facts,small,0,0.001',
    'name a river,facts,large,1,0.03',
    'name a hill,facts,small,good,0.001',
    '',
  ].join('\n'),
);
const run = folder.file('imported');
const importArguments = ['import', outcomes, '--format', 'outcomes', '--max-bad-share', '0.5'];

describe('routesmith import', () => {
  it('says what it read, what it left out, and what each model came to', async () => {
    const { exitCode, stdout } = await runCli([...importArguments, '--out', run]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('2 prompts, 2 models, 4 of 4 outcomes known');
    expect(stdout).toContain('Invalid rows, skipped: 1');
    expect(stdout).toContain(`${outcomes}:6: `);
    expect(stdout).toMatch(/large +2 +1\.000 +\$20\.00/);
    expect(stdout).toMatch(/small +2 +0\.500 +\$1\.00/);
  });

  it('replaces an earlier import only when it is told to', async () => {
    const refused = await runCommand([...importArguments, '--out', run]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('the folder is not empty');
    const replaced = await runCommand([...importArguments, '--out', run, '--overwrite', '--json']);
    expect(replaced.exitCode).toBe(0);
    expect(JSON.parse(replaced.stdout)).toMatchObject({
      prompts: 2,
      costBasis: 'recorded',
      simulated: false,
      report: { rows: 5, badRows: 1 },
    });
  });
});
