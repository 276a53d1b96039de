import { isCutOff, type LedgerEntry } from './ledger-entry.js';

/**
 * Finds the lines of a ledger that say what calls may have cost, entry by entry: a call that is on record
 * as cut off no longer counts with its worst case once an answer says what it was charged.
 */
export class CutOffCalls {
  /** By cell: its call that was cut off last. */
  readonly #open = new Map<string, LedgerEntry>();

  /**
   * Notes the next entry of the ledger.
   *
   * @returns those of this entry and earlier ones that count whatever follows
   */
  accept(entry: LedgerEntry): readonly LedgerEntry[] {
    const { cellKey, grade, endsCutOff, possibleCostUsd, regraded } = entry;
    // A line with a new grade repeats what its answer's line says of the call.
    if (regraded === true) return [];
    if (isCutOff(entry) && grade.judge === undefined) {
      const before = this.#open.get(cellKey);
      this.#open.set(cellKey, entry);
      return before === undefined ? [] : [before];
    }
    // With a possible cost, it had earlier attempts, whose charges only the line of the cut-off has.
    if (endsCutOff === true && possibleCostUsd === undefined) this.#open.delete(cellKey);
    return [entry];
  }

  /** The lines of calls that were cut off, and whose charge no entry so far tells. */
  listOpen(): Iterable<LedgerEntry> {
    return this.#open.values();
  }
}
