import {
  computeTotals,
  type ModelProgress,
  type ProgressTotals,
  type SweepProgress,
} from './sweep-progress.js';

/** What a sweep came to. */
export interface SweepSummary {
  readonly runDirectory: string;
  /** In the pool's order. */
  readonly models: readonly ModelProgress[];
  readonly totals: ProgressTotals;
  /** The share of all cells that is settled now, in [0, 1]; 1 where there was nothing to do. */
  readonly coverage: number;
  /** True where the signal ended the sweep early. */
  readonly interrupted: boolean;
  /** Tasks left out because an earlier one asks the same. */
  readonly duplicateTasks: number;
  /** Settled cells that were graded or named anew, without a call. */
  readonly regraded: number;
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
