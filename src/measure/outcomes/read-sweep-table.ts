import { computePromptHash } from '../tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';
import { decodePrompt, decodeLabel, decodeWeight } from './outcome-row.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { scanLedger } from '../ledger/ledger.js';
import { createOutcomeTableBuilder, type OutcomeTableBuilder } from './outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from './outcome-table.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import type { RunInfo } from './run.js';
import { createSweptCells, type SweptCell } from '../ledger/swept-cells.js';

export interface SweepTable {
  readonly table: OutcomeTable;
  /** Cells that are no labels, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/**
 * Reads the table of a sweep from its tasks and its ledger. Of several lines of one task, and of
 * several entries of one cell, the last counts. A graded cell has its grade as quality; a refusal,
 * a truncated or malformed answer and a context overflow are labels of quality 0. All else is no
 * label, is left out and counted: infrastructure failures, ungraded answers, answers to a prompt
 * or from model settings that have changed since, tasks without a single outcome.
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
  leaveOut('model settings have changed', swept.listLast().replaced);

  const labelled = new Set<string>();
  let simulated = info.simulated;
  for (const cell of swept.listLast().cells) {
    const reason = findReasonToLeaveOut(cell, prompts.get(cell.taskId));
    if (reason === undefined) {
      labelled.add(cell.taskId);
      simulated ||= cell.simulated;
    } else leaveOut(reason);
  }
  const builder = createOutcomeTableBuilder({ simulated, costBasis: info.costBasis });
  for (const { id } of info.models) builder.addModel(id);
  for (const { record } of prompts.values()) {
    if (labelled.has(record.id)) builder.addPrompt(record);
    else leaveOut('task without outcomes');
  }
  for (const cell of swept.listLast().cells) {
    const isLabel = findReasonToLeaveOut(cell, prompts.get(cell.taskId)) === undefined;
    if (isLabel) addLabel(cell, builder);
  }
  return { table: builder.build(), leftOut };
}

/** A task's prompt, and the hash that the ledger's entries of it must have. */
interface SweptPrompt {
  readonly record: PromptRecord;
  readonly promptHash: string;
}

function findReasonToLeaveOut(
  { outcome, ungraded, promptHash }: SweptCell,
  prompt: SweptPrompt | undefined,
): string | undefined {
  if (prompt === undefined) return 'task not in the task set';
  if (prompt.promptHash !== promptHash) return 'prompt has changed';
  if (outcome === 'infrastructure') return 'infrastructure';
  if (outcome === 'answered' && ungraded !== undefined) return `ungraded: ${ungraded}`;
  return undefined;
}

function addLabel(cell: SweptCell, builder: OutcomeTableBuilder): void {
  builder.addOutcome(cell.taskId, cell.model, {
    quality: cell.quality,
    costUsd: cell.costUsd,
    latencyMs: cell.latencyMs,
    ttftMs: cell.ttftMs,
    inputTokens: cell.inputTokens,
    outputTokens: cell.outputTokens,
  });
}

async function readPrompts(file: string): Promise<ReadonlyMap<string, SweptPrompt>> {
  const prompts = new Map<string, SweptPrompt>();
  for (const parsed of parseJsonLines(await readTextFile(file))) {
    const fail = (problem: string): RoutesmithError =>
      new RoutesmithError('invalid_task_set', problem, {
        where: `${file}:${parsed.line}`,
        fix: 'Restore the file as the sweep wrote it.',
      });
    if (parsed.problem !== undefined) throw fail(parsed.problem);
    if (!isJsonObject(parsed.value)) throw fail('the line is not a JSON object');
    const { id, prompt } = parsed.value;
    if (typeof id !== 'string') throw fail('the task has no id');
    const request = decodePrompt(isJsonObject(prompt) ? prompt : { prompt });
    if (!request.ok) throw fail(request.problem);
    const task = decodeLabel('task', parsed.value['task']);
    if (!task.ok) throw fail(task.problem);
    const weight = decodeWeight(parsed.value['weight']);
    if (!weight.ok) throw fail(weight.problem);
    const record = {
      id,
      prompt: request.value,
      task: task.value,
      group: undefined,
      ...weight.value,
    };
    prompts.set(id, { record, promptHash: computePromptHash(request.value) });
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
