import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/util/random.js';
import { plantedTasks, writePlantedPrompt } from '../../support/planted-outcomes.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const swayed = folder.file('swayed.policy.json');
const constant = folder.file('constant.policy.json');
const random = createRandom(2);
const prompts = Array.from({ length: 30 }, (_, row) =>
  writePlantedPrompt(plantedTasks[row % plantedTasks.length] as string, random),
);
const writeLines = (name: string, rows: readonly object[]): string =>
  folder.write(name, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const tasks = writeLines(
  'tasks.jsonl',
  prompts.map((prompt) => ({ prompt, reference: 'yes', grader: 'exact' })),
);
const outcomes = writeLines(
  'outcomes.jsonl',
  prompts.map((prompt) => ({ prompt, scores: { small: 0, large: 1 } })),
);

beforeAll(async () => {
  // Random weights, and no guard against novel prompts: any change may change the decision.
  const mixture = buildMixturePolicy({
    noveltyLimit: 1,
    objectives: [buildObjective(), buildObjective({ name: 'cost', constantModel: 'small' })],
  });
  folder.write('swayed.policy.json', (await writePolicyFile(mixture)).text);
  const objectives = [buildObjective({ constantModel: 'large' })];
  const single = buildConstantPolicy({ objectives });
  folder.write('constant.policy.json', (await writePolicyFile(single)).text);
});

describe.concurrent('routesmith robustness', () => {
  it('prints what survives each perturbation, and what is so by definition', async () => {
    const { exitCode, stdout } = await runCommand(['robustness', swayed, '--on', tasks]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('on 30 prompts:');
    expect(stdout).toMatch(/polite frame +30 +0\.\d{3} +1\.000$/m);
    expect(stdout).toMatch(/Chinese frame +30/);
    expect(stdout).toContain('cost: always small, so it is 1 by definition.');
    expect(stdout).toMatch(/^Robustness 0\.\d{3}, the mean over the objectives that route/m);
  });

  it('takes the prompts of a file of outcomes too, and at most as many as asked for', async () => {
    const args = ['robustness', swayed, '--on', outcomes, '--prompts', '10', '--json'];
    const { exitCode, stdout } = await runCommand(args);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ prompts: 10, available: 30, seed: 1 });
  });

  it('ends with 5 where too few decisions survive, after the numbers', async () => {
    const args = ['robustness', swayed, '--on', tasks, '--min', '0.99', '--json'];
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(
      /^error: the share of unchanged decisions is below 0\.990: 0\.\d{3} for "quality"$/m,
    );
    expect(JSON.parse(stdout)).toMatchObject({ prompts: 30 });
  });

  it('is 1 by definition for a policy that does not route', async () => {
    const args = ['robustness', constant, '--on', tasks, '--min', '1'];
    const { exitCode, stdout } = await runCommand(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Robustness 1.000 by definition');
  });

  it('says of a file that is neither what is wrong with it as each', async () => {
    const neither = writeLines('neither.jsonl', [{ question: 'Why?' }]);
    const { exitCode, stdout, stderr } = await runCommand(['robustness', swayed, '--on', neither]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('neither.jsonl: this is neither a task set nor a file of outcomes');
    expect(stderr).toContain('as a task set: ');
    expect(stderr).toContain('as outcomes: ');
  });
});
