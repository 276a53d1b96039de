import type { Budget } from './budget.js';
import type { ServedFinding } from './served-models.js';
import type { NewForm } from './sweep-event.js';
import {
  computeTotals,
  type ModelProgress,
  type ProgressTotals,
  type SweepProgress,
} from './sweep-progress.js';

/** The budget and cost of a run in USD, including earlier sweeps into the same folder. */
export interface BudgetSummary {
  /** Null if none was given. */
  readonly limitUsd: number | null;
  readonly spentUsd: number;
  /** Upper bound of the cost of calls without a known charge; it counts against the limit. */
  readonly possibleUsd: number;
  /** Calls without a known charge whose cost nothing limits; absent if there are none. */
  readonly unboundedCalls?: number;
  /** What the judge has cost, where that counts against the limit. */
  readonly judgeUsd?: number;
  /** Answers that are ungraded because a call of the judge did not fit; absent if there are none. */
  readonly unjudged?: number;
  /** True if the next call could have cost more than what was left: it was not made. */
  readonly reached: boolean;
}

/** The results of a sweep. */
export interface SweepSummary {
  readonly runDirectory: string;
  /** In the pool's order. */
  readonly models: readonly ModelProgress[];
  readonly totals: ProgressTotals;
  /** The share of all cells that are settled now, in [0, 1]; 1 if there are none. */
  readonly coverage: number;
  /** True if the signal ended the sweep early: cells are left, or answers to regrade. */
  readonly interrupted: boolean;
  readonly budget: BudgetSummary;
  /** Cells in batches that have not been collected; absent if there are none. */
  readonly cellsInBatches?: number;
  /** Cells that only the ledger of the folder where the run began has; absent if there are none. */
  readonly cellsElsewhere?: number;
  /** True if that ledger may have cells that nobody can count; absent otherwise. */
  readonly mayHaveCellsElsewhere?: boolean;
  /** Calls that were in flight when an earlier sweep was killed; those of models are made again. */
  readonly cutOffCalls: number;
  /** Examples skipped because an earlier one has the same prompt. */
  readonly duplicateTasks: number;
  /** Settled cells whose grade was made again. */
  readonly regraded: number;
  /** Other settled cells whose example or model has another name now; they keep their grades. */
  readonly renamed: number;
  /** Settled cells that still have to be, because the signal ended the sweep. */
  readonly toRegrade: number;
  /** Differences between the requested and the served models. */
  readonly served: readonly ServedFinding[];
  /**
   * What the pool's entries have to say to be served: request forms that this sweep found because the
   * usual one was rejected. Absent if there are none.
   */
  readonly newForms?: readonly Omit<NewForm, 'kind'>[];
  /** True if any of the models is simulated. */
  readonly simulated: boolean;
}

/**
 * Summarizes a sweep from its final progress.
 *
 * @param aborted whether the signal aborted; the sweep is only interrupted if something was left
 */
export function summarizeSweep(
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
    interrupted: aborted && (settled < totals.total || facts.toRegrade > 0),
    models: [...progress.models.values()],
    totals,
    coverage: totals.total === 0 ? 1 : settled / totals.total,
  };
}

/** @param unjudged answers that are ungraded because a call of the judge did not fit */
export function summarizeBudget(budget: Budget, reached: boolean, unjudged: number): BudgetSummary {
  const { limitUsd, spentUsd, possibleUsd, unboundedCalls, judgeUsd } = budget;
  const ofJudge = { ...(judgeUsd > 0 && { judgeUsd }), ...(unjudged > 0 && { unjudged }) };
  const shownUsd = limitUsd === Infinity ? null : limitUsd;
  const known = { limitUsd: shownUsd, spentUsd, possibleUsd };
  return { ...known, ...(unboundedCalls > 0 && { unboundedCalls }), ...ofJudge, reached };
}
