/**
 * Compares the Python file with the TypeScript runtime at length: decisions on 10,000 prompts, recorded
 * ones among them, and 10,000 damaged policies.
 *
 *     npm run check:python -- [DIR]
 *
 * DIR holds recorded outcomes; without it, the prompts are those of datasets/ and generated ones.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { trainTable } from '../../src/learn/library/train-table.js';
import type { Prompt } from '../../src/llm/chat.js';
import type { Decision } from '../../src/policy/decide/decision.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import { createRandom, shuffle } from '../../src/util/random.js';
import { findDisagreements, mutatePolicyText } from '../../test/support/damaged-policies.js';
import { drawOptions, oddPrompts, samplePrompts } from '../../test/support/decision-cases.js';
import { buildPlantedRequests } from '../../test/support/planted-outcomes.js';
import { findDifference, hasPython, PythonRuntime } from '../../test/support/python-runtime.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../test/support/routing-policy.js';
import { findRoutingDataSets } from '../bench/routing/data-sets.js';

const promptCount = 10_000;
const damagedCount = 10_000;
const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const folder = process.argv[2];

assert.ok(hasPython(), 'python3 is needed');
const python = new PythonRuntime();
const random = createRandom(11);
let failures = 0;

// The example policies read no system prompts and tools.
const requests = buildPlantedRequests(400, { seed: 4 });
const policies = {
  'practice-everyday': read('policies/practice-everyday.policy.json'),
  'open-models': read('policies/open-models.policy.json'),
  requests: (await trainTable(requests, { seed: 1, family: 'task_mixture' })).text,
};
const prompts = await listPrompts();
for (const [name, text] of Object.entries(policies)) {
  const { decide, policy } = await loadPolicy(text);
  await python.ask([{ load: text, name }]);
  let differing = 0;
  let models = 0;
  for (let first = 0; first < prompts.length; first += 1000) {
    const cases = prompts
      .slice(first, first + 1000)
      .map((prompt) => ({ name, prompt, options: drawOptions(policy, random) }));
    const answers = await python.ask<Decision>(cases);
    for (const [index, { prompt, options }] of cases.entries()) {
      const expected = decide(prompt as Prompt, options);
      const difference = findDifference(expected, answers[index]);
      if (expected.model !== answers[index]?.model) models += 1;
      if (difference === undefined) continue;
      differing += 1;
      if (differing <= 5)
        console.log(difference, JSON.stringify({ prompt, options }).slice(0, 300));
    }
  }
  failures += differing;
  console.log(
    `${name}: ${prompts.length} prompts, ${models} other choices, ${differing} decisions that differ`,
  );
}

for (const [name, policy] of [
  ['task mixture', buildMixturePolicy()],
  ['constant policy', buildConstantPolicy()],
] as const) {
  const { text } = await writePolicyFile(policy);
  let refusals = 0;
  for (let done = 0; done < damagedCount / 2; done += 500) {
    const sources: (string | Uint8Array)[] = [];
    while (sources.length < 500) sources.push(await mutatePolicyText(text, random));
    const { refused, disagreements } = await findDisagreements(sources, python);
    refusals += refused;
    failures += disagreements.length;
    for (const one of disagreements.slice(0, 5)) console.log(one);
  }
  console.log(`${name}: ${damagedCount / 2} damaged files, ${refusals} refused by both`);
}
await python.close();
process.exitCode = failures === 0 ? 0 : 1;

/** Odd and generated prompts, and recorded ones up to the number that is wanted. */
async function listPrompts(): Promise<unknown[]> {
  const recorded: unknown[] = read('datasets/everyday.jsonl')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { prompt: string }).prompt);
  for (const dataSet of folder === undefined ? [] : findRoutingDataSets(folder)) {
    const { table } = await dataSet.read();
    recorded.push(
      ...shuffle(table.prompts, random)
        .slice(0, 1500)
        .map(({ prompt }) => prompt),
    );
  }
  const some = shuffle(new Set(recorded), random).slice(0, (promptCount * 3) / 4);
  const chosen = [...oddPrompts, ...requests.prompts.map(({ prompt }) => prompt), ...some];
  return [...chosen, ...samplePrompts(promptCount - chosen.length, 13)];
}
