import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { chooseModel } from '../../../policy/decide/choose-model.js';
import type { Objective, PromiseState } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import type { ObjectiveRequest } from './objective-request.js';

/** Estimates of every prompt and model; row-major prompts x models, NaN where unknown. */
export interface TableEstimates {
  readonly quality: Float32Array;
  readonly costUsd: Float32Array;
  readonly latencyMs: Float32Array;
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
  /** Training rows, with out-of-fold estimates. */
  readonly rows: Int32Array;
  readonly estimates: TableEstimates;
  /** Id of the model whose quality is kept. @default the model with the best mean quality */
  readonly baseline?: string;
  /** @default the standard objectives */
  readonly requests?: readonly ObjectiveRequest[];
}

/** An objective as a plan holds it. */
export interface PlannedObjective extends Objective {
  /** Index of the one model for all prompts, where no routing was shown to keep the promise. */
  readonly onlyModel?: number;
  /** Whether the plan's constant for this objective keeps the promise. */
  readonly constantPromise?: PromiseState;
}

/** Every choice made on training prompts, before held-out prompts are evaluated. */
export interface TrainedPlan {
  /** Index of the model to use without routing. */
  readonly baseline: number;
  /** Index of the model with the lowest mean cost; the baseline where no cost is known. */
  readonly cheapest: number;
  /** Best model of each task by mean quality. */
  readonly bestOfTask: Int32Array;
  readonly objectives: readonly PlannedObjective[];
  /** For each objective, the single model to use where routing does not pay. */
  readonly constants: readonly number[];
  readonly noveltyLimit: number;
}

/** When a plan falls back to its baseline, whatever the objective. */
export type PlanGuard = Pick<TrainedPlan, 'baseline' | 'noveltyLimit'>;

/** Index of the model that a plan chooses for a row, by the same rule as the runtime. */
export function chooseForRow(
  estimates: TableEstimates,
  row: number,
  { baseline, noveltyLimit }: PlanGuard,
  objective: PlannedObjective,
): number {
  if (objective.onlyModel !== undefined) return objective.onlyModel;
  if (valueAt(estimates.novelty, row) > noveltyLimit) return baseline;
  if ((estimates.confidence?.[row] ?? 1) < (objective.confidenceLimit ?? 0)) return baseline;
  const modelCount = estimates.quality.length / estimates.novelty.length;
  const rowOf = (matrix: Float32Array): Float32Array =>
    matrix.subarray(row * modelCount, (row + 1) * modelCount);
  return chooseModel(
    {
      quality: rowOf(estimates.quality),
      costUsd: rowOf(estimates.costUsd),
      latencyMs: rowOf(estimates.latencyMs),
    },
    objective,
    baseline,
    () => true,
  );
}
