import { existsSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { runFiles } from '../outcomes/run.js';
import { formatLedgerLine } from '../ledger/ledger.js';
import { parseLedger } from '../ledger/ledger-reader.js';
import { RoutesmithError } from '../../util/errors.js';
import { privateMode, replaceFile } from '../../util/replace-file.js';
import { sha256 } from '../../util/sha256.js';

const queueFileSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  /** The schema of the run's tables. Absent in files of earlier versions. */
  schema: z.string().exactOptional(),
  /** The run's database, as `QueueAddress.shown`. Absent in files of earlier versions. */
  database: z.string().exactOptional(),
  /** Names this folder's coordinator, so that one that is started again goes on at once. */
  coordinator: z.string(),
  /** The ledger holds all lines of the database up to this one, */
  seq: z.number().min(0),
  /** and this was its length then. */
  ledgerBytes: z.number().min(0),
});

/** `queue.json` in a run's folder: the run in the database, and how far it has been collected. */
export type QueueFile = z.infer<typeof queueFileSchema>;

export function findQueueFile(runDirectory: string): string {
  return path.join(runDirectory, runFiles.queue);
}

/**
 * Reads a folder's `queue.json`.
 *
 * @returns undefined if there is none
 * @throws RoutesmithError `invalid_input` if it is damaged
 */
export async function readQueueFile(runDirectory: string): Promise<QueueFile | undefined> {
  const file = findQueueFile(runDirectory);
  if (!existsSync(file)) return undefined;
  try {
    return queueFileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'this is not the queue file of a run', {
      where: file,
      fix: 'Delete it. The run is then found in the database by its name and plan.',
      cause,
    });
  }
}

export async function writeQueueFile(runDirectory: string, content: QueueFile): Promise<void> {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  await replaceFile(findQueueFile(runDirectory), text, { mode: privateMode });
}

/** Removes the file of a run that is collected: the folder is one machine's again. */
export async function removeQueueFile(runDirectory: string): Promise<void> {
  await rm(findQueueFile(runDirectory), { force: true });
}

/**
 * Digests of a ledger's lines after a position: a coordinator that was killed may have appended lines
 * that its `queue.json` does not count yet.
 */
export async function readLineDigests(file: string, fromByte: number): Promise<Set<string>> {
  const digests = new Set<string>();
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.max(0, size - fromByte));
    await handle.read(bytes, 0, bytes.length, fromByte);
    for (const entry of parseLedger(bytes, file).entries) digests.add(digestEntry(entry));
  } finally {
    await handle.close();
  }
  return digests;
}

/** The digest of an entry as it is read from a ledger, without what only the ledger's line has. */
export function digestEntry(entry: LedgerEntry): string {
  const { endsCutOff: _, ...line } = entry;
  return sha256(formatLedgerLine(line));
}
