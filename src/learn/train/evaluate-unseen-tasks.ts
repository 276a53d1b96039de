import { computeEvaluation } from '../evaluate/compute-evaluation.js';
import type { StrategyResult } from '../evaluate/strategies/compare-strategies.js';
import { computeHeldOut, type HoldOutOptions } from './hold-out.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import type { TrainingData } from './training-data.js';

/** Results of routing on prompts of tasks that it was not trained on. */
export interface UnseenTasksEvaluation {
  /** Tasks that were held out together, one group per fold. */
  readonly groups: readonly (readonly string[])[];
  readonly prompts: number;
  /** Differences are from the best single model of the other tasks. */
  readonly strategies: readonly StrategyResult[];
}

export type UnseenTasksOptions = Omit<HoldOutOptions, 'folds' | 'foldOf' | 'heldOutFolds'> & {
  /** Most groups of tasks; with fewer tasks, each task is held out alone. @default 5 */
  readonly groups?: number;
};

/**
 * Holds out whole tasks: trains on the other tasks, and routes prompts of the held-out ones.
 * Prompts without a label are only trained on.
 *
 * @returns undefined with fewer than three tasks
 */
export async function evaluateUnseenTasks(
  engine: TensorFlowEngine,
  data: TrainingData,
  options: UnseenTasksOptions,
): Promise<UnseenTasksEvaluation | undefined> {
  const { tasks, taskOf } = data;
  if (tasks.length < 3) return undefined;
  const folds = Math.min(options.groups ?? 5, tasks.length);
  const heldOut = await computeHeldOut(engine, data, {
    ...options,
    folds,
    foldOf: taskOf.map((task) => (task < 0 ? task : task % folds)),
  });
  const { prompts, strategies } = computeEvaluation(heldOut, options.seed);
  return {
    groups: Array.from({ length: folds }, (_, fold) =>
      tasks.filter((_task, index) => index % folds === fold),
    ),
    prompts,
    strategies: strategies.filter(({ kind }) => kind === 'routed'),
  };
}
