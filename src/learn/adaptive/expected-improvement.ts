import { errorFunction } from 'simple-statistics';
import { findLargest } from '../../util/kernels.js';
import { at } from '../../util/numeric-arrays.js';
import type { AdaptiveProblem } from './adaptive-problem.js';
import type { KnownOutcomes } from './known-outcomes.js';
import { listPairs, type ValueTable } from './value-table.js';

/** What another outcome of each model on each task may change; row-major tasks x models. */
export interface Improvements {
  /** Value of each model on each task: quality, less cost where the sweep is to save. */
  readonly values: Float64Array;
  /** The model of highest value by task. */
  readonly leaders: Int32Array;
  /** Standard deviation of the difference from the leader. */
  readonly deviations: Float64Array;
  /** By how much the best model of a task is expected to improve if the true value were known. */
  readonly expected: Float64Array;
}

/** The least variance that grades are taken to have: a few equal ones are no proof that all are. */
export const minVariance = 0.02;
/** Pairs that the pooled variance counts as. */
const variancePriorCount = 10;
const pairPriorCount = 8;

/** What improvements are computed from. */
export interface ImprovementInput {
  readonly problem: AdaptiveProblem;
  readonly table: ValueTable;
  readonly known: KnownOutcomes;
  /** The prompts of each task. */
  readonly orderOfTask: readonly Int32Array[];
  /** Quality that a dollar is worth; 0 where only quality counts. */
  readonly costWeightPerUsd: number;
}

/**
 * Computes the expected improvement of each model on each task: with the gap to the leader as x
 * standard deviations, sd (phi(x) - x Phi(-x)). The leader has its task's largest, since its own
 * value is half of every gap.
 */
export function computeImprovements({
  problem: { modelCount, taskCount },
  table,
  known,
  orderOfTask,
  costWeightPerUsd,
}: ImprovementInput): Improvements {
  const values = table.quality.map(
    (quality, cell) => quality - costWeightPerUsd * at(table.costUsd, cell),
  );
  const leaders = Int32Array.from({ length: taskCount }, (_, task) =>
    findLargest(values.subarray(task * modelCount, (task + 1) * modelCount), modelCount),
  );
  const paired = orderOfTask.map((prompts, task) =>
    Array.from({ length: modelCount }, (_, model) =>
      model === leaders[task]
        ? noPairs
        : summarizePairs(listPairs(known, prompts, modelCount, [model, leaders[task] ?? 0])),
    ),
  );
  const pooled = pool(paired.flat());
  const deviations = new Float64Array(values.length);
  const expected = new Float64Array(values.length);
  for (let task = 0; task < taskCount; task++) {
    const leader = leaders[task] ?? 0;
    let largest = 0;
    for (let model = 0; model < modelCount; model++) {
      if (model === leader) continue;
      const cell = task * modelCount + model;
      const { squares, count } = paired[task]?.[model] ?? noPairs;
      const shrunken =
        (squares + variancePriorCount * pooled) / (Math.max(0, count - 1) + variancePriorCount);
      const deviation = Math.sqrt(Math.max(minVariance, shrunken) / (count + pairPriorCount));
      const gap = (at(values, task * modelCount + leader) - at(values, cell)) / deviation;
      deviations[cell] = deviation;
      expected[cell] = deviation * computeUnitImprovement(gap);
      largest = Math.max(largest, at(expected, cell));
    }
    expected[task * modelCount + leader] = largest;
  }
  return { values, leaders, deviations, expected };
}

/** E[max(0, Z - x)] of a standard normal Z. */
export function computeUnitImprovement(gap: number): number {
  const density = Math.exp(-(gap ** 2) / 2) / Math.sqrt(2 * Math.PI);
  return Math.max(0, density - gap * ((1 + errorFunction(-gap / Math.SQRT2)) / 2));
}

/** What settling the closest contest of each task is expected to add to the value of a prompt. */
export function computeRemainingImprovement(
  { modelCount }: AdaptiveProblem,
  { shares }: ValueTable,
  { expected, leaders }: Improvements,
): number {
  return shares.reduce(
    (sum, share, task) => sum + share * at(expected, task * modelCount + (leaders[task] ?? 0)),
    0,
  );
}

/**
 * What a round is expected to add to the mean value of a prompt: on each task, by how much the best
 * model improves if the most promising of the bought outcomes move its estimate as far as so many
 * can (the knowledge gradient; Frazier, Powell and Dayanik, 2008).
 *
 * @param bought cells that the round buys; row-major tasks x models
 */
export function computeRoundGain(
  { modelCount }: AdaptiveProblem,
  { shares, counts }: ValueTable,
  { values, leaders, deviations }: Improvements,
  bought: Int32Array,
): number {
  return shares.reduce((sum, share, task) => {
    const leader = leaders[task] ?? 0;
    let largest = 0;
    for (let model = 0; model < modelCount; model++) {
      const cell = task * modelCount + model;
      const more = bought[cell] ?? 0;
      if (model === leader || more === 0) continue;
      const movable = more / (at(counts, cell) + pairPriorCount + more);
      const step = at(deviations, cell) * Math.sqrt(movable);
      const gap = (at(values, task * modelCount + leader) - at(values, cell)) / step;
      largest = Math.max(largest, step * computeUnitImprovement(gap));
    }
    return sum + share * largest;
  }, 0);
}

interface PairSums {
  readonly count: number;
  /** Of the differences around their mean. */
  readonly squares: number;
}

const noPairs: PairSums = { count: 0, squares: 0 };

function summarizePairs(differences: Iterable<number>): PairSums {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const difference of differences) {
    count += 1;
    const step = difference - mean;
    mean += step / count;
    squares += step * (difference - mean);
  }
  return { count, squares };
}

function pool(sums: readonly PairSums[]): number {
  let freedom = 0;
  let squares = 0;
  for (const one of sums) {
    freedom += Math.max(0, one.count - 1);
    squares += one.squares;
  }
  return freedom === 0 ? 0.25 : squares / freedom;
}
