import { beforeAll, describe, expect, it } from 'vitest';
import {
  computeEvaluation,
  type Evaluation,
} from '../../../src/learn/evaluate/compute-evaluation.js';
import {
  computeLowerBound,
  indexGroups,
} from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { computeModelMeans } from '../../../src/learn/evaluate/strategies/model-means.js';
import { computePairMetrics } from '../../../src/learn/evaluate/diagnose/pair-metrics.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom } from '../../../src/util/random.js';
import { buildHeldOut, buildPlan } from '../../support/held-out.js';
import { buildOutcomeTable, listRows, type OutcomeTableRow } from '../../support/outcome-table.js';
import { buildObjective } from '../../support/routing-policy.js';

const random = createRandom(8);
const weights = Array.from({ length: 90 }, (_, row) => (row % 4 === 0 ? 3 : (row % 2) + 1));

function drawRows(modelCount: number): (OutcomeTableRow & { estimates: number[] })[] {
  return weights.map((_, row) => {
    const strength = Array.from({ length: modelCount }, () => random());
    return {
      task: row % 3 === 0 ? 'sums' : 'code',
      quality: strength.map((chance, model) =>
        row % 7 === 0 && model === 1 ? null : Math.round(10 * chance) / 10,
      ),
      costUsd: strength.map((_, model) => 0.001 * (model + 1) * (1 + random())),
      latencyMs: strength.map((_, model) => 300 * (model + 1) * (1 + random())),
      estimates: strength.map((chance) => Math.fround(0.7 * chance + 0.3 * random())),
    };
  });
}

/** Rows with weights, or each as often as its weight says. */
function buildBoth(modelCount: number) {
  const rows = drawRows(modelCount);
  const build = (some: number[], weighted: boolean) => ({
    table: buildOutcomeTable(
      Array.from({ length: modelCount }, (_, model) => `model-${model}`),
      some.map((row) => ({
        ...(rows[row] as OutcomeTableRow),
        ...(weighted && { weight: weights[row] as number }),
      })),
    ),
    groups: Int32Array.from(some),
    estimates: Float32Array.from(some.flatMap((row) => rows[row]?.estimates ?? [])),
  });
  return {
    weighted: build([...rows.keys()], true),
    copied: build(
      [...rows.keys()].flatMap((row) => Array<number>(weights[row] as number).fill(row)),
      false,
    ),
    unweighted: build([...rows.keys()], false),
  };
}

function evaluate({
  table,
  groups,
  estimates,
}: {
  table: OutcomeTable;
  groups: Int32Array;
  estimates: Float32Array;
}): Evaluation {
  const { costUsd, latencyMs } = table;
  const novelty = new Float32Array(table.prompts.length);
  const plan = buildPlan({
    bestOfTask: Int32Array.of(0, 1),
    objectives: [
      buildObjective({ name: 'quality' }),
      buildObjective({ name: 'thrifty', costWeightPerUsd: 100 }),
      buildObjective({ name: 'fast', latencyWeightPerSecond: 0.5 }),
    ],
    constants: [0, 0, 0],
  });
  const rows = listRows(table.prompts.length);
  const heldOut = buildHeldOut(table, {
    groups,
    estimates: { quality: estimates, costUsd, latencyMs, novelty },
    folds: [{ rows, plan }],
  });
  return computeEvaluation(heldOut, 5);
}

/** Numbers of prompts and cells, which are counted as they are. */
const counts = new Set([
  'prompts',
  'cells',
  'heldOutPrompts',
  'unknownOutcomes',
  'promptsNeeded',
  'promptsForMean',
  'promptsForSwitching',
  'errorByChance',
]);

/** All that is said, numbers rounded to ten digits. */
function listFindings(found: unknown): unknown {
  return JSON.parse(
    JSON.stringify(found, (key, value: unknown) => {
      if (counts.has(key)) return undefined;
      return typeof value === 'number' ? Number(value.toPrecision(10)) : value;
    }),
  );
}

