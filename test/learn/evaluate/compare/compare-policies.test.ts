import { describe, expect, it } from 'vitest';
import {
  comparePolicies,
  type PolicyComparison,
} from '../../../../src/learn/evaluate/compare/compare-policies.js';
import { evaluatePolicy } from '../../../../src/learn/evaluate/compare/evaluate-policy.js';
import { balanceTasks } from '../../../../src/measure/outcomes/balance-tasks.js';
import { computeOutcomesDigest } from '../../../../src/learn/train/outcomes-digest.js';
import type { Policy } from '../../../../src/policy/file/policy.js';
import type { OutcomeTable } from '../../../../src/measure/outcomes/outcome-table.js';
import { loadPolicy, type LoadedPolicy } from '../../../../src/policy/decide/load-policy.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';
import {
  buildConstantPolicy,
  buildObjective,
  buildPolicyModel,
  writePolicyFile,
} from '../../../support/routing-policy.js';

async function load(changes: Partial<Policy> = {}): Promise<LoadedPolicy> {
  return loadPolicy((await writePolicyFile(buildConstantPolicy(changes))).text);
}

/** Takes the other model than the policy as it is: under "quality" `small`, under "cost" `large`. */
const swapped: Partial<Policy> = {
  objectives: [
    buildObjective({ constantModel: 'small' }),
    buildObjective({ name: 'cost', constantModel: 'large' }),
  ],
};

/** `large` is better at "hard" prompts, `small` at the others; some have no label. */
const table = buildOutcomeTable(
  ['large', 'small'],
  Array.from({ length: 40 }, (_, row) => ({
    ...(row < 20 ? { task: 'hard' } : row < 36 ? { task: 'easy' } : {}),
    quality: row < 20 ? [1, row % 2] : [0, 0.5],
    costUsd: [0.01, 0.001],
  })),
);

function compare(
  first: LoadedPolicy,
  second: LoadedPolicy,
  on: OutcomeTable = table,
): PolicyComparison {
  return comparePolicies(first, second, on, { groups: listRows(on.prompts.length) });
}

