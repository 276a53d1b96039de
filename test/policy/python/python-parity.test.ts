import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type { Decision } from '../../../src/policy/decide/decision.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { trainTable } from '../../../src/learn/library/train-table.js';
import { createRandom } from '../../../src/util/random.js';
import { drawOptions, oddPrompts, samplePrompts } from '../../support/decision-cases.js';
import {
  findDifference,
  hasPython,
  pythonFolder,
  PythonRuntime,
} from '../../support/python-runtime.js';
import { buildPlantedRequests } from '../../support/planted-outcomes.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../support/routing-policy.js';

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const labeledPrompts = read('datasets/everyday.jsonl')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { prompt: string }).prompt);

/** A policy that reads system prompts and tools, which the example policies do not. */
const requests = buildPlantedRequests(300, { seed: 4 });
const trainOnRequests = async (): Promise<string> =>
  (await trainTable(requests, { seed: 1, family: 'task_mixture' })).text;

const fallbackOrder = ['local', 'large', 'small'];
const unpriced = buildConstantPolicy({
  baseline: 'local',
  fallbackOrder,
  defaultObjective: 'cost',
});

describe.skipIf(!hasPython())('a decision in Python', () => {
  it('raises for no prompt and no option, and is the same in threads', async () => {
    const program = resolve(root, 'test/support/python-odd-values.py');
    const policy = resolve(root, 'policies/open-models.policy.json');
    const args = ['-B', program, pythonFolder, policy];
    const { stdout } = await promisify(execFile)('python3', args);
    const [decisions, different] = stdout.split(' ').map(Number);
    expect(decisions).toBeGreaterThan(500);
    expect(different).toBe(0);
  });
});

// `npm run check:python` compares 10,000 prompts.
describe.skipIf(!hasPython())('the policy in Python', () => {
  let python: PythonRuntime;
  beforeAll(() => {
    python = new PythonRuntime();
  });
  afterAll(() => python.close());

  it.each([
    ['an example policy', () => Promise.resolve(read('policies/practice-everyday.policy.json'))],
    ['a policy of open models', () => Promise.resolve(read('policies/open-models.policy.json'))],
    ['a policy of requests', trainOnRequests],
    ['a task mixture', async () => (await writePolicyFile(buildMixturePolicy())).text],
    ['a constant policy', async () => (await writePolicyFile(buildConstantPolicy())).text],
    ['a baseline of unknown cost', async () => (await writePolicyFile(unpriced)).text],
  ])('decides as the TypeScript runtime by %s', async (name, readText) => {
    const text = await readText();
    const { decide, policy, digest } = await loadPolicy(text);
    expect(await python.ask([{ load: text, name }])).toMatchObject([{ digest }]);
    const random = createRandom(3);
    const prompts = [...labeledPrompts.slice(0, 60), ...oddPrompts, ...samplePrompts(120, 5)];
    prompts.push(...requests.prompts.slice(0, 60).map(({ prompt }) => prompt));
    const cases = prompts.map((prompt) => ({ name, prompt, options: drawOptions(policy, random) }));
    const actual = await python.ask<Decision>(cases);
    for (const [index, { prompt, options }] of cases.entries()) {
      const expected = decide(prompt as Prompt, options);
      const difference = findDifference(expected, actual[index]);
      expect(difference, JSON.stringify({ prompt, options }).slice(0, 2000)).toBeUndefined();
    }
  });
});
