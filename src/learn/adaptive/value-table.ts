import { addAt, at, intAt } from '../../util/numeric-arrays.js';
import { estimateUnevenQuality, sumCells } from '../train/heads/shrink-to-effects.js';
import type { TaskOutcomes } from '../train/heads/shrink-task-quality.js';
import type { AdaptiveProblem } from './adaptive-problem.js';
import { listComparableCosts, type KnownOutcomes } from './known-outcomes.js';

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
  const { modelCount, taskCount, taskOf } = problem;
  const rows = Int32Array.from(orderOfTask.flatMap((prompts) => [...prompts]));
  const describe = (quality: Float32Array): TaskOutcomes => ({
    quality,
    taskOf,
    taskCount,
    modelCount,
  });
  const costs = sumCells(describe(listComparableCosts(known, modelCount)), rows);
  return {
    ...estimateUnevenQuality(describe(known.quality), rows),
    costUsd: averageCosts(problem, costs.sums, costs.counts),
    shares: computeTaskShares(problem),
  };
}

/** The share of all prompts that each task has, by weight, whatever the unit of the weights. */
function computeTaskShares({ taskOf, taskCount, weights }: AdaptiveProblem): Float64Array {
  const shares = new Float64Array(taskCount);
  let total = 0;
  taskOf.forEach((task, prompt) => {
    const weight = weights === undefined ? 1 : at(weights, prompt);
    addAt(shares, task, weight);
    total += weight;
  });
  return total > 0 ? shares.map((share) => share / total) : shares;
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
    // Where every request so far was refused for free, no answer tells what a model costs.
    const mean = sum === 0 ? at(expectedUsd, model) : sum / count;
    return (at(sums, cell) + costPriorCount * mean) / (at(counts, cell) + costPriorCount);
  });
}

/** The differences in quality between two models on the prompts that both have answered. */
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
