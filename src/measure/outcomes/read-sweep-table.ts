import { computePromptHash } from '../tasks/example.js';
import { readRunExamples } from './read-run-examples.js';
import { scanLedger } from '../ledger/ledger.js';
import type { HeldOutRecord } from './held-out.js';
import { createOutcomeTableBuilder } from './outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from './outcome-table.js';
import { collectPrices } from './run-prices.js';
import type { RunInfo } from './run.js';
import { describeSweepDesign, type SweepDesign } from './sweep-design.js';
import { SweptCells, type SweptCell } from './swept-cells.js';
import { countUngraded, type UngradedAnswers, type UngradedReason } from './ungraded-answers.js';

export interface SweepTable {
  readonly table: OutcomeTable;
  /** Number of cells that are not labels, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** Those of them that nothing has graded, most frequent reason first. */
  readonly ungraded: readonly UngradedAnswers[];
}

/**
 * Reads the table of a sweep from its examples and its ledger. `CurrentLines` decides which entries
 * count, `readLabel` gives their quality, and the prices of `run.json` their cost, except where the
 * provider charged it. Everything else is skipped and counted:
 * infrastructure failures, ungraded answers, answers to a changed prompt or of changed model
 * settings, and examples without any outcome. An adaptive sweep's examples are all kept, and its
 * table says which ones were held out, unless everything was bought in the end.
 *
 * @param recorded the held-out prompts; without a record, those of which a cell was bought as held out
 * @throws RoutesmithError `invalid_task_set` or `ledger_corrupt`, with file and line
 */
export async function readSweepTable(
  tasksFile: string,
  ledgerFile: string,
  info: RunInfo,
  recorded?: HeldOutRecord,
): Promise<SweepTable> {
  const prompts = await readPrompts(tasksFile);
  const leftOut = new Map<string, number>();
  const leaveOut = (reason: string, count = 1): void => {
    if (count > 0) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  };
  const swept = new SweptCells(collectPrices(info));
  const isTorn = await scanLedger(ledgerFile, (entry) => swept.add(entry));
  leaveOut('torn last line of the ledger', isTorn ? 1 : 0);
  leaveOut('model settings have changed', swept.superseded);

  const hashes = new Map(Array.from(prompts, ([id, { promptHash }]) => [id, promptHash]));
  const design = describeSweepDesign(() => swept.listShown(), hashes, recorded);
  const { isAdaptive, untested } = design;
  const labeled = new Set<string>();
  const ungraded: UngradedReason[] = [];
  let simulated = info.simulated;
  for (const cell of swept.listShown()) {
    const reason = untested.has(cell.model)
      ? `${cell.model} was added, and not asked for enough held-out prompts: it is of no use, or its sweep was stopped`
      : findReasonToLeaveOut(cell, prompts.get(cell.taskId));
    if (reason === undefined) {
      labeled.add(cell.taskId);
      simulated ||= cell.simulated;
      continue;
    }
    leaveOut(reason);
    if (cell.ungraded !== undefined && reason === cell.unlabeledBecause)
      ungraded.push(cell.ungraded);
  }
  const builder = createOutcomeTableBuilder({ simulated, costBasis: info.costBasis });
  for (const { id } of info.models) if (!untested.has(id)) builder.addModel(id);
  const shown = listShownPrompts(prompts, labeled, design);
  leaveOut('task without outcomes', prompts.size - shown.length);
  for (const { record, promptHash } of shown) {
    const isHeldOut = isAdaptive && design.heldOut.has(promptHash);
    builder.addPrompt(isHeldOut ? { ...record, heldOut: true } : record);
  }
  for (const cell of swept.listShown()) {
    const isLabel = findReasonToLeaveOut(cell, prompts.get(cell.taskId)) === undefined;
    if (isLabel && !untested.has(cell.model))
      builder.addOutcome(cell.taskId, cell.model, cell.values);
  }
  const table = builder.build();
  return {
    table: isAdaptive ? { ...table, design: 'adaptive' } : table,
    leftOut,
    ungraded: countUngraded(ungraded),
  };
}

/**
 * The prompts with labels, and of an adaptive sweep also those that were not bought: their tasks still
 * count. Of several that are the same, only one was ever called.
 */
function listShownPrompts(
  prompts: ReadonlyMap<string, SweptPrompt>,
  labeled: ReadonlySet<string>,
  { isAdaptive, isWhole }: SweepDesign,
): SweptPrompt[] {
  const all = [...prompts.values()];
  const isLabeled = ({ record }: SweptPrompt): boolean => labeled.has(record.id);
  if (!isAdaptive || !isWhole) return all.filter(isLabeled);
  const seen = new Set(all.filter(isLabeled).map(({ promptHash }) => promptHash));
  return all.filter((prompt) => {
    if (isLabeled(prompt)) return true;
    const isNew = !seen.has(prompt.promptHash);
    seen.add(prompt.promptHash);
    return isNew;
  });
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
  for (const { id, prompt, task, group, weight } of (await readRunExamples(file)).values()) {
    const record = { id, prompt, task, group, ...(weight !== undefined && { weight }) };
    prompts.set(id, { record, promptHash: computePromptHash(prompt) });
  }
  return prompts;
}
