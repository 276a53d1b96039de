import { existsSync, fdatasync } from 'node:fs';
import { open, mkdir, readFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { findErrorCode, RoutesmithError } from '../../util/errors.js';
import type { FileLock } from '../../util/file-lock.js';
import { describeReadError } from '../../util/read-text-file.js';
import { describeWriteError, privateMode } from '../../util/replace-file.js';
import { writeFully } from '../../util/write-fully.js';
import type { LedgerEntry } from './ledger-entry.js';
import { acquireLedgerLock } from './ledger-lock.js';
import {
  createLedgerReader,
  linePrefix,
  type LedgerEnd,
  type LinePlace,
  parseLedger,
} from './ledger-reader.js';

/** An open ledger. It has only one writer at a time. */
export interface Ledger {
  readonly file: string;
  /** Bytes of an incomplete last line that were removed on opening; 0 if there was none. */
  readonly repairedBytes: number;
  /** The length of the file in bytes, without entries that are not written yet. */
  readonly writtenBytes: number;
  /**
   * Adds an entry. It is in the file by the end of this turn of the event loop, which survives a
   * killed process, and on disk within 200 ms or after `flush()`.
   *
   * @throws RoutesmithError that names the file, of an earlier failed write (a full disk); nothing is
   * written after it
   */
  append(entry: LedgerEntry): void;
  /** Writes the pending entries now instead of at the end of the turn. */
  write(): void;
  /** Reads one of the entries that the file held when it was opened. */
  readEntry(place: LinePlace): Promise<LedgerEntry>;
  /** Resolves when all entries are on disk; rejects if they could not be written. */
  flush(): Promise<void>;
  /** Flushes, closes the file and releases the lock, even if flushing fails. */
  close(): Promise<void>;
}

export interface LedgerSettings {
  readonly now: () => Date;
  /** Called after the lock is acquired, before the file is read. */
  readonly onLocked?: () => Promise<void>;
  /** Called for every entry of the file, in order, before anything is appended. */
  readonly onEntry?: (entry: LedgerEntry, place: LinePlace) => void;
}

/** Written entries are on disk after this time, where a power failure cannot lose them. */
const syncIntervalMs = 200;
const readBytes = 1024 * 1024;

/**
 * Opens a ledger for writing, and creates it with its folder if it does not exist. An incomplete
 * last line is removed.
 *
 * @throws RoutesmithError `run_locked` if another process has it open, `ledger_corrupt` if a line
 * before the last is damaged
 */
export async function openLedger(file: string, settings: LedgerSettings): Promise<Ledger> {
  await mkdir(path.dirname(file), { recursive: true });
  const lock = await acquireLedgerLock(file, settings.now());
  try {
    await settings.onLocked?.();
    const handle = await open(file, 'a+', privateMode);
    try {
      return await repairLedger(file, handle, lock, settings);
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Reads a ledger that may be in use. An incomplete last line is skipped, not removed.
 *
 * @throws RoutesmithError `invalid_input` if it is missing or cannot be read, `ledger_corrupt`
 */
export async function readLedger(file: string): Promise<readonly LedgerEntry[]> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw describeUnread(cause, file);
  });
  return parseLedger(bytes, file).entries;
}

/**
 * Reads a ledger of any size entry by entry, as `readLedger` does.
 *
 * @returns true if an incomplete last line was skipped
 */
export async function scanLedger(
  file: string,
  onEntry: (entry: LedgerEntry, place: LinePlace) => void,
): Promise<boolean> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw describeUnread(cause, file);
  });
  try {
    const { size, validBytes } = await readEntries(handle, file, onEntry);
    return validBytes < size;
  } finally {
    await handle.close();
  }
}

/** @throws RoutesmithError `invalid_input` if a run has no ledger, which opening it would create */
export function checkHasLedger(file: string): void {
  if (!existsSync(file)) throw describeMissing(file);
}

function describeUnread(cause: unknown, file: string): RoutesmithError {
  return findErrorCode(cause) === 'ENOENT'
    ? describeMissing(file, cause)
    : describeReadError(cause, file);
}

