import { RoutesmithError } from '../../util/errors.js';
import { failure, success, type Result } from '../../util/result.js';
import { LineSplitter, type SplitLine } from '../../util/split-lines.js';
import type { LedgerEntry } from './ledger-entry.js';
import { parseLedgerEntry } from './ledger-schema.js';

/** How a ledger ends. */
export interface LedgerEnd {
  /** Bytes in complete lines. Any further bytes are an incomplete line, left by a crash. */
  readonly validBytes: number;
  /** True if the last complete line lacks only its line break. */
  readonly lacksLineBreak: boolean;
}

/** The position of an entry in its file, in bytes. */
export interface LinePlace {
  readonly start: number;
  readonly length: number;
}

/** Reads a ledger in chunks, so that the file may be larger than memory. */
export interface LedgerReader {
  accept(bytes: Buffer): void;
  end(): LedgerEnd;
}

/** The beginning of each line, by which a torn line is recognized. */
export const linePrefix = '{"version":1,"cellKey":"';

/**
 * Creates a reader of a ledger's bytes. An incomplete last line is skipped. Any other line that is
 * not an entry is an error: skipping it would silently lose paid answers.
 *
 * @param file for messages
 * @throws RoutesmithError `ledger_corrupt` with the line, from `accept` and `end`
 */
export function createLedgerReader(
  file: string,
  onEntry: (entry: LedgerEntry, place: LinePlace) => void,
): LedgerReader {
  const splitter = new LineSplitter();
  let start = 0;
  let line = 1;
  /** The problem of a line that may be torn: an error if another line follows. */
  let suspect: { readonly start: number; readonly problem: string } | undefined;

  function fail(problem: string, atLine: number): never {
    throw new RoutesmithError('ledger_corrupt', problem, {
      where: `${file}:${atLine}`,
      fix: 'Restore the ledger from a copy, or delete this line. Its cell is then called again.',
    });
  }

  /** Accepts a line without its line break. @returns false if it may be torn */
  function acceptLine(bytes: Buffer): boolean {
    if (suspect !== undefined) fail(suspect.problem, line - 1);
    const text = bytes.toString('utf8');
    const json = parseJson(text);
    if (!json.ok) {
      if (!isTorn(text)) fail(json.problem, line);
      suspect = { start, problem: json.problem };
      return false;
    }
    const parsed = parseLedgerEntry(json.value);
    if (!parsed.ok) fail(parsed.problem, line);
    onEntry(parsed.value, { start, length: bytes.length });
    return true;
  }

  function checkLength(bytes: SplitLine): Buffer {
    return bytes ?? fail('the line is longer than any entry', line);
  }

  return {
    accept(bytes) {
      for (const split of splitter.split(bytes)) {
        const whole = checkLength(split);
        acceptLine(whole);
        start += whole.length + 1;
        line += 1;
      }
    },
    end() {
      const last = splitter.end();
      if (last === undefined) {
        return { validBytes: suspect?.start ?? start, lacksLineBreak: false };
      }
      const rest = checkLength(last);
      if (!acceptLine(rest)) return { validBytes: start, lacksLineBreak: false };
      return { validBytes: start + rest.length, lacksLineBreak: true };
    },
  };
}

function parseJson(text: string): Result<unknown> {
  try {
    return success<unknown>(JSON.parse(text));
  } catch {
    return failure('the line is not JSON');
  }
}

/**
 * True if a line can be the beginning of an entry: a file that is not a ledger must not be truncated
 * as a "repair". After a power failure the rest of the line may be zeros.
 */
function isTorn(text: string): boolean {
  let end = text.length;
  while (text[end - 1] === '\0') end -= 1;
  const written = text.slice(0, end);
  return written.startsWith(linePrefix) || linePrefix.startsWith(written);
}

/** All entries of a ledger. */
export interface ParsedLedger extends LedgerEnd {
  readonly entries: readonly LedgerEntry[];
}

/**
 * Parses a ledger that is in memory; see `createLedgerReader`.
 *
 * @param file for messages
 * @throws RoutesmithError `ledger_corrupt` with the line
 */
export function parseLedger(bytes: Buffer, file: string): ParsedLedger {
  const entries: LedgerEntry[] = [];
  const reader = createLedgerReader(file, (entry) => entries.push(entry));
  reader.accept(bytes);
  return { entries, ...reader.end() };
}
