import { fdatasync, writeSync } from 'node:fs';
import { open, mkdir, readFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LedgerEntry } from './ledger-entry.js';
import { acquireLedgerLock, type LedgerLock } from './ledger-lock.js';
import {
  createLedgerReader,
  linePrefix,
  type LedgerEnd,
  type LinePlace,
  parseLedger,
} from './ledger-reader.js';

/** An open ledger: its one writer. */
export interface Ledger {
  readonly file: string;
  /** Bytes of a torn last line that were cut off on opening; 0 where the file was whole. */
  readonly repairedBytes: number;
  /** How many bytes have been written, those from before it was opened included. */
  readonly writtenBytes: number;
  /**
   * Adds an entry. It is in the file by the end of this turn of the event loop, where the end of
   * the process cannot lose it, and on the disk within 200 ms, or after `flush()`.
   *
   * @throws the error of an earlier write that failed: nothing is written after it
   */
  append(entry: LedgerEntry): void;
  /** Writes at once what waits for the end of the turn. */
  write(): void;
  /** Reads one of the entries that the file held when it was opened. */
  readEntry(place: LinePlace): Promise<LedgerEntry>;
  /** Resolves when all that was appended is on disk; rejects where it could not be written. */
  flush(): Promise<void>;
  /** Flushes, closes the file and gives the lock back, even where flushing fails. */
  close(): Promise<void>;
}

export interface LedgerSettings {
  readonly now: () => Date;
  /** Called once nobody else can write to the run, before the file is read. */
  readonly onLocked?: () => Promise<void>;
  /** Called for every entry that the file holds, in its order, before it can be written to. */
  readonly onEntry?: (entry: LedgerEntry, place: LinePlace) => void;
}

/** What has been written is on disk after this, whatever happens to the machine. */
const syncIntervalMs = 200;
const readBytes = 1024 * 1024;

/**
 * Opens a ledger for writing, and creates it with its folder where it does not exist. A last line
 * that a crash cut off is removed.
 *
 * @throws RoutesmithError `run_locked` where another process has it open, `ledger_corrupt` where a
 * line before the last is damaged
 */
export async function openLedger(file: string, settings: LedgerSettings): Promise<Ledger> {
  await mkdir(path.dirname(file), { recursive: true });
  const lock = await acquireLedgerLock(file, settings.now());
  try {
    await settings.onLocked?.();
    const handle = await open(file, 'a+');
    try {
      return await createLedger(file, handle, lock, settings);
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

/**
 * Reads a ledger of any size entry by entry, as `readLedger` does.
 *
 * @returns true where a torn last line was left out
 */
export async function scanLedger(
  file: string,
  onEntry: (entry: LedgerEntry, place: LinePlace) => void,
): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { size, validBytes } = await readEntries(handle, file, onEntry);
    return validBytes < size;
  } finally {
    await handle.close();
  }
}

async function readEntries(
  handle: FileHandle,
  file: string,
  onEntry: (entry: LedgerEntry, place: LinePlace) => void,
): Promise<LedgerEnd & { readonly size: number }> {
  const reader = createLedgerReader(file, onEntry);
  const buffer = Buffer.allocUnsafe(readBytes);
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size);
    if (bytesRead === 0) return { ...reader.end(), size };
    reader.accept(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
}

async function createLedger(
  file: string,
  handle: FileHandle,
  lock: LedgerLock,
  { onEntry = () => {} }: LedgerSettings,
): Promise<Ledger> {
  const { size, validBytes, lacksLineBreak } = await readEntries(handle, file, onEntry);
  if (validBytes < size) await handle.truncate(validBytes);
  if (lacksLineBreak) await handle.appendFile('\n');
  await handle.datasync();

  let writtenBytes = validBytes + (lacksLineBreak ? 1 : 0);
  let waiting: string[] = [];
  let isWriteDue = false;
  let failure: { readonly error: unknown } | undefined;
  let syncTimer: NodeJS.Timeout | undefined;
  let syncs = Promise.resolve();

  /** Into the system's memory, in one call: it takes microseconds, and a killed process keeps it. */
  function writeWaiting(): void {
    isWriteDue = false;
    if (waiting.length === 0 || failure !== undefined) return;
    const bytes = Buffer.from(waiting.join(''));
    waiting = [];
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(handle.fd, bytes, done);
      writtenBytes += bytes.length;
      syncTimer ??= setTimeout(() => void sync(), syncIntervalMs);
    } catch (error) {
      // The last line may be torn now; anything after it would make that a corrupt middle.
      failure = { error };
    }
  }

  /** One at a time, and off the main thread: it takes as long as the disk takes. */
  function sync(): Promise<void> {
    clearTimeout(syncTimer);
    syncTimer = undefined;
    syncs = syncs.then(
      () =>
        new Promise((resolve) => {
          fdatasync(handle.fd, (error) => {
            if (error !== null) failure ??= { error };
            resolve();
          });
        }),
    );
    return syncs;
  }

  async function flush(): Promise<void> {
    writeWaiting();
    await sync();
    if (failure !== undefined) throw failure.error;
  }

  // Also where the process is told to end at once.
  process.once('exit', writeWaiting);
  return {
    file,
    repairedBytes: size - validBytes,
    get writtenBytes() {
      return writtenBytes;
    },
    append(entry) {
      if (failure !== undefined) throw failure.error;
      waiting.push(formatLedgerLine(entry));
      if (isWriteDue) return;
      isWriteDue = true;
      setImmediate(writeWaiting);
    },
    write: writeWaiting,
    async readEntry({ start, length }) {
      const bytes = Buffer.allocUnsafe(length);
      await handle.read(bytes, 0, length, start);
      return parseLedger(bytes, file).entries[0] as LedgerEntry;
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        process.off('exit', writeWaiting);
        await handle.close();
        await lock.release();
      }
    },
  };
}

/** A line of a ledger. Version and key come first whatever the order in memory: a torn line is known by them. */
export function formatLedgerLine({ version, cellKey, ...rest }: LedgerEntry): string {
  const line = JSON.stringify({ version, cellKey, ...rest });
  if (!line.startsWith(linePrefix)) throw new TypeError('a ledger line must begin with its key');
  return `${line}\n`;
}
