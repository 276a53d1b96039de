import type { LedgerEntry } from './ledger-entry.js';

/** Adds up what the judge has cost according to a ledger, entry by entry. */
export class JudgeCosts {
  /** The beginning of the mark of each planned cell's last grade by a judge; see `readMark`. */
  readonly #marks: Uint32Array;
  /** The id of the last grade of the other cells, by cell key. */
  readonly #ids = new Map<string, string>();
  #usd = 0;
  #possibleUsd = 0;
  #unboundedCalls = 0;

  constructor(cellCount: number) {
    this.#marks = new Uint32Array(cellCount);
  }

  /** The known cost. */
  get usd(): number {
    return this.#usd;
  }

  /** Upper bound of the cost of calls without a known charge, which earlier versions did not record. */
  get possibleUsd(): number {
    return this.#possibleUsd;
  }

  /** Calls without a known charge that have no upper bound on record. */
  get unboundedCalls(): number {
    return this.#unboundedCalls;
  }

  /**
   * Notes the next entry of the ledger.
   *
   * @param number of its cell; undefined if that is not in the plan
   */
  accept(entry: LedgerEntry, number: number | undefined): void {
    const { judge } = entry.grade;
    if (judge === undefined || this.#isCopy(entry, number)) return;
    this.#usd += judge.costUsd ?? 0;
    this.#possibleUsd += judge.possibleCostUsd ?? 0;
    if (judge.possibleCostUsd === undefined) this.#unboundedCalls += judge.unpriced ?? 0;
  }

  /** A line that only repeats a grade, under another name, says nothing of a further call. */
  #isCopy({ cellKey, grade, gradeKey, outcome }: LedgerEntry, number: number | undefined): boolean {
    // Calls that were cut off have a line of their own, between a grade and its copies.
    if (outcome === 'infrastructure') return false;
    const id = grade.judge?.id;
    if (number === undefined) {
      if (id === undefined) return false;
      const isCopy = this.#ids.get(cellKey) === id;
      this.#ids.set(cellKey, id);
      return isCopy;
    }
    const mark = readMark(id ?? gradeKey);
    const isCopy = mark !== 0 && this.#marks[number] === mark;
    this.#marks[number] = mark;
    return isCopy;
  }
}

/** The first 32 bits of an id, or, in lines of earlier versions, of the key of the grade. */
function readMark(hex: string | null): number {
  return hex === null ? 0 : Number.parseInt(hex.slice(0, 8), 16) >>> 0;
}
