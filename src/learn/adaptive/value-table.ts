import { addAt, at, intAt } from '../../util/numeric-arrays.js';
import { shrinkToEffects } from '../train/heads/shrink-to-effects.js';
import type { AdaptiveProblem } from './adaptive-problem.js';

/** Outcomes so far, row-major prompts x models; NaN where a cell was not bought or has no label. */
export interface KnownOutcomes {
  readonly quality: Float32Array;
  readonly costUsd: Float32Array;
}

/** What is believed of each model on each task; row-major tasks x models. */
export interface ValueTable {
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
  /** Known outcomes. */
  readonly counts: Float64Array;
  /** Share of the prompts by task; sums to 1. */
  readonly shares: Float64Array;
}

/** Outcomes of a model that its mean cost counts as on a task. */
const costPriorCount = 5;

/**
 * Estimates what is known of each model on each task, quality by empirical Bayes.
 *
 * @param orderOfTask the prompts of each task that may be bought
 */
export function estimateValues(
  problem: AdaptiveProblem,
  known: KnownOutcomes,
  orderOfTask: readonly Int32Array[],
): ValueTable {
  const { modelCount, taskCount } = problem;
  const cells = taskCount * modelCount;
  const sums = new Float64Array(cells);
  const squares = new Float64Array(cells);
  const counts = new Float64Array(cells);
  const costSums = new Float64Array(cells);
  const costCounts = new Float64Array(cells);
  orderOfTask.forEach((prompts, task) => {
    for (const prompt of prompts) {
      for (let model = 0; model < modelCount; model++) {
        const quality = at(known.quality, prompt * modelCount + model);
        if (Number.isNaN(quality)) continue;
        const cell = task * modelCount + model;
        addAt(sums, cell, quality);
        addAt(squares, cell, quality * quality);
        addAt(counts, cell, 1);
        const costUsd = at(known.costUsd, prompt * modelCount + model);
        if (Number.isNaN(costUsd)) continue;
        addAt(costSums, cell, costUsd);
        addAt(costCounts, cell, 1);
      }
    }
  });
  return {
    quality: shrinkToEffects({ sums, squares, counts }, taskCount, modelCount),
    costUsd: averageCosts(problem, costSums, costCounts),
    counts,
    shares: computeTaskShares(problem),
  };
}

/** The share of all prompts that each task has. */
function computeTaskShares({ taskOf, taskCount, weights }: AdaptiveProblem): Float64Array {
  const shares = new Float64Array(taskCount);
  let total = 0;
  taskOf.forEach((task, prompt) => {
    const weight = weights === undefined ? 1 : at(weights, prompt);
    addAt(shares, task, weight);
    total += weight;
  });
  return shares.map((share) => share / Math.max(1, total));
}

function averageCosts(
  { modelCount, taskCount, expectedUsd }: AdaptiveProblem,
  sums: Float64Array,
  counts: Float64Array,
): Float64Array {
  return Float64Array.from({ length: taskCount * modelCount }, (_, cell) => {
    const model = cell % modelCount;
    let sum = 0;
    let count = 0;
    for (let other = model; other < sums.length; other += modelCount) {
      sum += at(sums, other);
      count += at(counts, other);
    }
    const mean = count === 0 ? at(expectedUsd, model) : sum / count;
    return (at(sums, cell) + costPriorCount * mean) / (at(counts, cell) + costPriorCount);
  });
}

/** The task of each prompt in an order: all the same. Paired outcomes of two models there. */
export function* listPairs(
  known: KnownOutcomes,
  prompts: Int32Array,
  modelCount: number,
  [one, other]: readonly [number, number],
): Generator<number> {
  for (let index = 0; index < prompts.length; index++) {
    const row = intAt(prompts, index) * modelCount;
    const difference = at(known.quality, row + one) - at(known.quality, row + other);
    if (!Number.isNaN(difference)) yield difference;
  }
}
