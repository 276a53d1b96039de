import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KeptLabels } from './grade-entry.js';
import type { GradingTools } from '../graders/grade.js';
import { readCallJournal, type BegunCall } from '../ledger/call-journal.js';
import { openLedger, scanLedger, type Ledger } from '../ledger/ledger.js';
import { runFiles } from '../outcomes/run.js';
import { buildCutOffEntry } from './cell-entry.js';
import type { SweepPlan } from './plan-sweep.js';
import { SettledCellsReader, type SettledCells } from './settled-cells.js';

/** The open records of a run, and the state of a plan's cells in them. */
export interface SweepRecords {
  readonly ledger: Ledger;
  readonly settled: SettledCells;
  /** Calls that were in flight when an earlier process was killed; now in the ledger. */
  readonly cutOff: readonly BegunCall[];
  /** Labels that are not current and stand, since they could not be made again. @default none */
  readonly keptGrades?: KeptLabels;
  /** Ids of models whose price has changed since an earlier sweep. @default none */
  readonly repriced?: readonly string[];
}

/**
 * Opens a run's ledger and matches its entries with a plan. Calls that were in flight when an
 * earlier process was killed get a ledger entry: they may have been charged, and are called again.
 *
 * @throws RoutesmithError `run_locked` or `ledger_corrupt`
 */
export async function openSweepRecords(
  runDirectory: string,
  plan: SweepPlan,
  tools: GradingTools,
  now: () => Date,
): Promise<SweepRecords> {
  const callsFile = path.join(runDirectory, runFiles.calls);
  let reader: SettledCellsReader | undefined;
  const ledger = await openLedger(path.join(runDirectory, runFiles.ledger), {
    now,
    onLocked: async () => {
      reader = new SettledCellsReader(plan, tools, await readCallJournal(callsFile));
    },
    onEntry: (entry, place) => reader?.accept(entry, place),
  });
  const opened = reader ?? new SettledCellsReader(plan, tools);
  const cutOff = opened.listCutOff();
  for (const call of cutOff) {
    const entry = buildCutOffEntry(call);
    ledger.append(entry);
    opened.accept(entry, { start: ledger.writtenBytes, length: 0 });
  }
  return { ledger, settled: opened.finish(), cutOff };
}

/**
 * Matches a run's ledger with a plan without writing anything. If the run does not exist yet, no
 * cell is settled. Calls that were cut off count as the sweep itself will count them.
 */
export async function readSettledCells(
  runDirectory: string,
  plan: SweepPlan,
  tools: GradingTools = {},
): Promise<SettledCells> {
  const reader = new SettledCellsReader(
    plan,
    tools,
    await readCallJournal(path.join(runDirectory, runFiles.calls)),
  );
  const file = path.join(runDirectory, runFiles.ledger);
  if (existsSync(file)) {
    await scanLedger(file, (entry, place) => reader.accept(entry, place));
  }
  for (const call of reader.listCutOff()) {
    reader.accept(buildCutOffEntry(call), { start: Number.MAX_SAFE_INTEGER, length: 0 });
  }
  return reader.finish();
}
