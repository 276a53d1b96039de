import { createCurrentLines } from './current-lines.js';
import type { LedgerEntry } from './ledger-entry.js';

/** Numbers the cells of a ledger in order of appearance, and knows which of them are shown. */
export interface LedgerCells {
  /** Cells so far. */
  readonly size: number;
  /**
   * Notes the next entry.
   *
   * @returns the number of its cell; undefined if an earlier entry of the cell still counts
   */
  accept(entry: LedgerEntry): number | undefined;
  /** False if a cell of other parameters or of another prompt has superseded it. */
  isShown(cell: number): boolean;
}

/** Maximum number of models; an example's and a model's number share one 53-bit integer. */
const maxModels = 2 ** 20;

/** Creates the view of a ledger that applies the rules of `CurrentLines`. */
export function createLedgerCells(): LedgerCells {
  const cellOfKey = new Map<string, number>();
  const numberOfExample = new Map<string, number>();
  const numberOfModel = new Map<string, number>();
  /** By repeat, then by task and model. */
  const slotOf = new Map<number, Map<number, number>>();
  const lines = createCurrentLines();
  let slots = 0;

  function findSlot({ taskId, model, repeat }: LedgerEntry): number {
    const slotOfRepeat = slotOf.get(repeat) ?? new Map<number, number>();
    slotOf.set(repeat, slotOfRepeat);
    const pair = numberName(numberOfExample, taskId) * maxModels + numberName(numberOfModel, model);
    const known = slotOfRepeat.get(pair);
    if (known !== undefined) return known;
    slotOfRepeat.set(pair, slots);
    return slots++;
  }

  return {
    get size() {
      return cellOfKey.size;
    },
    accept(entry) {
      const cell = numberName(cellOfKey, entry.cellKey);
      const slot = findSlot(entry);
      return lines.accept(cell, slot, entry.outcome !== 'infrastructure') ? cell : undefined;
    },
    isShown: (cell) => lines.findSlot(cell) !== undefined,
  };
}

/** The current entry of each cell that is shown, in order of the cells' first lines. */
export function latestEntryPerCell(entries: Iterable<LedgerEntry>): LedgerEntry[] {
  const cells = createLedgerCells();
  const latest: LedgerEntry[] = [];
  for (const entry of entries) {
    const cell = cells.accept(entry);
    if (cell !== undefined) latest[cell] = entry;
  }
  return latest.filter((_, cell) => cells.isShown(cell));
}

/** The number of a name; a new name gets the next number. */
function numberName(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}
