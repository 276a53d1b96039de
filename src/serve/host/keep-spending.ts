import { appendFile, readFile, truncate } from 'node:fs/promises';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { tryParseJson } from '../../util/parse-json.js';
import { describeWriteError, privateMode, replaceFile } from '../../util/replace-file.js';
import type { SpendingEntry, SpendingStore } from '../gateway/spending.js';

/** Spending that is kept in a file, as JSON Lines. */
export interface SpendingFile extends SpendingStore {
  /** Writes what was recorded. @throws RoutesmithError `usage` if it cannot be written */
  flush(): Promise<void>;
}

export interface SpendingHandlers {
  readonly onProblem: (error: RoutesmithError) => void;
  readonly onRecovered: () => void;
}

/**
 * Opens the file of what callers have spent, and shortens it to one line for each caller and day of
 * this month and the one before. A last line that a crash cut off is left out; the charge that it
 * settled then counts with all that was held.
 *
 * @param handlers told of a later entry that cannot be written, which is tried again every second, and
 * of its end
 * @throws RoutesmithError `invalid_input` for a file that holds anything else
 */
export async function openSpendingFile(
  file: string,
  now: Date,
  { onProblem, onRecovered }: SpendingHandlers,
): Promise<SpendingFile> {
  const entries = summarize(parseEntries(await readIfThere(file), file), now);
  const start = entries.map(formatEntry).join('');
  await replaceFile(file, start, { mode: privateMode });
  /** Of the entries that are whole in the file. */
  let writtenBytes = Buffer.byteLength(start);
  let pending = '';
  let isFailing = false;
  let retry: NodeJS.Timeout | undefined;
  /** Writes are made one after the other, each with all that was recorded meanwhile. */
  let turn: Promise<void> | undefined;

  async function write(): Promise<void> {
    // Entries of the same turn of the event loop are written together.
    await Promise.resolve();
    while (pending !== '') {
      const text = pending;
      pending = '';
      try {
        await appendFile(file, text, { mode: privateMode });
      } catch (error) {
        pending = text + pending;
        // A part of it may be there, and half a line would make the file unreadable.
        await truncate(file, writtenBytes).catch(() => undefined);
        throw error;
      }
      writtenBytes += Buffer.byteLength(text);
    }
  }

  function attempt(): Promise<void> {
    turn ??= write().finally(() => {
      turn = undefined;
    });
    return turn;
  }

  async function writeSoon(): Promise<void> {
    try {
      await attempt();
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

  return {
    entries,
    record(entry) {
      pending += formatEntry(entry);
      if (!isFailing) void writeSoon();
    },
    async flush() {
      try {
        await attempt();
      } catch (cause) {
        throw describeWriteError(cause, file);
      }
    },
  };
}

/** After a failed write, the next one waits for so long. */
const retryMs = 1000;

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new RoutesmithError('invalid_input', 'the file cannot be read', {
      where: file,
      fix: 'Spending is kept there: set "spending" in gateway.yaml to a file that can be read.',
      cause,
    });
  }
}

function parseEntries(text: string, file: string): SpendingEntry[] {
  const lines = text.split('\n');
  const last = lines.length - 1;
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    const entry = parseEntry(line);
    if (entry !== undefined) return [entry];
    if (index === last) return [];
    throw new RoutesmithError('invalid_input', 'this line is no entry of spending', {
      where: `${file}:${index + 1}`,
      fix: 'Restore the file, or remove the line if you know that it counts nothing.',
    });
  });
}

function parseEntry(line: string): SpendingEntry | undefined {
  const value = tryParseJson(line);
  if (!isJsonObject(value)) return undefined;
  const { caller, day, hold, usd, isSettled } = value;
  const isValid =
    typeof caller === 'string' &&
    typeof day === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(day) &&
    typeof hold === 'string' &&
    typeof usd === 'number' &&
    usd >= 0 &&
    typeof isSettled === 'boolean';
  return isValid ? { caller, day, hold, usd, isSettled } : undefined;
}

/** One settled entry for each caller and day that may still count. */
function summarize(entries: readonly SpendingEntry[], now: Date): SpendingEntry[] {
  const monthBefore = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  const first = monthBefore.toISOString().slice(0, 10);
  const last = new Map(entries.map((entry) => [entry.hold, entry]));
  const sums = new Map<string, SpendingEntry>();
  for (const { caller, day, usd } of last.values()) {
    if (day < first) continue;
    const hold = `sum-${day}-${caller}`;
    const known = sums.get(hold)?.usd ?? 0;
    sums.set(hold, { caller, day, hold, usd: known + usd, isSettled: true });
  }
  return [...sums.values()];
}

function formatEntry(entry: SpendingEntry): string {
  return `${JSON.stringify(entry)}\n`;
}