describe('comparePolicies', () => {
  it('gives quality, cost and traffic of both under each objective, and the paired difference', async () => {
    const { objectives, prompts } = compare(await load(), await load(swapped));
    expect(prompts).toBe(40);
    const [quality, cost] = objectives;
    expect(quality).toMatchObject({
      objective: 'quality',
      first: { quality: 0.5, latencyMs: null, shares: [{ model: 'large', share: 1 }] },
      second: { quality: 0.5, shares: [{ model: 'small', share: 1 }] },
      differing: 1,
      latencySaved: null,
      unknownOutcomes: 0,
    });
    expect(quality?.qualityDifference?.mean).toBeCloseTo(0, 12);
    expect(quality?.qualityDifference?.low).toBeLessThan(-0.05);
    expect(quality?.qualityDifference?.high).toBeGreaterThan(0.05);
    expect(quality?.costSaved?.mean).toBeCloseTo(0.9);
    expect(cost?.costSaved?.mean).toBeCloseTo(-9);
  });

  it('is the other way round for the policies the other way round', async () => {
    const [first, second] = [await load(), await load(swapped)];
    const [there] = compare(first, second).objectives;
    const [back] = compare(second, first).objectives;
    expect(back?.first).toEqual(there?.second);
    const difference = there?.qualityDifference ?? { mean: 0, low: 0, high: 0 };
    expect(back?.qualityDifference?.mean).toBeCloseTo(-difference.mean, 12);
    expect(back?.qualityDifference?.low).toBeCloseTo(-difference.high, 12);
  });

  it('shows by task what evens out over all', async () => {
    const [quality] = compare(await load(), await load(swapped)).objectives;
    expect(quality?.tasks.map(({ task, prompts }) => [task, prompts])).toEqual([
      ['hard', 20],
      ['easy', 16],
      [null, 4],
    ]);
    const [hard, easy] = quality?.tasks ?? [];
    expect(hard?.qualityDifference?.mean).toBeCloseTo(-0.5);
    expect(hard?.qualityDifference?.high).toBeLessThan(0);
    // It is 0.5 on each of the 16, but may not be on the next one.
    expect(easy?.qualityDifference?.mean).toBeCloseTo(0.5, 12);
    expect(easy?.qualityDifference?.low).toBeGreaterThan(0);
    expect(easy?.qualityDifference?.low).toBeLessThan(0.4);
  });

  it('finds no difference between a policy and itself', async () => {
    const policy = await load();
    const { objectives } = compare(policy, policy);
    expect(objectives.length).toBeGreaterThan(0);
    for (const objective of objectives) {
      expect(objective).toMatchObject({
        differing: 0,
        qualityDifference: { mean: 0, low: 0, high: 0 },
        costSaved: { mean: 0, low: 0, high: 0 },
      });
      expect(objective.tasks.every(({ differing }) => differing === 0)).toBe(true);
    }
  });

  it('leaves out a model that shares no prompts with the others, and says so', async () => {
    const apart = buildOutcomeTable(
      ['large', 'small', 'local'],
      Array.from({ length: 80 }, (_, row) => ({
        quality: row < 40 ? [row % 2, 0.25, null] : [null, null, 1],
      })),
    );
    const comparison = compare(await load(), await load(swapped), apart);
    expect(comparison).toMatchObject({ prompts: 40, promptsWithoutOutcome: 40 });
    expect(comparison.leftOut.join()).toContain('local has too few outcomes of the same prompts');
  });

  it('says what makes the numbers less than they seem', async () => {
    const other = await load({
      simulated: true,
      provenance: { ...buildConstantPolicy().provenance, outcomesDigest: 'd'.repeat(64) },
      models: [buildPolicyModel('small'), buildPolicyModel('large'), buildPolicyModel('newcomer')],
      fallbackOrder: ['large', 'small', 'newcomer'],
      objectives: [buildObjective(), buildObjective({ name: 'speed' })],
    });
    const { provenance } = buildConstantPolicy();
    const outcomesDigest = computeOutcomesDigest(table);
    const trained = await load({ provenance: { ...provenance, outcomesDigest } });
    const comparison = compare(trained, other);
    expect(comparison).toMatchObject({
      simulated: true,
      first: { isTrainingData: true, modelsWithoutOutcomes: ['local'] },
      second: { isTrainingData: false, modelsWithoutOutcomes: ['newcomer'] },
      onlyInFirst: ['cost'],
      onlyInSecond: ['speed'],
      modelsOnlyInFirst: ['local'],
      modelsOnlyInSecond: ['newcomer'],
    });
    expect(comparison.objectives.map(({ objective }) => objective)).toEqual(['quality']);
  });

  it('leaves out prompts whose outcome is missing, and has nothing to say of none', async () => {
    const holes = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 12 }, (_, row) => ({
        task: row < 6 ? 'known' : 'unknown',
        quality: [1, row < 6 ? 0 : null],
      })),
    );
    const [quality] = compare(await load(), await load(swapped), holes).objectives;
    expect(quality).toMatchObject({ unknownOutcomes: 6, costSaved: null });
    expect(quality?.qualityDifference?.mean).toBe(-1);
    const unknown = quality?.tasks.find(({ task }) => task === 'unknown');
    expect(unknown).toMatchObject({ differing: 1, qualityDifference: null });
  });

  it('shows means that agree with the difference, whichever policy lacks outcomes of hard prompts', async () => {
    const partial = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 100 }, (_, row) => ({
        quality: row < 30 ? [row % 6 === 0 ? 0.4 : null, 0.2] : [0.9, 0.7],
        costUsd: row < 30 ? [row % 6 === 0 ? 0.04 : null, 0.004] : [0.01, 0.001],
      })),
    );
    const policies = [await load(), await load(swapped)] as const;
    const { objectives } = comparePolicies(...policies, partial);
    expect(objectives).toHaveLength(2);
    for (const { first, second, qualityDifference, costSaved } of objectives) {
      const difference = (second.quality ?? 0) - (first.quality ?? 0);
      expect(difference).toBeCloseTo(qualityDifference?.mean ?? 0, 9);
      // Where both have a cost, that of "large" is ten times as high.
      const [dear, cheap] = [first.costUsd ?? 0, second.costUsd ?? 0].sort((a, b) => b - a);
      expect(cheap).toBeCloseTo(0.0019, 6);
      expect(dear).toBeCloseTo(0.019, 6);
      if (costSaved !== null)
        expect(1 - (second.costUsd ?? 0) / (first.costUsd ?? 1)).toBeCloseTo(costSaved.mean, 9);
    }
    // Of "small" all is known: its mean is that of all prompts.
    expect(objectives[0]?.second.quality).toBeCloseTo(0.55, 6);
    expect(objectives[1]?.first.quality).toBeCloseTo(0.55, 6);
  });

  it('gives a single model the figures that an evaluation gives it, and what it saves', async () => {
    const partial = buildOutcomeTable(
      ['large', 'small', 'other'],
      Array.from({ length: 100 }, (_, row) => ({
        quality: [
          row < 20 ? null : 0.9 - (row % 4) / 10,
          row >= 10 && row < 50 ? null : row / 200,
          0,
        ],
        costUsd: [row < 20 ? null : 0.01, row >= 10 && row < 50 ? null : 0.001, 0.1],
      })),
    );
    const policies = [await load(), await load(swapped)] as const;
    const [quality] = compare(...policies, partial).objectives;
    const [first, second] = policies.map((policy) =>
      evaluatePolicy(policy, partial).strategies.find(({ name }) => name === 'routed: quality'),
    );
    expect(quality?.first).toMatchObject({ quality: first?.quality, costUsd: first?.costUsd });
    expect(quality?.second).toMatchObject({ quality: second?.quality, costUsd: second?.costUsd });
    expect(quality?.costSaved?.mean).toBeCloseTo(0.9, 6);
  });

  it('counts tasks equally by their graded prompts, and says how many are left out', async () => {
    const uneven = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 40 }, (_, row) => ({
        task: row < 20 ? 'hard' : 'easy',
        quality: row < 15 ? [null, null] : row < 20 ? [1, 0] : [0, 0.5],
      })),
    );
    const comparison = compare(await load(), await load(swapped), balanceTasks(uneven));
    expect(comparison).toMatchObject({ prompts: 25, promptsWithoutOutcome: 15 });
    expect(comparison.objectives[0]).toMatchObject({
      first: { quality: expect.closeTo(0.5, 9) as number },
      second: { quality: expect.closeTo(0.25, 9) as number },
      unknownOutcomes: 0,
    });
  });

  it('compares on the prompts that both have a model for, and counts those of each', async () => {
    const withTools = {
      messages: [{ role: 'user' as const, content: 'What time is it?' }],
      tools: [{ type: 'function', function: { name: 'now' } }],
    };
    const mixed = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 20 }, (_, row) => ({
        ...(row < 5 && { prompt: withTools }),
        quality: row < 5 ? [0, 0] : [1, 0.5],
      })),
    );
    const mute = buildConstantPolicy().models.map((model) => ({
      ...model,
      capabilities: { vision: true, tools: false, json: true, reasoning: true },
    }));
    const [quality] = compare(await load({ models: mute }), await load(), mixed).objectives;
    expect(quality).toMatchObject({
      first: { quality: 1, promptsWithoutModel: 5, shares: [{ model: 'large', share: 0.75 }] },
      second: { quality: 1, promptsWithoutModel: 0, shares: [{ model: 'large', share: 1 }] },
      qualityDifference: { mean: 0 },
      differing: 0.25,
      unknownOutcomes: 0,
    });
  });

  it('survives being written as JSON', async () => {
    const comparison = compare(await load(), await load(swapped));
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  it('is refused without an objective in common', async () => {
    const other = await load({
      objectives: [buildObjective({ name: 'speed' })],
      defaultObjective: 'speed',
    });
    const first = await load();
    expect(() => compare(first, other)).toThrow('no objective in common');
  });
});
