import { join } from 'node:path';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { readLedger } from '../ledger/ledger.js';
import { runFiles, type Run } from './run.js';

/** Qualities of the repeats of each cell: by model, then by prompt, in the table's orders. */
export type RepeatedQualities = readonly (readonly (readonly number[])[])[];

/**
 * Reads what the outcome table averages: the quality of every repeat of a sweep's cells. Cells
 * without a label have no qualities. Undefined where the run is no sweep, or repeats nothing.
 */
export async function readRepeats({
  directory,
  info,
  table,
}: Pick<Run, 'directory' | 'info' | 'table'>): Promise<RepeatedQualities | undefined> {
  if (info.kind !== 'sweep') return undefined;
  const entries = await readLedger(join(directory, runFiles.ledger));
  if (!entries.some(({ repeat }) => repeat > 0)) return undefined;
  const last = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    last.set(JSON.stringify([entry.taskId, entry.model, entry.repeat]), entry);
  }
  const promptIndex = new Map(table.prompts.map(({ id }, index) => [id, index]));
  const modelIndex = new Map(table.models.map((model, index) => [model, index]));
  const qualities = table.models.map(() => table.prompts.map((): number[] => []));
  for (const entry of last.values()) {
    const prompt = promptIndex.get(entry.taskId);
    const model = modelIndex.get(entry.model);
    const quality = readQuality(entry);
    if (prompt === undefined || model === undefined || quality === undefined) continue;
    qualities[model]?.[prompt]?.push(quality);
  }
  return qualities;
}

/** The label that the outcome table takes from an entry, if any. */
function readQuality({ outcome, grade }: LedgerEntry): number | undefined {
  if (outcome === 'infrastructure') return undefined;
  if (grade.kind === 'graded') return grade.quality;
  return outcome === 'answered' ? undefined : 0;
}
