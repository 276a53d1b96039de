import { open, mkdir, readFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LedgerEntry } from './ledger-entry.js';
import { acquireLedgerLock, type LedgerLock } from './ledger-lock.js';
import { linePrefix, parseLedger } from './parse-ledger.js';

/** An open ledger: its one writer. */
export interface Ledger {
  readonly file: string;
  /** What the file held when it was opened. A later entry of the same cell replaces an earlier. */
  readonly entries: readonly LedgerEntry[];
  /** Keys of the cells that need no call any more, appended ones included. */
  readonly settledKeys: ReadonlySet<string>;
  /** Bytes of a torn last line that were cut off on opening; 0 where the file was whole. */
  readonly repairedBytes: number;
  /**
   * Adds an entry. It is on disk within 200 ms, or after `flush()`.
   *
   * @throws the error of an earlier write that failed: nothing is written after it
   */
  append(entry: LedgerEntry): void;
  /** Resolves when all that was appended is on disk; rejects where it could not be written. */
  flush(): Promise<void>;
  /** Flushes, closes the file and gives the lock back, even where flushing fails. */
  close(): Promise<void>;
}

/** At most this many lines are written and synced at once. */
const batchLines = 64;
/** And none waits longer than this. */
const flushIntervalMs = 200;

/**
 * Opens a ledger for writing, and creates it with its folder where it does not exist. A last line
 * that a crash cut off is removed.
 *
 * @throws RoutesmithError `run_locked` where another process has it open, `ledger_corrupt` where a
 * line before the last is damaged
 */
export async function openLedger(
  file: string,
  { now }: { readonly now: () => Date },
): Promise<Ledger> {
  await mkdir(path.dirname(file), { recursive: true });
  const lock = await acquireLedgerLock(file, now());
  try {
    const handle = await open(file, 'a+');
    try {
      return await createLedger(file, handle, lock);
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Reads a ledger that somebody else may be writing to: a torn last line is left out and left be. */
export async function readLedger(file: string): Promise<readonly LedgerEntry[]> {
  return parseLedger(await readFile(file), file).entries;
}

/** True for an outcome that says something about the model, so that the cell is not run again. */
function isSettled(entry: Pick<LedgerEntry, 'outcome'>): boolean {
  return entry.outcome !== 'infrastructure';
}

async function createLedger(file: string, handle: FileHandle, lock: LedgerLock): Promise<Ledger> {
  const bytes = await handle.readFile();
  const { entries, validBytes, lacksLineBreak } = parseLedger(bytes, file);
  if (validBytes < bytes.length) await handle.truncate(validBytes);
  if (lacksLineBreak) await handle.appendFile('\n');
  await handle.datasync();

  const settledKeys = new Set(entries.filter(isSettled).map((entry) => entry.cellKey));
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let failure: { readonly error: unknown } | undefined;
  let written = Promise.resolve();

  async function writeAfter(earlier: Promise<void>, text: string): Promise<void> {
    await earlier;
    if (failure !== undefined) return;
    try {
      await handle.appendFile(text);
      await handle.datasync();
    } catch (error) {
      // The last line may be torn now; anything after it would make that a corrupt middle.
      failure = { error };
    }
  }

  function writeWaiting(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    written = writeAfter(written, waiting.join(''));
    waiting = [];
  }

  async function flush(): Promise<void> {
    writeWaiting();
    await written;
    if (failure !== undefined) throw failure.error;
  }

  return {
    file,
    entries,
    settledKeys,
    repairedBytes: bytes.length - validBytes,
    append(entry) {
      if (failure !== undefined) throw failure.error;
      waiting.push(formatLine(entry));
      if (isSettled(entry)) settledKeys.add(entry.cellKey);
      if (waiting.length >= batchLines) writeWaiting();
      else timer ??= setTimeout(writeWaiting, flushIntervalMs);
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        await handle.close();
        await lock.release();
      }
    },
  };
}

/** Version and key come first whatever the order in memory: a torn line is known by them. */
function formatLine({ version, cellKey, ...rest }: LedgerEntry): string {
  const line = JSON.stringify({ version, cellKey, ...rest });
  if (!line.startsWith(linePrefix)) throw new TypeError('a ledger line must begin with its key');
  return `${line}\n`;
}
