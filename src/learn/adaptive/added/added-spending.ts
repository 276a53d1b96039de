import { join } from 'node:path';
import { CutOffCalls } from '../../../measure/ledger/cut-off-calls.js';
import {
  findPaidUsd,
  isUnpriced,
  mayHaveCharged,
  type LedgerEntry,
} from '../../../measure/ledger/ledger-entry.js';
import { scanLedger } from '../../../measure/ledger/ledger.js';
import { runFiles } from '../../../measure/outcomes/run.js';

/** What the calls to an added model have cost. */
export interface AddedSpending {
  readonly model: string;
  readonly spentUsd: number;
  /** Calls whose charges are, or may be, missing from `spentUsd`. */
  readonly unpriced: number;
}

/**
 * What all recorded calls to a model have cost, those that failed included.
 *
 * @throws RoutesmithError `ledger_corrupt`
 */
export async function readAddedSpending(
  runDirectory: string,
  model: string,
): Promise<AddedSpending> {
  let [spentUsd, unpriced] = [0, 0];
  const calls = new CutOffCalls();
  const countMissing = (lines: Iterable<LedgerEntry>): void => {
    for (const line of lines) if (lacksCharge(line)) unpriced += 1;
  };
  await scanLedger(join(runDirectory, runFiles.ledger), (entry) => {
    // A line with a new grade repeats the charge of the call.
    if (entry.model !== model || entry.regraded === true) return;
    spentUsd += findPaidUsd(entry) ?? 0;
    countMissing(calls.accept(entry));
  });
  countMissing(calls.listOpen());
  return { model, spentUsd, unpriced };
}

function lacksCharge(entry: LedgerEntry): boolean {
  return mayHaveCharged(entry) || (entry.outcome !== 'infrastructure' && isUnpriced(entry));
}
