import type { Price } from '../../llm/price.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { readCostUsd } from '../outcomes/entry-cost.js';
import { readLabel } from '../outcomes/swept-cells.js';

/** What a sweep got for a call that did not fail. */
export interface CellAnswer {
  /** The label, in [0, 1]; NaN where the answer is not graded. */
  readonly quality: number;
  /** NaN where unknown. */
  readonly costUsd: number;
}

/**
 * The answer of a ledger entry; null where the call failed.
 *
 * @param price of the model now. @default the cost is as recorded
 */
export function readCellAnswer(entry: LedgerEntry, price?: Price): CellAnswer | null {
  if (entry.outcome === 'infrastructure') return null;
  const label = readLabel(entry);
  const costUsd = readCostUsd(entry, price) ?? Number.NaN;
  return { quality: label.ok ? label.value : Number.NaN, costUsd };
}

/** The answers of a plan's settled cells, by number. */
export class CellAnswers {
  readonly #quality: Float64Array;
  readonly #costUsd: Float64Array;

  constructor(cellCount: number) {
    this.#quality = new Float64Array(cellCount).fill(Number.NaN);
    this.#costUsd = new Float64Array(cellCount).fill(Number.NaN);
  }

  /** Notes the entry that counts for a cell, which replaces an earlier one. */
  note(number: number, entry: LedgerEntry, price: Price): void {
    const answer = readCellAnswer(entry, price);
    this.#quality[number] = answer?.quality ?? Number.NaN;
    this.#costUsd[number] = answer?.costUsd ?? Number.NaN;
  }

  /** The answer of a settled cell. */
  read(number: number): CellAnswer {
    return {
      quality: this.#quality[number] ?? Number.NaN,
      costUsd: this.#costUsd[number] ?? Number.NaN,
    };
  }
}
