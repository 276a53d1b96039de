import type { Objective, PromiseState } from '../../../policy/file/policy.js';
import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { chooseModel } from '../../../policy/decide/choose-model.js';

/** Estimates of every prompt and model; row-major prompts x models, NaN where unknown. */
export interface TableEstimates {
  readonly quality: Float32Array;
  readonly costUsd: Float32Array;
  readonly latencyMs: Float32Array;
  /** Per prompt, in [0, 1]. */
  readonly novelty: Float32Array;
  /**
   * Per prompt, that it is of a task that training knows, in [0, 1]; absent, every task is certain.
   */
  readonly confidence?: Float32Array;
}

/** An objective as a plan has it. */
export interface PlannedObjective extends Objective {
  /** Index of the one model for all prompts, where no routing was shown to keep the promise. */
  readonly onlyModel?: number;
  /** Whether the plan's constant for this objective keeps the promise. */
  readonly constantPromise?: PromiseState;
}

/** Everything that was decided on training prompts before the held-out ones were looked at. */
export interface TrainedPlan {
  /** Index of the model to use without routing. */
  readonly baseline: number;
  /** Index of the model with the lowest mean cost; the baseline where no cost is known. */
  readonly cheapest: number;
  /** Best model of each task by mean quality. */
  readonly bestOfTask: Int32Array;
  readonly objectives: readonly PlannedObjective[];
  /** For each objective the single model to use where routing does not pay for it. */
  readonly constants: readonly number[];
  readonly noveltyLimit: number;
}

/** Held-out rows with the plan made without them. */
export interface HeldOutFold {
  readonly rows: Int32Array;
  readonly plan: TrainedPlan;
  /** Family of the model that was chosen without these rows. */
  readonly family?: string;
}

/** Estimates for prompts that no part of the model or the plan has seen. */
export interface HeldOut {
  readonly table: OutcomeTable;
  /** Task index of each prompt; -1 where unknown. */
  readonly taskOf: Int32Array;
  /** Group number of each prompt. */
  readonly groups: Int32Array;
  readonly estimates: TableEstimates;
  readonly folds: readonly HeldOutFold[];
}

/** All held-out rows, fold after fold. */
export function listHeldOutRows(heldOut: Pick<HeldOut, 'folds'>): Int32Array {
  return Int32Array.from(heldOut.folds.flatMap(({ rows }) => [...rows]));
}

/** Index of the model that a plan chooses for a row: the rule of the runtime. */
export function chooseForRow(
  estimates: TableEstimates,
  modelCount: number,
  row: number,
  plan: Pick<TrainedPlan, 'baseline' | 'noveltyLimit'>,
  objective: PlannedObjective,
): number {
  if (objective.onlyModel !== undefined) return objective.onlyModel;
  if ((estimates.novelty[row] as number) > plan.noveltyLimit) return plan.baseline;
  if ((estimates.confidence?.[row] ?? 1) < (objective.confidenceLimit ?? 0)) return plan.baseline;
  const start = row * modelCount;
  const end = start + modelCount;
  return chooseModel(
    {
      quality: estimates.quality.subarray(start, end),
      costUsd: estimates.costUsd.subarray(start, end),
      latencyMs: estimates.latencyMs.subarray(start, end),
    },
    objective,
    plan.baseline,
    () => true,
  );
}
