import path from 'node:path';
import { scanLedger } from '../../ledger/ledger.js';
import { runFiles } from '../../outcomes/run.js';
import { RoutesmithError } from '../../../util/errors.js';
import { joinNames } from '../../../util/join-names.js';
import type { Budget, Reservation } from '../budget.js';
import { findBatchPriceShare } from '../call-charge.js';
import type { SweepPlan } from '../plan-sweep.js';
import type { SettledCells } from '../settled-cells.js';
import { computeWorstCaseCostUsd } from '../worst-case-cost.js';
import { readOpenBatches, type OpenBatch } from './batch-records.js';

/** What is reserved for cells that batches of earlier processes may be answering, by the cell's key. */
export type OpenReservations = Map<string, Reservation>;

/**
 * Reserves what the batches of earlier processes may cost, before anything else is paid from the budget.
 * `adoptBatches` takes the reservations over when it has found the batches.
 *
 * @throws RoutesmithError `usage` if they have cells that are not in the plan: what these may cost is
 * not known, and nothing else may be paid from it
 */
export async function reserveOpenBatches(
  plan: SweepPlan,
  runDirectory: string,
  {
    settled,
    budget,
  }: { readonly settled: Pick<SettledCells, 'isSettled'>; readonly budget: Budget },
): Promise<OpenReservations> {
  const reservations: OpenReservations = new Map();
  const batchFile = path.join(runDirectory, runFiles.batches);
  const open = await readOpenBatches(batchFile);
  if (open.length === 0) return reservations;
  const numberOf = new Map(
    Array.from(
      { length: plan.cellCount },
      (_, number) => [plan.computeKey(number), number] as const,
    ),
  );
  const isRecorded = await readRecorded(path.join(runDirectory, runFiles.ledger), open);
  for (const batch of open) {
    const { cellKeys, at } = batch;
    for (const key of cellKeys) {
      const number = numberOf.get(key);
      if (number === undefined) throw describeOtherCellsInBatches(batchFile, batch, numberOf);
      if (reservations.has(key) || isRecorded(key, at)) continue;
      if (settled.isSettled(number)) continue;
      const { model, example } = plan.buildCell(number);
      const worstUsd = findBatchPriceShare(model) * computeWorstCaseCostUsd(model, example.prompt);
      reservations.set(key, budget.adopt(worstUsd));
    }
  }
  return reservations;
}

/**
 * A batch of an earlier process has cells that the plan has not.
 *
 * @param planned the keys of the plan's cells
 */
export function describeOtherCellsInBatches(
  batchFile: string,
  { models, cellKeys }: Pick<OpenBatch, 'models' | 'cellKeys'>,
  planned: Pick<ReadonlyMap<string, unknown>, 'has'>,
): RoutesmithError {
  const changed = cellKeys.some((key) => planned.has(key))
    ? ''
    : `None of the cells of ${joinNames(models)} in a batch is one of this sweep: the parameters, the ` +
      'name "model" or the provider in the pool may have changed. ';
  return new RoutesmithError('usage', 'batches of this run are for other cells', {
    where: batchFile,
    fix:
      `${changed}Give the tasks, models, parameters, repeats and limit with which they were sent: ` +
      'they are paid for.',
  });
}

/**
 * Reads which answers of open batches are failures that are in the ledger already: recorded twice, what
 * they may have cost would count twice.
 */
export async function readRecorded(
  ledgerFile: string,
  open: readonly OpenBatch[],
): Promise<(cellKey: string, at: string) => boolean> {
  const times = new Set(open.map(({ at }) => at));
  const recorded = new Set<string>();
  await scanLedger(ledgerFile, ({ cellKey, startedAt }) => {
    if (times.has(startedAt)) recorded.add(`${startedAt} ${cellKey}`);
  });
  return (cellKey, at) => recorded.has(`${at} ${cellKey}`);
}
