import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { startCellRun } from '../sweep/cell-run.js';
import type { Clock } from '../sweep/calls/clock.js';
import type { TakenCell } from './lane-take.js';
import { createQueueCells } from './queue-plan.js';
import { readQueuePrompts } from './queue-prompts.js';
import { decodeEntryLine, RunGoneError, type RunHandle } from './queue-run.js';
import { startHeldCell, type HeldCell } from './worker-lane.js';

/** A cell that was taken, with its prompt. */
export interface PreparedCell {
  readonly held: HeldCell;
  /** Its answer, if it is only to be graded. */
  readonly answer: LedgerEntry | undefined;
}

/** Prepares to read the prompts of cells that were taken. @throws RunGoneError from what it returns */
export function createPreparer({
  database,
  runId,
  plan,
  clock,
}: RunHandle & { readonly clock: Clock }): (
  taken: readonly TakenCell[],
) => Promise<readonly PreparedCell[]> {
  const cells = createQueueCells(plan);
  return async (taken) => {
    const places = taken.map(({ number }) => cells.findPromptPlace(number));
    const prompts = await readQueuePrompts(database, runId, places);
    return taken.map(({ answerLine, hasChargeLine = false, ...key }) => {
      const prompt = prompts.get(cells.findPromptPlace(key.number));
      if (prompt === undefined) throw new RunGoneError(runId);
      const cell = cells.buildCell(key.number, prompt);
      const run = startCellRun(cell, key.rank, clock.now(), { hasChargeLine });
      const answer =
        answerLine === undefined ? undefined : decodeEntryLine(answerLine, runId).entry;
      return { held: startHeldCell(key, run), answer };
    });
  };
}