function describeMissing(file: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError(
    'invalid_input',
    "the ledger, which has the run's answers, is missing",
    {
      where: file,
      fix: 'Restore it from a copy, or sweep into another folder, which makes all calls again.',
      cause,
    },
  );
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
    const read = handle.read(buffer, 0, buffer.length, size);
    const { bytesRead } = await read.catch((cause: unknown) => {
      throw describeReadError(cause, file);
    });
    if (bytesRead === 0) return { ...reader.end(), size };
    reader.accept(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
}

async function repairLedger(
  file: string,
  handle: FileHandle,
  lock: FileLock,
  { onEntry = () => {} }: LedgerSettings,
): Promise<Ledger> {
  const { size, validBytes, lacksLineBreak } = await readEntries(handle, file, onEntry);
  if (validBytes < size) await handle.truncate(validBytes);
  if (lacksLineBreak) await handle.appendFile('\n');
  await handle.datasync();
  const writtenBytes = validBytes + (lacksLineBreak ? 1 : 0);
  return new LedgerFile({ file, handle, lock, repairedBytes: size - validBytes, writtenBytes });
}

class LedgerFile implements Ledger {
  readonly file: string;
  readonly repairedBytes: number;
  readonly #handle: FileHandle;
  readonly #lock: FileLock;
  #writtenBytes: number;
  #pending: string[] = [];
  #isWriteDue = false;
  #failure: { readonly error: unknown } | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncs = Promise.resolve();
  readonly #writePending = (): void => this.write();

  constructor(
    opened: Pick<Ledger, 'file' | 'repairedBytes' | 'writtenBytes'> & {
      readonly handle: FileHandle;
      readonly lock: FileLock;
    },
  ) {
    this.file = opened.file;
    this.repairedBytes = opened.repairedBytes;
    this.#writtenBytes = opened.writtenBytes;
    this.#handle = opened.handle;
    this.#lock = opened.lock;
    // Also written when the process exits in the middle of a turn.
    process.once('exit', this.#writePending);
  }

  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  append(entry: LedgerEntry): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#pending.push(formatLedgerLine(entry));
    if (this.#isWriteDue) return;
    this.#isWriteDue = true;
    setImmediate(this.#writePending);
  }

  /** Writes to the page cache in one call, which takes microseconds and survives a killed process. */
  write(): void {
    this.#isWriteDue = false;
    if (this.#pending.length === 0 || this.#failure !== undefined) return;
    const lines = this.#pending;
    this.#pending = [];
    try {
      for (const text of joinLines(lines)) {
        this.#writtenBytes += writeFully(this.#handle.fd, text);
      }
      this.#syncTimer ??= setTimeout(() => void this.#sync(), syncIntervalMs);
    } catch (error) {
      // The last line may now be incomplete. Appending to it would corrupt the ledger.
      this.#failure = { error: describeWriteError(error, this.file) };
    }
  }

  async readEntry({ start, length }: LinePlace): Promise<LedgerEntry> {
    const bytes = Buffer.allocUnsafe(length);
    await this.#handle.read(bytes, 0, length, start);
    return parseLedger(bytes, this.file).entries[0] as LedgerEntry;
  }

  async flush(): Promise<void> {
    this.write();
    await this.#sync();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      process.off('exit', this.#writePending);
      await this.#handle.close();
      await this.#lock.release();
    }
  }

  /** Syncs one at a time, off the main thread, because the disk may be slow. */
  #sync(): Promise<void> {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    this.#syncs = this.#syncs.then(
      () =>
        new Promise((resolve) => {
          fdatasync(this.#handle.fd, (error) => {
            if (error !== null) this.#failure ??= { error: describeWriteError(error, this.file) };
            resolve();
          });
        }),
    );
    return this.#syncs;
  }
}

/** The lines in few pieces, none much larger than it must be: answers may have megabytes. */
function* joinLines(lines: readonly string[]): Generator<string> {
  let first = 0;
  let length = 0;
  for (const [index, line] of lines.entries()) {
    length += line.length;
    if (length < readBytes && index < lines.length - 1) continue;
    yield lines.slice(first, index + 1).join('');
    first = index + 1;
    length = 0;
  }
}

/** Formats a line. Version and key come first, because they identify an incomplete line. */
export function formatLedgerLine({ version, cellKey, ...rest }: LedgerEntry): string {
  const line = JSON.stringify({ version, cellKey, ...rest });
  if (!line.startsWith(linePrefix))
    throw new TypeError('a ledger line must start with its version and key');
  return `${line}\n`;
}
