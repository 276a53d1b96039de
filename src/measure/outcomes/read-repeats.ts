import { join } from 'node:path';
import { latestEntryPerCell } from '../ledger/latest-entries.js';
import { readLedger } from '../ledger/ledger.js';
import { computePromptHash } from '../tasks/example.js';
import { runFiles, type Run } from './run.js';
import { readLabel } from './swept-cells.js';

/** Qualities of the repeats of each cell: by model, then by prompt, in the order of the table. */
export type RepeatedQualities = readonly (readonly (readonly number[])[])[];

/**
 * Reads the labels that the outcome table averages: the quality of each repeat of a cell. A cell
 * without a label has none.
 *
 * @returns undefined for imported outcomes, and for a sweep without repeats
 */
export async function readRepeats({
  directory,
  info,
  table,
}: Pick<Run, 'directory' | 'info' | 'table'>): Promise<RepeatedQualities | undefined> {
  if (info.kind !== 'sweep') return undefined;
  const entries = await readLedger(join(directory, runFiles.ledger));
  if (!entries.some(({ repeat }) => repeat > 0)) return undefined;
  const promptOf = new Map(
    table.prompts.map(({ id, prompt }, index) => [id, { index, hash: computePromptHash(prompt) }]),
  );
  const indexOfModel = new Map(table.models.map((model, index) => [model, index]));
  const qualities = table.models.map(() => table.prompts.map((): number[] => []));
  for (const entry of latestEntryPerCell(entries)) {
    const prompt = promptOf.get(entry.taskId);
    const model = indexOfModel.get(entry.model);
    const label = readLabel(entry);
    if (prompt?.hash !== entry.promptHash || model === undefined || !label.ok) continue;
    qualities[model]?.[prompt.index]?.push(label.value);
  }
  return qualities;
}
