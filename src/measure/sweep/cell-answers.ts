import type { Price } from '../../llm/price.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { readCostUsd } from '../outcomes/entry-cost.js';
import { findAdaptiveReason, readLabel } from '../outcomes/swept-cells.js';

/** What a sweep got for a call that did not fail. */
export interface CellAnswer {
  /** The label, in [0, 1]; NaN where the answer is not graded. */
  readonly quality: number;
  /** NaN where unknown. */
  readonly costUsd: number;
  /**
   * Whether an adaptive sweep, or one that added a model, made the call.
   * @default false, as of a sweep of all cells
   */
  readonly isBought?: boolean;
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
  const quality = label.ok ? label.value : Number.NaN;
  const isBought = findAdaptiveReason(entry.purchase) !== undefined;
  return { quality, costUsd, ...(isBought && { isBought }) };
}

/** The answers of a plan's settled cells, by number. */
export class CellAnswers {
  readonly #quality: Float64Array;
  readonly #costUsd: Float64Array;
  readonly #isBought: Uint8Array;

  constructor(cellCount: number) {
    this.#quality = new Float64Array(cellCount).fill(Number.NaN);
    this.#costUsd = new Float64Array(cellCount).fill(Number.NaN);
    this.#isBought = new Uint8Array(cellCount);
  }

  /** Notes the entry that counts for a cell, which replaces an earlier one. */
  note(number: number, entry: LedgerEntry, price: Price): void {
    const answer = readCellAnswer(entry, price);
    this.#quality[number] = answer?.quality ?? Number.NaN;
    this.#costUsd[number] = answer?.costUsd ?? Number.NaN;
    this.#isBought[number] = Number(answer?.isBought === true);
  }

  /** The answer of a settled cell. */
  read(number: number): CellAnswer {
    return {
      quality: this.#quality[number] ?? Number.NaN,
      costUsd: this.#costUsd[number] ?? Number.NaN,
      ...(this.#isBought[number] === 1 && { isBought: true }),
    };
  }
}
