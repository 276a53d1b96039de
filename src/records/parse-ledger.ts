import { RoutesmithError } from '../util/errors.js';
import type { LedgerEntry } from './ledger-entry.js';
import { parseLedgerEntry } from './ledger-schema.js';

/** A ledger's bytes, read. */
export interface ParsedLedger {
  readonly entries: readonly LedgerEntry[];
  /** How many of the bytes are whole lines; what follows is a line that a crash cut off. */
  readonly validBytes: number;
  /** True where the last whole line lacks only its line break. */
  readonly lacksLineBreak: boolean;
}

/** What each line begins with; a torn line has at least the beginning of this. */
export const linePrefix = '{"version":1,"cellKey":"';

const lineBreak = 0x0a;

/**
 * Parses a ledger. A last line that was cut off is left out; anything else that is no entry is an
 * error, because to skip it would lose paid answers in silence.
 *
 * @param file for messages
 * @throws RoutesmithError `ledger_corrupt` with the line
 */
export function parseLedger(bytes: Buffer, file: string): ParsedLedger {
  const entries: LedgerEntry[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const lineEnd = bytes.indexOf(lineBreak, start);
    const isWhole = lineEnd !== -1;
    const end = isWhole ? lineEnd : bytes.length;
    const next = isWhole ? lineEnd + 1 : bytes.length;
    const text = bytes.toString('utf8', start, end);
    const value = parseJson(text);
    if (value === undefined && next === bytes.length && isTorn(text)) {
      return { entries, validBytes: start, lacksLineBreak: false };
    }
    const parsed =
      value === undefined ? { problem: 'this is not JSON' } : parseLedgerEntry(value.json);
    if ('problem' in parsed) {
      throw new RoutesmithError('ledger_corrupt', parsed.problem, {
        where: `${file}:${line}`,
        fix: 'Restore the ledger from a copy, or delete this line: its cell is then run again.',
      });
    }
    entries.push(parsed.entry);
    if (!isWhole) return { entries, validBytes: next, lacksLineBreak: true };
    start = next;
  }
  return { entries, validBytes: bytes.length, lacksLineBreak: false };
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
