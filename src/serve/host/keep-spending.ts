import { createReadStream } from 'node:fs';
import { RoutesmithError } from '../../util/errors.js';
import { acquireFileLock, type FileLock } from '../../util/file-lock.js';
import { describeWriteError, isSpecialFile } from '../../util/replace-file.js';
import { checkWritable } from '../../util/check-writable.js';
import { decodeLine, LineSplitter } from '../../util/split-lines.js';
import type { SpendingStore } from '../gateway/spending.js';
import { createSpendingSums, parseSpendingEntry, type SpendingSums } from './spending-sums.js';
import { SpendingWriter } from './spending-writer.js';

/** Spending that is kept in a file, as JSON Lines. */
export interface SpendingFile extends SpendingStore {
  /** Writes what was recorded. @throws RoutesmithError `usage` if it cannot be written */
  flush(): Promise<void>;
  /** Flushes, and leaves the file to others. @throws as `flush` does; the file is free then, too */
  close(): Promise<void>;
}

export interface SpendingFileSettings {
  readonly date: () => Date;
  /**
   * The file is shortened before it exceeds this many bytes, or twice those of its shortest form.
   *
   * @default 4 MiB
   */
  readonly maxBytes?: number;
  /** Told of an entry that cannot be written, which is tried again every second. */
  readonly onProblem: (error: RoutesmithError) => void;
  readonly onRecovered: () => void;
}

/**
 * Opens the file of what callers have spent. At the start and whenever it has grown, it is replaced by
 * one line for each caller and day of this month and the one before, and each open hold. A last line
 * that a crash cut off is left out; the charge that it settled then counts with all that was held.
 *
 * @throws RoutesmithError `invalid_input` for a file that holds anything else, `run_locked` while
 * another gateway has it open: its holds would count as spent, and its entries be lost
 */
export async function openSpendingFile(
  file: string,
  settings: SpendingFileSettings,
): Promise<SpendingFile> {
  const lock = await lockSpending(file, settings.date());
  try {
    return await openLocked(file, settings, lock);
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** A gateway of another machine is taken for ended when it has not touched its lock for so long. */
const silentMs = 60_000;

/** Undefined for what is no regular file, such as `/dev/null`: nothing is read from it. */
async function lockSpending(file: string, now: Date): Promise<FileLock | undefined> {
  if (await isSpecialFile(file)) return undefined;
  const held = {
    what: 'keeps its spending in this file',
    fix:
      'Stop that gateway first, or set another "spending" in gateway.yaml. The lock of a gateway that ' +
      `was killed on another machine is taken over after ${silentMs / 1000} s.`,
  };
  try {
    return await acquireFileLock(file, { now, held, silentMs });
  } catch (cause) {
    throw describeWriteError(cause, file);
  }
}

async function openLocked(
  file: string,
  { date, maxBytes = 4 * 1024 * 1024, onProblem, onRecovered }: SpendingFileSettings,
  lock: FileLock | undefined,
): Promise<SpendingFile> {
  const sums = createSpendingSums();
  await readEntries(file, sums);
  sums.settleAll();
  const entries = sums.list(date());
  const writer = new SpendingWriter(file, { maxBytes, sums, date, lock });
  let isFailing = false;
  let retry: NodeJS.Timeout | undefined;

  async function writeSoon(): Promise<void> {
    try {
      await writer.write();
    } catch (cause) {
      if (!isFailing) onProblem(describeWriteError(cause, file));
      isFailing = true;
      clearTimeout(retry);
      retry = setTimeout(() => void writeSoon(), retryMs);
      retry.unref();
      return;
    }
    if (isFailing) onRecovered();
    isFailing = false;
  }

  async function flush(): Promise<void> {
    try {
      await writer.write();
    } catch (cause) {
      throw describeWriteError(cause, file);
    }
  }

  await writer.write();
  return {
    entries,
    record(entry) {
      writer.record(entry);
      if (!isFailing) void writeSoon();
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        clearTimeout(retry);
        await lock?.release();
      }
    },
  };
}

/**
 * Checks that a file of spending can be read and written, and changes nothing.
 *
 * @throws RoutesmithError `invalid_input`, `usage`
 */
export async function checkSpendingFile(file: string): Promise<void> {
  await readEntries(file, createSpendingSums());
  await checkWritable(file, 'replaced');
}

/** After a failed write, the next one waits for so long. */
const retryMs = 1000;

/** Adds up a file line by line: one of an earlier version may be larger than a string can be. */
async function readEntries(file: string, sums: SpendingSums): Promise<void> {
  let line = 0;
  /** A line that is none is left out only if it is the last, which a crash cut off. */
  let badLine: number | undefined;
  try {
    for await (const text of readLines(file)) {
      line += 1;
      if (badLine !== undefined) throw describeDamage(file, badLine);
      if (text === '') continue;
      const entry = parseSpendingEntry(text);
      if (entry === undefined) badLine = line;
      else sums.add(entry);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    if (RoutesmithError.isInstance(cause)) throw cause;
    throw new RoutesmithError('invalid_input', 'the file cannot be read', {
      where: file,
      fix: 'Spending is kept there: set "spending" in gateway.yaml to a file that can be read.',
      cause,
    });
  }
}

/** No entry is nearly as long. */
const maxLineBytes = 1024 * 1024;

/** The last line is empty if the file ends with a line break. */
async function* readLines(file: string): AsyncGenerator<string> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (const line of splitter.split(chunk)) yield decodeLine(line);
  }
  const rest = splitter.end();
  yield rest === undefined ? '' : decodeLine(rest);
}

function describeDamage(file: string, line: number): RoutesmithError {
  return new RoutesmithError('invalid_input', 'this line is not a spending entry', {
    where: `${file}:${line}`,
    fix: 'Restore the file, or remove the line if you know that it counts nothing.',
  });
}
