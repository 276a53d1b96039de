import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { chooseModel } from '../../../policy/decide/choose-model.js';
import type { Objective, PromiseState } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { noModel } from '../strategies/chosen-outcomes.js';
import type { ObjectiveRequest, PromisingRequest } from './objective-request.js';

/** Estimates of every prompt and model; row-major prompts x models, NaN where unknown. */
export interface TableEstimates {
  readonly quality: Float32Array;
  readonly costUsd: Float32Array;
  readonly latencyMs: Float32Array;
  /** 1 where the runtime may choose the model, by its capabilities and context window. @default all */
  readonly feasible?: Uint8Array;
  /** Per prompt, in [0, 1]. */
  readonly novelty: Float32Array;
  /**
   * Probability per prompt, in [0, 1], that it belongs to a task that training knows.
   * @default 1 for every prompt
   */
  readonly confidence?: Float32Array;
}

/** What a plan is made from. */
export interface PlanInput {
  readonly table: OutcomeTable;
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  /** Group of near-duplicates of every prompt of the table. */
  readonly groups: ArrayLike<number>;
  /**
   * Rows with estimates by scorers that did not see them: the training rows of a fold or, for a
   * policy file, all held-out rows.
   */
  readonly rows: Int32Array;
  readonly estimates: TableEstimates;
  /** Id of the model whose quality is kept. @default the model with the best mean quality */
  readonly baseline?: string;
  /** @default the standard objectives */
  readonly requests?: readonly ObjectiveRequest[];
}

/** An objective as a plan holds it. */
export interface PlannedObjective extends Objective {
  /** What was asked for, where that is a promise. */
  readonly request?: PromisingRequest | undefined;
  /**
   * Index of the one model for all prompts, where no routing was shown to keep the promise and to do as
   * well as this model by what is asked for.
   */
  readonly onlyModel?: number;
  /** Whether the plan's constant for this objective keeps the promise. */
  readonly constantPromise?: PromiseState | undefined;
  /** What routing is to save, whatever the weights: a weight of 0 may save the most. */
  readonly saves?: 'cost' | 'latency' | undefined;
}

/** Every choice of a policy besides its scores; see `PlanInput` for the rows that it is made from. */
export interface TrainedPlan {
  /** Index of the model to use without routing. */
  readonly baseline: number;
  /** Whether a user named the baseline. @default false: it is the best single model */
  readonly isBaselineNamed?: boolean;
  /**
   * Index of the model with the lowest mean cost, of those that can be the only one; absent where the
   * cost of a model is unknown.
   */
  readonly cheapest?: number;
  /** Best model of each task by mean quality: never by the rows that a fold holds out. */
  readonly bestOfTask: Int32Array;
  readonly objectives: readonly PlannedObjective[];
  /** Models by mean quality, best first: for prompts that are left to a baseline that cannot take them. */
  readonly fallbackOrder: readonly number[];
  /** For each objective, the single model to use where routing does not pay. */
  readonly constants: readonly number[];
  readonly noveltyLimit: number;
}

/** When a plan falls back to its baseline, whatever the objective. */
export type PlanGuard = Pick<TrainedPlan, 'baseline' | 'noveltyLimit' | 'fallbackOrder'>;

/** Whether a model can take the prompt of a row. */
export function canTake(
  { feasible, quality, novelty }: Pick<TableEstimates, 'feasible' | 'quality' | 'novelty'>,
  row: number,
  model: number,
): boolean {
  const modelCount = quality.length / novelty.length;
  return feasible === undefined || feasible[row * modelCount + model] === 1;
}

/** Whether any model can take the prompt of a row. */
export function canBeTaken(
  { feasible, quality, novelty }: Pick<TableEstimates, 'feasible' | 'quality' | 'novelty'>,
  row: number,
): boolean {
  const modelCount = quality.length / novelty.length;
  return feasible?.subarray(row * modelCount, (row + 1) * modelCount).includes(1) ?? true;
}

/**
 * Index of the model that a plan chooses for a row, by the same rules as the runtime; `noModel` where
 * none can take the prompt.
 */
export function chooseForRow(
  estimates: TableEstimates,
  row: number,
  guard: PlanGuard,
  objective: PlannedObjective,
): number {
  const { baseline, fallbackOrder } = guard;
  const modelCount = estimates.quality.length / estimates.novelty.length;
  const isFeasible = (model: number): boolean => canTake(estimates, row, model);
  const rowOf = (matrix: Float32Array): Float32Array =>
    matrix.subarray(row * modelCount, (row + 1) * modelCount);
  const choose = (mayChoose: (model: number) => boolean): number =>
    chooseModel(
      {
        quality: rowOf(estimates.quality),
        costUsd: rowOf(estimates.costUsd),
        latencyMs: rowOf(estimates.latencyMs),
      },
      objective,
      baseline,
      mayChoose,
    );
  const isLeft =
    objective.onlyModel === undefined && isLeftToBaseline(estimates, row, guard, objective);
  const wanted = objective.onlyModel ?? (isLeft ? baseline : choose(() => true));
  if (isFeasible(wanted)) return wanted;
  return isLeft ? (fallbackOrder.find(isFeasible) ?? noModel) : choose(isFeasible);
}

/** Whether the estimates of a row are not to be trusted. */
function isLeftToBaseline(
  { novelty, confidence }: TableEstimates,
  row: number,
  { noveltyLimit }: PlanGuard,
  { confidenceLimit = 0 }: PlannedObjective,
): boolean {
  return valueAt(novelty, row) > noveltyLimit || (confidence?.[row] ?? 1) < confidenceLimit;
}
