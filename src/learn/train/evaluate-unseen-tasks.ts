import { computeEvaluation } from '../evaluate/compute-evaluation.js';
import { canBeTaken } from '../evaluate/plan/trained-plan.js';
import type { StrategyResult } from '../evaluate/strategies/compare-strategies.js';
import { countSharedGroups, listHeldOutRows } from '../evaluate/verdict/held-out.js';
import { pick } from '../../util/numeric-arrays.js';
import { innerFolds } from './fit-part.js';
import { computeHeldOut, splitApart, type HoldOutOptions } from './hold-out.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import type { TrainingData } from './training-data.js';

/** Results of routing on prompts of tasks that it was not trained on. */
export interface UnseenTasksEvaluation {
  /** Tasks that were held out together, one group per fold. */
  readonly groups: readonly (readonly string[])[];
  readonly prompts: number;
  /** Groups of near-duplicates in several folds: what is like a held-out prompt was not trained on. */
  readonly sharedGroups: number;
  /** Differences are from the best single model of the other tasks. */
  readonly strategies: readonly StrategyResult[];
}

export type UnseenTasksOptions = Omit<HoldOutOptions, 'folds' | 'foldOf' | 'heldOutFolds'> & {
  /** Most groups of tasks; with fewer tasks, each task is held out alone. @default 5 */
  readonly groups?: number;
};

/** With fewer training prompts that are unlike the held-out ones, nothing is learned. */
const minTrainingPrompts = 10;

/**
 * Holds out whole tasks: trains on the other tasks, without what is like a held-out prompt, and
 * routes prompts of the held-out ones. Prompts without a label are only trained on.
 *
 * @returns undefined with fewer than three tasks, with too few different prompts left to train on, or
 * with none that a model can take
 */
export async function evaluateUnseenTasks(
  engine: TensorFlowEngine,
  data: TrainingData,
  options: UnseenTasksOptions,
): Promise<UnseenTasksEvaluation | undefined> {
  const { tasks, taskOf } = data;
  if (tasks.length < 3) return undefined;
  const folds = Math.min(options.groups ?? 5, tasks.length);
  const foldOf = taskOf.map((task) => (task < 0 ? task : task % folds));
  for (let fold = 0; fold < folds; fold++) {
    if (!canTrainOn(data, splitApart(data, foldOf, fold).trainingRows)) return undefined;
  }
  const heldOut = await computeHeldOut(engine, data, { ...options, folds, foldOf });
  if (!listHeldOutRows(heldOut).some((row) => canBeTaken(heldOut.estimates, row))) return undefined;
  const { prompts, strategies } = computeEvaluation(heldOut, options.seed);
  return {
    groups: Array.from({ length: folds }, (_, fold) =>
      tasks.filter((_task, index) => index % folds === fold),
    ),
    prompts,
    sharedGroups: countSharedGroups(heldOut),
    strategies: strategies.filter(({ kind }) => kind === 'routed'),
  };
}

function canTrainOn({ groups }: Pick<TrainingData, 'groups'>, rows: Int32Array): boolean {
  return rows.length >= minTrainingPrompts && new Set(pick(groups, rows)).size >= innerFolds;
}
