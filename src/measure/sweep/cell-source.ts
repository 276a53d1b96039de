import type { CellPurchase } from '../ledger/ledger-entry.js';
import type { CellAnswer } from './cell-answers.js';
import type { SettledCells } from './settled-cells.js';
import type { SweepPlan } from './plan-sweep.js';

/** A cell that a source wants called, and why. */
export interface SourcedCell {
  /** The cell's number in the plan. */
  readonly number: number;
  /** Undefined for a cell that a sweep of all cells would call as well. */
  readonly purchase?: CellPurchase;
}

/**
 * Decides while a sweep runs which cells of its plan are called. The sweep asks whenever it could
 * send a call, and tells the source about every cell that it handed out.
 */
export interface CellSource {
  /**
   * Cells to call, in calling order, each handed out once. Empty while the source waits for outcomes,
   * and after its end.
   */
  takeNext(): readonly SourcedCell[];
  /**
   * Notes how a cell ended: with its answer, graded or not, or null where its call failed. The first end
   * of a cell counts; another comes later where its call failed in an earlier sweep.
   */
  noteEnd(number: number, answer: CellAnswer | null): void;
  /**
   * Notes that the cell's call failed in an earlier sweep, which went on without its answer: decisions
   * that are made again must do so too. The cell is called again unless it is settled by now, and its
   * end is noted as well.
   * @default the same as an end without an answer
   */
  noteFailedBefore?(number: number): void;
  /**
   * Notes that a cell will not be called, because its model is skipped for the rest of the sweep.
   * @default the same as an end without an answer
   */
  noteNeverCalled?(number: number): void;
}

/**
 * Makes the source of a sweep; called once, when the plan and its settled cells are known.
 *
 * @param isSettled whether the folder has an answer of a cell, by its number in the plan
 */
export type CreateCellSource = (
  plan: SweepPlan,
  isSettled: (number: number) => boolean,
) => CellSource | Promise<CellSource>;

/** The cells of a sweep by their place in the calling order. */
export interface CallingOrder {
  /** The number of the cell at a place. */
  numberAt(place: number): number;
  /** Why the cell at a place is called; undefined in a sweep of all cells. */
  purchaseAt(place: number): CellPurchase | undefined;
}

/** The calling order of a plan without a source: all its cells. */
export function orderPlan({ order }: Pick<SweepPlan, 'order'>): CallingOrder {
  return { numberAt: (place) => order[place] as number, purchaseAt: () => undefined };
}

type SourcedState = Pick<SettledCells, 'isSettled' | 'hasFailedForSource' | 'answers'>;

/** A source's cells that are not settled yet, in the order in which they were handed out. */
export class SourceOrder implements CallingOrder {
  readonly #source: CellSource;
  readonly #settled: SourcedState;
  readonly #onCell: (number: number, isSettled: boolean) => void;
  readonly #cells: SourcedCell[] = [];

  /** @param onCell called for each cell that the source hands out */
  constructor(
    source: CellSource,
    settled: SourcedState,
    onCell: (number: number, isSettled: boolean) => void,
  ) {
    this.#source = source;
    this.#settled = settled;
    this.#onCell = onCell;
  }

  numberAt(place: number): number {
    return (this.#cells[place] as SourcedCell).number;
  }

  purchaseAt(place: number): CellPurchase | undefined {
    return this.#cells[place]?.purchase;
  }

  /** The places of cells to call now. Cells that an earlier sweep settled are told to the source. */
  takePlaces(): readonly number[] {
    const places: number[] = [];
    for (;;) {
      const cells = this.#source.takeNext();
      if (cells.length === 0) return places;
      for (const cell of cells) {
        const isSettled = this.#settled.isSettled(cell.number);
        this.#onCell(cell.number, isSettled);
        if (this.#settled.hasFailedForSource(cell.number)) this.#noteFailedBefore(cell.number);
        if (isSettled) this.#source.noteEnd(cell.number, this.#settled.answers.read(cell.number));
        else places.push(this.#cells.push(cell) - 1);
      }
    }
  }

  #noteFailedBefore(number: number): void {
    if (this.#source.noteFailedBefore === undefined) this.#source.noteEnd(number, null);
    else this.#source.noteFailedBefore(number);
  }

  noteEnd(place: number, answer: CellAnswer | null): void {
    this.#source.noteEnd(this.numberAt(place), answer);
  }

  noteNeverCalled(place: number): void {
    const number = this.numberAt(place);
    if (this.#source.noteNeverCalled === undefined) this.#source.noteEnd(number, null);
    else this.#source.noteNeverCalled(number);
  }
}
