import type { LedgerEntry } from './ledger-entry.js';
import { createLedgerReader, type LedgerEnd } from './ledger-reader.js';

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
