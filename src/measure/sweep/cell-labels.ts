import type { Price } from '../../llm/price.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { readCostUsd } from '../outcomes/entry-cost.js';
import { readLabel } from '../outcomes/swept-cells.js';

/** What a sweep learned from a cell: its quality in [0, 1], and its cost; NaN where unknown. */
export interface CellLabel {
  readonly quality: number;
  readonly costUsd: number;
}

/** The label of a ledger entry; null where it has none. */
export function readCellLabel(entry: LedgerEntry): CellLabel | null {
  const label = readLabel(entry);
  return label.ok ? { quality: label.value, costUsd: entry.costUsd ?? Number.NaN } : null;
}

/** The labels of a plan's settled cells, by number. */
export class CellLabels {
  readonly #quality: Float64Array;
  readonly #costUsd: Float64Array;

  constructor(cellCount: number) {
    this.#quality = new Float64Array(cellCount).fill(Number.NaN);
    this.#costUsd = new Float64Array(cellCount).fill(Number.NaN);
  }

  /** Notes the entry that counts for a cell, which replaces an earlier one. */
  note(number: number, entry: LedgerEntry, price: Price): void {
    const label = readCellLabel({ ...entry, costUsd: readCostUsd(entry, price) });
    this.#quality[number] = label?.quality ?? Number.NaN;
    this.#costUsd[number] = label?.costUsd ?? Number.NaN;
  }

  /** Null for a cell without a label. */
  read(number: number): CellLabel | null {
    const quality = this.#quality[number] ?? Number.NaN;
    return Number.isNaN(quality) ? null : { quality, costUsd: this.#costUsd[number] as number };
  }
}
