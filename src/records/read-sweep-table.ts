import { readFile } from 'node:fs/promises';
import { computePromptHash } from '../tasks/compute-prompt-hash.js';
import { RoutesmithError } from '../util/errors.js';
import { isJsonObject } from '../util/json.js';
import { readTextFile } from '../util/read-text-file.js';
import { decodePrompt } from './decode-prompt.js';
import type { LedgerEntry } from './ledger-entry.js';
import { decodeLabel } from './outcome-row.js';
import { createOutcomeTableBuilder, type OutcomeTableBuilder } from './outcome-table-builder.js';
import type { OutcomeTable, PromptRecord } from './outcome-table.js';
import { parseJsonLines } from './parse-json-lines.js';
import { parseLedger } from './parse-ledger.js';
import { decodeWeight } from './prompt-weights.js';
import type { RunInfo } from './run.js';

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
  const { entries, isTorn, replaced } = await readLastEntries(ledgerFile);
  leaveOut('torn last line of the ledger', isTorn ? 1 : 0);
  leaveOut('model settings have changed', replaced);

  const labels: LedgerEntry[] = [];
  for (const entry of entries) {
    const reason = findReasonToLeaveOut(entry, prompts.get(entry.taskId));
    if (reason === undefined) labels.push(entry);
    else leaveOut(reason);
  }
  const simulated = info.simulated || labels.some((entry) => entry.simulated);
  const builder = createOutcomeTableBuilder({ simulated, costBasis: info.costBasis });
  for (const { id } of info.models) builder.addModel(id);
  const labelled = new Set(labels.map(({ taskId }) => taskId));
  for (const { record } of prompts.values()) {
    if (labelled.has(record.id)) builder.addPrompt(record);
    else leaveOut('task without outcomes');
  }
  for (const label of labels) addLabel(label, builder);
  return { table: builder.build(), leftOut };
}

/** A task's prompt, and the hash that the ledger's entries of it must have. */
interface SweptPrompt {
  readonly record: PromptRecord;
  readonly promptHash: string;
}

function findReasonToLeaveOut(
  { outcome, grade, promptHash }: LedgerEntry,
  prompt: SweptPrompt | undefined,
): string | undefined {
  if (prompt === undefined) return 'task not in the task set';
  if (prompt.promptHash !== promptHash) return 'prompt has changed';
  if (outcome === 'infrastructure') return 'infrastructure';
  if (outcome === 'answered' && grade.kind === 'ungraded') return `ungraded: ${grade.reason}`;
  return undefined;
}

function addLabel({ grade, usage, ...entry }: LedgerEntry, builder: OutcomeTableBuilder): void {
  builder.addOutcome(entry.taskId, entry.model, {
    quality: grade.kind === 'graded' ? grade.quality : 0,
    costUsd: entry.costUsd ?? undefined,
    latencyMs: entry.latencyMs ?? undefined,
    ttftMs: entry.ttftMs ?? undefined,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
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

interface LastEntries {
  readonly entries: readonly LedgerEntry[];
  readonly isTorn: boolean;
  /** How many cells have a later one of the same task, model and repeat, but other settings. */
  readonly replaced: number;
}

async function readLastEntries(file: string): Promise<LastEntries> {
  const bytes = await readLedgerBytes(file);
  const parsed = parseLedger(bytes, file);
  const cells = keepLast(parsed.entries, ({ cellKey, repeat }) => `${cellKey} ${repeat}`);
  const entries = keepLast(cells, ({ taskId, model, repeat }) =>
    JSON.stringify([taskId, model, repeat]),
  );
  const isTorn = parsed.validBytes < bytes.length;
  return { entries, isTorn, replaced: cells.length - entries.length };
}

/** The last entry of each key, in the order of these last entries. */
function keepLast(
  entries: readonly LedgerEntry[],
  keyOf: (entry: LedgerEntry) => string,
): readonly LedgerEntry[] {
  const last = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    const key = keyOf(entry);
    last.delete(key);
    last.set(key, entry);
  }
  return [...last.values()];
}

async function readLedgerBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'the ledger of the sweep cannot be read', {
      where: file,
      fix: 'Run the sweep first, or check that the folder is complete.',
      cause,
    });
  }
}
