import { at, intAt } from '../../util/numeric-arrays.js';
import type { PurchasedOutcome } from './adaptive-problem.js';
import type { KnownOutcomes } from './known-outcomes.js';

interface Round {
  readonly cells: Int32Array;
  /** Cells whose outcome has not arrived. */
  unresolved: number;
}

/**
 * The rounds of an adaptive sweep and their outcomes. Outcomes arrive in any order, and count only
 * when their round is revealed: so what is known at a decision does not depend on who was faster.
 */
export class RoundLog {
  readonly #rounds: Round[] = [];
  /** The round of each bought cell; -1 for the others. */
  readonly #roundOf: Int32Array;
  readonly #resolved: Uint8Array;
  readonly #neverCalled = new Set<number>();
  readonly #arrived: KnownOutcomes;
  /** The outcomes of the revealed rounds. */
  readonly known: KnownOutcomes;
  /** Cells of the revealed rounds whose model could no longer be called. */
  readonly neverCalled: number[] = [];
  #revealed = 0;

  constructor(cellCount: number) {
    this.#roundOf = new Int32Array(cellCount).fill(-1);
    this.#resolved = new Uint8Array(cellCount);
    this.#arrived = createUnknown(cellCount);
    this.known = createUnknown(cellCount);
  }

  /** Rounds so far. */
  get size(): number {
    return this.#rounds.length;
  }

  isBought(cell: number): boolean {
    return intAt(this.#roundOf, cell) >= 0;
  }

  /** Adds a round of cells that were not bought before. */
  add(cells: Int32Array): void {
    for (const cell of cells) this.#roundOf[cell] = this.#rounds.length;
    this.#rounds.push({ cells, unresolved: cells.length });
  }

  /** Notes the outcome of a bought cell; null where it has none. Others, and repeats, are ignored. */
  note(cell: number, outcome: PurchasedOutcome | null): void {
    const round = this.#rounds[intAt(this.#roundOf, cell)];
    if (round === undefined || this.#resolved[cell] === 1) return;
    this.#resolved[cell] = 1;
    round.unresolved -= 1;
    if (outcome === null) return;
    this.#arrived.quality[cell] = outcome.quality;
    this.#arrived.costUsd[cell] = outcome.costUsd;
  }

  /** Notes that a bought cell will not be called. */
  noteNeverCalled(cell: number): void {
    if (this.isBought(cell) && this.#resolved[cell] !== 1) this.#neverCalled.add(cell);
    this.note(cell, null);
  }

  /** Reveals a round and those before it. @returns false where it lacks outcomes */
  reveal(last: number): boolean {
    if ((this.#rounds[last]?.unresolved ?? 0) > 0) return false;
    for (; this.#revealed <= last; this.#revealed++) {
      for (const cell of this.#rounds[this.#revealed]?.cells ?? []) {
        this.known.quality[cell] = at(this.#arrived.quality, cell);
        this.known.costUsd[cell] = at(this.#arrived.costUsd, cell);
        if (this.#neverCalled.has(cell)) this.neverCalled.push(cell);
      }
    }
    return true;
  }

  /** Whether the rounds that are not revealed have cells. */
  get hasMore(): boolean {
    return this.#rounds.slice(this.#revealed).some(({ cells }) => cells.length > 0);
  }
}

function createUnknown(cells: number): KnownOutcomes {
  return {
    quality: new Float32Array(cells).fill(Number.NaN),
    costUsd: new Float32Array(cells).fill(Number.NaN),
  };
}
