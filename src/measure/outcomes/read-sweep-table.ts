import { computePromptHash } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { readRunExamples } from './read-run-examples.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { scanLedger } from '../ledger/ledger.js';
import { createOutcomeTableBuilder } from './outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from './outcome-table.js';
import type { RunInfo } from './run.js';
import { createSweptCells, type SweptCell } from './swept-cells.js';

export interface SweepTable {
  readonly table: OutcomeTable;
  /** Number of cells that are not labels, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/**
 * Reads the table of a sweep from its examples and its ledger. `CurrentLines` decides which entries
 * count, and `readLabel` gives their quality. Everything else is skipped and counted:
 * infrastructure failures, ungraded answers, answers to a changed prompt or of changed model
 * settings, and examples without any outcome. An adaptive sweep's examples are all kept, and its
 * table says which ones were held out, unless everything was bought in the end.
 *
 * @throws RoutesmithError `invalid_task_set` or `ledger_corrupt`, with file and line
 */
export async function readSweepTable(
  tasksFile: string,
  ledgerFile: string,
  info: RunInfo,
): Promise<SweepTable> {
  const prompts = await readPrompts(tasksFile);
  const leftOut = new Map<string, number>();
  const leaveOut = (reason: string, count = 1): void => {
    if (count > 0) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  };
  const swept = createSweptCells();
  const isTorn = await scan(ledgerFile, swept.add);
  leaveOut('torn last line of the ledger', isTorn ? 1 : 0);
  leaveOut('model settings have changed', swept.superseded);

  const { isWhole, untested } = describePurchases(swept.listShown());
  const labeled = new Set<string>();
  const heldOut = new Set<string>();
  let isAdaptive = false;
  let simulated = info.simulated;
  for (const cell of swept.listShown()) {
    if (untested.has(cell.model)) {
      leaveOut(
        `${cell.model} was added, and not asked for held-out prompts: it is of no use so far`,
      );
      continue;
    }
    if (cell.boughtFor !== undefined) isAdaptive = true;
    if (cell.boughtFor === 'hold_out') heldOut.add(cell.taskId);
    const reason = findReasonToLeaveOut(cell, prompts.get(cell.taskId));
    if (reason === undefined) {
      labeled.add(cell.taskId);
      simulated ||= cell.simulated;
    } else leaveOut(reason);
  }
  const builder = createOutcomeTableBuilder({ simulated, costBasis: info.costBasis });
  for (const { id } of info.models) if (!untested.has(id)) builder.addModel(id);
  for (const { record } of prompts.values()) {
    // The labels of prompts that were not bought still tell tasks apart.
    if (labeled.has(record.id) || (isAdaptive && isWhole)) {
      builder.addPrompt(heldOut.has(record.id) ? { ...record, heldOut: true } : record);
    } else leaveOut('task without outcomes');
  }
  for (const cell of swept.listShown()) {
    const isLabel = findReasonToLeaveOut(cell, prompts.get(cell.taskId)) === undefined;
    if (isLabel && !untested.has(cell.model))
      builder.addOutcome(cell.taskId, cell.model, cell.values);
  }
  const table = builder.build();
  const isComplete = table.quality.every((value) => !Number.isNaN(value));
  return { table: isAdaptive && !isComplete ? { ...table, design: 'adaptive' } : table, leftOut };
}

/** How the models of a run were asked. */
interface Purchases {
  /** Whether every model's cells were bought one by one: the whole sweep was adaptive. */
  readonly isWhole: boolean;
  /**
   * Models that were added to swept ones and asked to learn from, but not for the held-out prompts: the
   * sweep found them of no use, or was stopped before. Their outcomes cannot be tested.
   */
  readonly untested: ReadonlySet<string>;
}

function describePurchases(cells: Iterable<SweptCell>): Purchases {
  const reasonsOf = new Map<string, Set<SweptCell['boughtFor']>>();
  for (const { model, boughtFor, unlabeledBecause } of cells) {
    // A call that was cut off does not say what it was for.
    if (boughtFor === undefined && unlabeledBecause !== undefined) continue;
    const reasons = reasonsOf.get(model) ?? new Set();
    reasonsOf.set(model, reasons.add(boughtFor));
  }
  const all = [...reasonsOf];
  const isWhole = all.every(([, reasons]) => !reasons.has(undefined));
  const isUntested = (reasons: ReadonlySet<SweptCell['boughtFor']>): boolean =>
    !isWhole && !reasons.has(undefined) && !reasons.has('hold_out');
  const untested = all.filter(([, reasons]) => isUntested(reasons)).map(([model]) => model);
  return { isWhole, untested: new Set(untested) };
}

/** An example's prompt, and the hash that its ledger entries must have. */
interface SweptPrompt {
  readonly record: PromptRecord;
  readonly promptHash: string;
}

function findReasonToLeaveOut(
  { promptHash, unlabeledBecause }: SweptCell,
  prompt: SweptPrompt | undefined,
): string | undefined {
  if (prompt === undefined) return 'task not in the task set';
  if (prompt.promptHash !== promptHash) return 'prompt has changed';
  return unlabeledBecause;
}

async function readPrompts(file: string): Promise<ReadonlyMap<string, SweptPrompt>> {
  const prompts = new Map<string, SweptPrompt>();
  for (const { id, prompt, task, weight } of (await readRunExamples(file)).values()) {
    const record = { id, prompt, task, group: undefined, ...(weight !== undefined && { weight }) };
    prompts.set(id, { record, promptHash: computePromptHash(prompt) });
  }
  return prompts;
}

async function scan(file: string, onEntry: (entry: LedgerEntry) => void): Promise<boolean> {
  try {
    return await scanLedger(file, onEntry);
  } catch (cause) {
    if (RoutesmithError.isInstance(cause)) throw cause;
    throw new RoutesmithError('invalid_input', 'the ledger of the sweep cannot be read', {
      where: file,
      fix: 'Run the sweep first, or check that the folder is complete.',
      cause,
    });
  }
}
