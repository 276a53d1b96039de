import { findLargest } from '../../util/kernels.js';
import { at, listRows } from '../../util/numeric-arrays.js';
import { adaptiveConstants, type AdaptiveProblem } from './adaptive-problem.js';
import type { Improvements } from './expected-improvement.js';
import type { ValueTable } from './value-table.js';

/** The models that the table so far would route to. */
export interface TaskPolicy {
  /** The model for each task. */
  readonly choices: Int32Array;
  /** The best single model by the share of each task. */
  readonly baseline: number;
  /** Models that some task uses or may come to use, or that may be the best single one. */
  readonly inPlay: readonly number[];
}

/** Standard deviations below the best at which a model is no longer taken for the best single one. */
const contenderDeviations = 3;

/** Standard deviations below the best of a task within which a prompt of it may be the model's. */
const rivalDeviations = 1;

/** Decides a policy: a task leaves the baseline where another model is better by a margin. */
export function decideTaskPolicy(
  { modelCount }: AdaptiveProblem,
  { shares }: ValueTable,
  { values, leaders, deviations }: Improvements,
): TaskPolicy {
  const means = Float64Array.from({ length: modelCount }, (_, model) =>
    sumTasks(shares, (task) => at(values, task * modelCount + model)),
  );
  const baseline = means.indexOf(Math.max(...means));
  const choices = leaders.map((leader, task) => {
    const gain = at(values, task * modelCount + leader) - at(values, task * modelCount + baseline);
    const deviation = at(deviations, task * modelCount + baseline);
    return gain > adaptiveConstants.margin * deviation ? leader : baseline;
  });
  const isContender = (model: number): boolean => {
    const variance = shares.reduce((sum, share, task) => {
      const cell = task * modelCount + model;
      const own = leaders[task] === model ? task * modelCount + baseline : cell;
      return sum + share ** 2 * at(deviations, own) ** 2;
    }, 0);
    return at(means, baseline) - at(means, model) < contenderDeviations * Math.sqrt(variance);
  };
  const isRival = (model: number): boolean =>
    leaders.some((leader, task) => {
      const cell = task * modelCount + model;
      const gap = at(values, task * modelCount + leader) - at(values, cell);
      return gap < rivalDeviations * at(deviations, cell);
    });
  const used = new Set([...choices, ...leaders, baseline]);
  return {
    choices,
    baseline,
    inPlay: [...listRows(modelCount)].filter(
      (model) => used.has(model) || isContender(model) || isRival(model),
    ),
  };
}

/**
 * The weight of a dollar by which a sweep for saving values its cells: the largest with which the
 * table's plan keeps `keptShare` of the best single model's quality.
 */
export function findCostWeight(
  { modelCount, taskCount }: AdaptiveProblem,
  table: ValueTable,
): number {
  const { quality, costUsd, shares } = table;
  const qualityOf = (choose: (task: number) => number): number =>
    sumTasks(shares, (task) => at(quality, task * modelCount + choose(task)));
  const models = [...listRows(modelCount)];
  const singles = models.map((model) => qualityOf(() => model));
  const target = keptShare * Math.max(...singles);
  const highestUsd = Math.max(...costUsd);
  if (!(highestUsd > 0)) return 0;
  let weight = 0;
  for (let step = 0; step <= weightSteps; step++) {
    const candidate = 10 ** (-3 + (6 * step) / weightSteps) / highestUsd;
    const plan = Int32Array.from({ length: taskCount }, (_, task) =>
      findLargest(
        models.map((model) => {
          const cell = task * modelCount + model;
          return at(quality, cell) - candidate * at(costUsd, cell);
        }),
        modelCount,
      ),
    );
    if (qualityOf((task) => plan[task] as number) < target) break;
    weight = candidate;
  }
  return weight;
}

/** Of the quality of the best single model, what a sweep for savings keeps. */
export const keptShare = 0.99;
const weightSteps = 96;

function sumTasks(shares: Float64Array, valueOf: (task: number) => number): number {
  return shares.reduce((sum, share, task) => sum + share * valueOf(task), 0);
}
