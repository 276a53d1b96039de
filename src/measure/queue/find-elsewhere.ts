import type { SettledCells } from '../sweep/settled-cells.js';
import type { SweepPlan } from '../sweep/plan-sweep.js';
import { computeTotals, type SweepProgress } from '../sweep/sweep-progress.js';
import { readPlannedPlaces } from './plan-run.js';
import { countSettled, type LaneRow, type RunHandle } from './queue-run.js';

/** What is missing in a folder because its run began in another one. */
export interface CellsElsewhere {
  /** Cells that were settled when the run was planned, and are not in this ledger. */
  readonly count: number;
  /** Whether there may be such cells, and nobody can count them. */
  readonly isPossible: boolean;
}

export interface ElsewhereContext extends RunHandle {
  readonly sweepPlan: SweepPlan;
  /** According to this folder's ledger, before this process collected anything. */
  readonly settled: Pick<SettledCells, 'isSettled' | 'hasFailed'>;
}

/** Finds out what only the ledger of the folder where a run began has, once all its lines are collected. */
export async function findElsewhere(
  { database, runId, plan, sweepPlan, settled }: ElsewhereContext,
  lanes: readonly Pick<LaneRow, 'total'>[],
  progress: SweepProgress,
): Promise<CellsElsewhere> {
  const planned = lanes.reduce((sum, { total }) => sum + total, 0);
  // Such a run is also without the cells that were never called.
  if (plan.retryFailed) {
    return { count: 0, isPossible: countCalled(sweepPlan, settled) < planned };
  }
  // The cells of a run that was cancelled before all were planned are open here and there.
  const isPlanned = (await readPlannedPlaces(database, runId)) >= sweepPlan.cellCount;
  if (!isPlanned) return { count: 0, isPossible: false };
  const { settledBefore, done } = computeTotals(progress);
  const ofRun = await countSettled(database, runId);
  const count = Math.max(0, sweepPlan.cellCount - planned - (settledBefore + done - ofRun));
  return { count, isPossible: false };
}

/** Counts the cells with a line: where a run of failed cells began, each of them has one. */
function countCalled(
  { cellCount }: SweepPlan,
  { isSettled, hasFailed }: ElsewhereContext['settled'],
): number {
  let called = 0;
  for (let number = 0; number < cellCount; number++) {
    if (isSettled(number) || hasFailed(number)) called += 1;
  }
  return called;
}
