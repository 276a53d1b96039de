/**
 * Decides which lines of a ledger count, by two rules that all readers share:
 *
 * 1. A cell is identified by its `cellKey`. Its last line counts, except that an infrastructure
 *    failure never replaces a settled line.
 * 2. A slot (task id, model, repeat) shows one cell: the one with the last line for that slot. Cells
 *    of other parameters or of another prompt stay in the ledger, but are superseded.
 *
 * Cells and slots are numbers from 0 that the reader assigns.
 */
export interface CurrentLines {
  /**
   * Notes the next line of the ledger.
   *
   * @param cell undefined if the reader does not know the cell
   * @param slot undefined if the reader does not know the slot
   * @returns true if the line is now the one that counts for its cell
   */
  accept(cell: number | undefined, slot: number | undefined, isSettled: boolean): boolean;
  isSettled(cell: number): boolean;
  /** True if a cell has only infrastructure failures. */
  hasFailed(cell: number): boolean;
  /** The slot of the line that counts for a cell; undefined if the cell is not shown there. */
  findSlot(cell: number): number | undefined;
}

const failed = 1;
const settled = 2;

/** @param capacity expected number of cells, and of slots; both grow as needed */
export function createCurrentLines(capacity = 1024): CurrentLines {
  let statusOfCell = new Uint8Array(capacity);
  /** The cell's number + 1; 0 if no known cell is shown. */
  let cellOfSlot = new Uint32Array(capacity);
  /** The number + 1 of the slot of the cell's line that counts; 0 if the slot is unknown. */
  let slotOfCell = new Uint32Array(capacity);

  return {
    accept(cell, slot, isSettled) {
      if (cell !== undefined && !isSettled && statusOfCell[cell] === settled) return false;
      if (slot !== undefined) {
        cellOfSlot = grow(cellOfSlot, slot);
        cellOfSlot[slot] = cell === undefined ? 0 : cell + 1;
      }
      if (cell === undefined) return false;
      statusOfCell = grow(statusOfCell, cell);
      statusOfCell[cell] = isSettled ? settled : failed;
      slotOfCell = grow(slotOfCell, cell);
      slotOfCell[cell] = slot === undefined ? 0 : slot + 1;
      return true;
    },
    isSettled: (cell) => statusOfCell[cell] === settled,
    hasFailed: (cell) => statusOfCell[cell] === failed,
    findSlot(cell) {
      const slot = (slotOfCell[cell] ?? 0) - 1;
      return slot >= 0 && cellOfSlot[slot] === cell + 1 ? slot : undefined;
    },
  };
}

/** The same array, or a copy of at least twice the length if the index is beyond its end. */
function grow<Column extends Uint8Array | Uint32Array>(column: Column, index: number): Column {
  if (index < column.length) return column;
  const Constructor = column.constructor as new (length: number) => Column;
  const longer = new Constructor(Math.max(2 * column.length, index + 1));
  longer.set(column);
  return longer;
}
