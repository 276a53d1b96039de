import { RoutesmithError } from '../../util/errors.js';
import type { LedgerEntry } from './ledger-entry.js';
import { parseLedgerEntry } from './ledger-schema.js';

/** What a ledger's last bytes are. */
export interface LedgerEnd {
  /** How many of the bytes are whole lines; what follows is a line that a crash cut off. */
  readonly validBytes: number;
  /** True where the last whole line lacks only its line break. */
  readonly lacksLineBreak: boolean;
}

/** Where an entry stands in its file, in bytes. */
export interface LinePlace {
  readonly start: number;
  readonly length: number;
}

/** Reads a ledger piece by piece, so that one of any size fits into memory. */
export interface LedgerReader {
  accept(bytes: Buffer): void;
  end(): LedgerEnd;
}

/** What each line begins with; a torn line has at least the beginning of this. */
export const linePrefix = '{"version":1,"cellKey":"';

const lineBreak = 0x0a;

/**
 * Creates a reader of a ledger's bytes. A last line that was cut off is left out; anything else that
 * is no entry is an error, because to skip it would lose paid answers in silence.
 *
 * @param file for messages
 * @throws RoutesmithError `ledger_corrupt` with the line, out of `accept` and `end`
 */
export function createLedgerReader(
  file: string,
  onEntry: (entry: LedgerEntry, place: LinePlace) => void,
): LedgerReader {
  /** Pieces of the line that is not whole yet. */
  let pieces: Buffer[] = [];
  let start = 0;
  let line = 1;
  /** What is wrong with the line before, which may only be so where nothing follows it. */
  let suspect: { readonly start: number; readonly problem: string } | undefined;

  function fail(problem: string, atLine: number): never {
    throw new RoutesmithError('ledger_corrupt', problem, {
      where: `${file}:${atLine}`,
      fix: 'Restore the ledger from a copy, or delete this line: its cell is then run again.',
    });
  }

  /** Takes a line without its break; false where it may have been cut off. */
  function acceptLine(bytes: Buffer): boolean {
    if (suspect !== undefined) fail(suspect.problem, line - 1);
    const text = bytes.toString('utf8');
    const value = parseJson(text);
    if (value === undefined) {
      const problem = 'this is not JSON';
      if (!isTorn(text)) fail(problem, line);
      suspect = { start, problem };
      return false;
    }
    const parsed = parseLedgerEntry(value.json);
    if ('problem' in parsed) fail(parsed.problem, line);
    onEntry(parsed.entry, { start, length: bytes.length });
    return true;
  }

  return {
    accept(bytes) {
      let from = 0;
      for (;;) {
        const lineEnd = bytes.indexOf(lineBreak, from);
        if (lineEnd === -1) break;
        const rest = bytes.subarray(from, lineEnd);
        const whole = pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
        pieces = [];
        acceptLine(whole);
        start += whole.length + 1;
        line += 1;
        from = lineEnd + 1;
      }
      // Copied: whoever reads a file may use the same buffer again.
      if (from < bytes.length) pieces.push(Buffer.from(bytes.subarray(from)));
    },
    end() {
      if (pieces.length === 0) {
        return { validBytes: suspect?.start ?? start, lacksLineBreak: false };
      }
      const rest = Buffer.concat(pieces);
      if (!acceptLine(rest)) return { validBytes: start, lacksLineBreak: false };
      return { validBytes: start + rest.length, lacksLineBreak: true };
    },
  };
}

function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * True where a line can be the beginning of an entry. A file that is no ledger at all must not be
 * "repaired" to nothing. After a power cut a file system may have filled the rest with zeros.
 */
function isTorn(text: string): boolean {
  const written = text.replace(/\0+$/, '');
  return written.startsWith(linePrefix) || linePrefix.startsWith(written);
}

/** A ledger's bytes, read. */
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
