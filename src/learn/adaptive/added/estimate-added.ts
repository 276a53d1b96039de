import { findLargest } from '../../../util/kernels.js';
import { at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import { computeUnitImprovement, minVariance } from '../expected-improvement.js';
import {
  averageByTask,
  predictGrades,
  sumByTask,
  type GradedPrompts,
  type WeightedPrompts,
} from './predict-grades.js';

/** What is believed of a model that was asked a part of the prompts. Means are by weight. */
export interface AddedEstimate {
  /** Mean quality on each task. */
  readonly quality: Float64Array;
  /** Standard deviation of that mean. */
  readonly deviations: Float64Array;
  /** Known outcomes of each task. */
  readonly counts: Float64Array;
  /** Expected grade of each row, in [0, 1]; on each task, they average to its quality. */
  readonly expected: Float64Array;
  /** The highest mean of a known model on each task, and the model. */
  readonly best: Float64Array;
  readonly leaders: Int32Array;
  /**
   * What knowing the model fully is expected to add to the mean of each task: the expected improvement
   * over the best known model.
   */
  readonly improvements: Float64Array;
}

/** Outcomes that agreement between tasks counts as in the error of a task, at most. */
const maxPriorCount = 5;

/**
 * Estimates the quality of an added model on each task: the mean of what the other models' grades
 * lead to expect over all of the task's prompts, plus the mean of what the asked prompts deviate from
 * it, as far as chance does not explain that (empirical Bayes). Which
 * prompts of a task were asked does not depend on weights, which only count in the task's means.
 */
export function estimateAdded(graded: WeightedPrompts): AddedEstimate {
  const { taskOf, taskCount, added, modelCount, weights } = graded;
  const { predicted, freedom } = predictGrades(graded);
  const residualOf = (row: number): number => at(added, row) - at(predicted, row);
  const { sums, counts } = sumByTask(taskOf, taskCount, residualOf);
  const { variance, priorCount } = spreadResiduals(graded, residualOf, { sums, counts, freedom });
  const shifts = sums.map((sum, task) => sum / (at(counts, task) + priorCount));
  const expected = predicted.map((value, row) =>
    Math.min(1, Math.max(0, value + at(shifts, intAt(taskOf, row)))),
  );
  const means = sumByTask(taskOf, taskCount, (row) => at(expected, row), weights);
  const known = averageByTask(graded);
  const leaders = Int32Array.from({ length: taskCount }, (_, task) =>
    findLargest(rowOf(known, task, modelCount), modelCount),
  );
  const best = Float64Array.from(leaders, (leader, task) => at(known, task * modelCount + leader));
  const quality = means.sums.map((sum, task) => (sum === 0 ? 0 : sum / at(means.counts, task)));
  const deviations = counts.map((count) =>
    Math.sqrt(Math.max(minVariance, variance) / (count + Math.min(priorCount, maxPriorCount))),
  );
  const improvements = deviations.map(
    (deviation, task) =>
      deviation * computeUnitImprovement((at(best, task) - at(quality, task)) / deviation),
  );
  return { quality, deviations, counts, expected, best, leaders, improvements };
}

/** The variance of the residuals within tasks, and how many of them the tasks' agreement counts as. */
function spreadResiduals(
  { taskOf, added }: GradedPrompts,
  residualOf: (row: number) => number,
  {
    sums,
    counts,
    freedom,
  }: { readonly sums: Float64Array; readonly counts: Float64Array; readonly freedom: number },
): { readonly variance: number; readonly priorCount: number } {
  let squares = 0;
  let total = 0;
  added.forEach((grade, row) => {
    if (Number.isNaN(grade)) return;
    const task = intAt(taskOf, row);
    squares += (residualOf(row) - at(sums, task) / at(counts, task)) ** 2;
    total += 1;
  });
  const used = counts.filter((count) => count > 0).length;
  const variance = Math.max(0.01, squares / Math.max(1, total - used - freedom));
  // Each task counts alike: those that were asked most are those that the regression follows.
  const excess = sums.reduce((sum, value, task) => {
    const count = at(counts, task);
    return count === 0 ? sum : sum + (value / count) ** 2 - variance / count;
  }, 0);
  const spread = excess / Math.max(1, used - 1);
  return { variance, priorCount: variance / Math.max(spread, variance / 200) };
}

/**
 * Standard deviations by which an added model's estimate is lowered before it is compared: the
 * highest of several estimates is the likeliest to be too high.
 *
 * @param share share of the prompts that it was asked
 */
export function chooseMargin(share: number): number {
  return share <= 0.02 ? 1 : 0.5;
}
