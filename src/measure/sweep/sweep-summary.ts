import type { Budget } from './budget.js';
import type { ServedFinding } from './served-models.js';
import {
  computeTotals,
  type ModelProgress,
  type ProgressTotals,
  type SweepProgress,
} from './sweep-progress.js';

/** What a run may cost and has cost, earlier sweeps into the same folder included, in USD. */
export interface BudgetSummary {
  /** Null where none was given. */
  readonly limitUsd: number | null;
  readonly spentUsd: number;
  /** What calls without a known charge can have cost at most; it counts against the limit. */
  readonly possibleUsd: number;
  /** True where the sweep ended because the next call could have cost more than was left. */
  readonly reached: boolean;
}

/** The results of a sweep. */
export interface SweepSummary {
  readonly runDirectory: string;
  /** In the pool's order. */
  readonly models: readonly ModelProgress[];
  readonly totals: ProgressTotals;
  /** The share of all cells that is settled now, in [0, 1]; 1 where there was nothing to do. */
  readonly coverage: number;
  /** True where the signal ended the sweep early. */
  readonly interrupted: boolean;
  readonly budget: BudgetSummary;
  /** Calls that were in flight when an earlier sweep was killed: they are made again. */
  readonly cutOffCalls: number;
  /** Examples skipped because an earlier one has the same prompt. */
  readonly duplicateTasks: number;
  /** Settled cells that were regraded or renamed, without a call. */
  readonly regraded: number;
  /** Models that another model or provider answered for, or that changed during the sweep. */
  readonly served: readonly ServedFinding[];
  /** True where any of the models is simulated. */
  readonly simulated: boolean;
}

/**
 * Sums up a sweep from its last progress.
 *
 * @param aborted whether the signal came; it interrupted nothing where all was settled by then
 */
export function summariseSweep(
  progress: SweepProgress,
  {
    aborted,
    ...facts
  }: Omit<SweepSummary, 'models' | 'totals' | 'coverage' | 'interrupted'> & {
    readonly aborted: boolean;
  },
): SweepSummary {
  const totals = computeTotals(progress);
  const settled = totals.settledBefore + totals.done;
  return {
    ...facts,
    interrupted: aborted && settled < totals.total,
    models: [...progress.models.values()],
    totals,
    coverage: totals.total === 0 ? 1 : settled / totals.total,
  };
}

/** A budget's figures for a summary. */
export function summariseBudget(budget: Budget, reached: boolean): BudgetSummary {
  const { limitUsd, spentUsd, possibleUsd } = budget;
  return { limitUsd: limitUsd === Infinity ? null : limitUsd, spentUsd, possibleUsd, reached };
}