describe('a prompt of weight 3 counts as three in one group', () => {
  const three = buildBoth(3);
  let found: Record<'weighted' | 'copied' | 'unweighted', Evaluation>;
  beforeAll(() => {
    found = {
      weighted: evaluate(three.weighted),
      copied: evaluate(three.copied),
      unweighted: evaluate(three.unweighted),
    };
  });

  it('in the verdict and its intervals', () => {
    const { verdict } = found.weighted;
    expect(verdict.evidence).toHaveLength(3);
    expect(listFindings({ ...found.weighted, verdict })).toHaveProperty('verdict');
    expect(listFindings(found.weighted)).toHaveProperty(
      'verdict',
      (listFindings(found.copied) as Evaluation).verdict,
    );
  });

  it('except in the prompts that a verdict would need, which are as the user counts them', () => {
    const share = ({ prompts, verdict }: Evaluation) => (verdict.promptsNeeded ?? 0) / prompts;
    expect(share(found.weighted) / share(found.copied)).toBeCloseTo(1, 1);
  });

  it.each([1e-3, 1000])('and weights times %d lead to the same verdict and advice', (scale) => {
    const { table, ...rest } = three.weighted;
    const prompts = table.prompts.map((one) => ({ ...one, weight: scale * (one.weight ?? 1) }));
    const { verdict, advice } = evaluate({ table: { ...table, prompts }, ...rest });
    expect(verdict.promptsNeeded).toBe(found.weighted.verdict.promptsNeeded);
    expect(advice).toEqual(found.weighted.advice);
    expect(listFindings(verdict)).toEqual(listFindings(found.weighted.verdict));
  });

  it('in every mean, share, interval, frontier and calibration of an evaluation', () => {
    expect(listFindings(found.weighted)).toEqual(listFindings(found.copied));
    expect(listFindings(found.weighted)).not.toEqual(listFindings(found.unweighted));
    expect(found.weighted.prompts).toBe(weights.length);
  });

  it('in the metrics of two models', () => {
    const two = buildBoth(2);
    const { pair } = evaluate(two.weighted);
    expect(pair?.apgr).toBeCloseTo(evaluate(two.copied).pair?.apgr ?? Number.NaN, 10);
    expect(pair?.cpt50).toBeCloseTo(evaluate(two.copied).pair?.cpt50 ?? Number.NaN, 8);
    const weighted = computePairMetrics({
      scores: [3, 2, 1],
      weakQuality: [0, 0, 1],
      strongQuality: [1, 1, 0],
      weights: [1, 1, 2],
    });
    const copied = computePairMetrics({
      scores: [3, 2, 1, 1],
      weakQuality: [0, 0, 1, 1],
      strongQuality: [1, 1, 0, 0],
    });
    expect(weighted).toEqual(copied);
  });

  it('in the mean quality, cost and latency of each model', () => {
    const measure = ({ table }: { table: OutcomeTable }, taskOf?: Int32Array) =>
      computeModelMeans(table, listRows(table.prompts.length), taskOf);
    const taskOf = (table: OutcomeTable) =>
      Int32Array.from(table.prompts, ({ task }) => (task === 'sums' ? 0 : 1));
    for (const labels of [undefined, taskOf]) {
      const own = measure(three.weighted, labels?.(three.weighted.table));
      const other = measure(three.copied, labels?.(three.copied.table));
      for (const key of ['quality', 'costUsd', 'latencyMs'] as const) {
        own[key].forEach((value, model) => expect(value).toBeCloseTo(other[key][model] ?? 0, 12));
      }
    }
  });

  it('in the bounds that promises rest on', () => {
    const bound = { worst: -1, error: 0.05 };
    const values = weights.map((_, row) => (row % 5) / 4);
    const copies = weights.flatMap((weight, row) => Array<number>(weight).fill(row));
    const groups = weights.map((_, row) => Math.floor(row / 2));
    expect(computeLowerBound(values, indexGroups(groups, weights), bound)).toBeCloseTo(
      computeLowerBound(
        copies.map((row) => values[row] as number),
        indexGroups(copies.map((row) => groups[row] as number)),
        bound,
      ),
      12,
    );
  });
});
