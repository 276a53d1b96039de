import { describe, expect, it } from 'vitest';
import { listChanges } from '../../../../src/learn/evaluate/compare/list-changes.js';
import { roundWeights } from '../../../../src/learn/train/assemble-policy.js';
import { loadPolicy } from '../../../../src/policy/decide/load-policy.js';
import type { Policy, PolicyModel } from '../../../../src/policy/file/policy.js';
import {
  buildMixtureModel,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../../support/routing-policy.js';

const base = buildMixturePolicy({
  objectives: [buildObjective({ constantModel: 'large' })],
  defaultObjective: 'quality',
});
const [small, large, local] = base.models as [PolicyModel, PolicyModel, PolicyModel];
if (small.cost.kind !== 'tokens') throw new TypeError('the fixture has no price');
const { cost } = small;
const dearer = { ...cost, price: { ...cost.price, outputPerMillionUsd: 3 } };
const capable = { vision: true, tools: true, json: true, reasoning: true };

async function load(changes: Partial<Policy> = {}): Promise<Policy> {
  return (await loadPolicy((await writePolicyFile({ ...base, ...changes })).text)).policy;
}

const changeSmall = (changes: Partial<PolicyModel>): Partial<Policy> => ({
  models: [{ ...small, ...changes }, large, local],
});
const changeObjective = (changes: Parameters<typeof buildObjective>[0]): Partial<Policy> => ({
  objectives: [buildObjective({ constantModel: 'large', ...changes })],
});

describe('the changes from one policy to another', () => {
  it('are none where both are the same, read from two files', async () => {
    expect(listChanges(await load(), await load())).toEqual([]);
  });

  it.each<[string, Partial<Policy>]>([
    ['context window of small: 32000 -> 64000', changeSmall({ contextWindow: 64_000 })],
    ['capabilities of small: {"vision":false', changeSmall({ capabilities: capable })],
    ['cost estimates of small differ', changeSmall({ cost: { ...cost, fixedInputTokens: 9 } })],
    ['latency estimates of small differ', changeSmall({ latency: { kind: 'unknown' } })],
    ['cost weight per USD of quality: 0 -> 5', changeObjective({ costWeightPerUsd: 5 })],
    [
      'latency weight per second of quality: 0 -> 1',
      changeObjective({ latencyWeightPerSecond: 1 }),
    ],
    ['margin of quality: 0 -> 0.02', changeObjective({ margin: 0.02 })],
    ['confidence limit of quality: none -> 0.7', changeObjective({ confidenceLimit: 0.7 })],
    ['promise of quality: none -> "shown"', changeObjective({ promise: 'shown' })],
    ['single model of quality: "large" -> "small"', changeObjective({ constantModel: 'small' })],
    ['novelty limit: 0.5 -> 0.9', { noveltyLimit: 0.9 }],
    ['fallback order: ["large"', { fallbackOrder: ['small', 'large', 'local'] }],
    ['quality estimates differ', { scorer: roundWeights(buildMixtureModel(2)) }],
  ])('name what decisions depend on: %s', async (change, changes) => {
    expect(listChanges(await load(), await load(changes))).toEqual([
      expect.stringContaining(change),
    ]);
  });

  it('name the price that costs are estimated with, once', async () => {
    const changes = listChanges(await load(), await load(changeSmall({ cost: dearer })));
    expect(changes).toEqual([expect.stringMatching(/^price of small: .*0\.8.* -> .*3/)]);
    const unused = { inputPerMillionUsd: 9, outputPerMillionUsd: 9, date: '2025-01-01' };
    expect(listChanges(await load(), await load(changeSmall({ price: unused })))).toEqual([]);
  });
});
