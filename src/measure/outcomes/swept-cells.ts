import { createLedgerCells } from '../ledger/latest-entries.js';
import { isRefusedForFree, type CellPurchase, type LedgerEntry } from '../ledger/ledger-entry.js';
import type { GraderTool } from '../graders/grade.js';
import type { Price } from '../../llm/price.js';
import { failure, success, type Result } from '../../util/result.js';
import { areAnswersPriced, readCostUsd, readEntryUsage } from './entry-cost.js';
import { findUngraded, type UngradedReason } from './ungraded-answers.js';
import { outcomeColumns, type OutcomeColumn, type OutcomeValues } from './outcome-table.js';

type RepeatReason = 'pilot' | 'repeat';

/** The part of a ledger entry that an outcome table needs. */
export interface SweptCell {
  readonly taskId: string;
  readonly promptHash: string;
  readonly model: string;
  readonly values: OutcomeValues;
  /** Why the cell is not a label; undefined if it is one. */
  readonly unlabeledBecause: string | undefined;
  /** Present where the reason is that nothing has graded the answer. */
  readonly ungraded?: UngradedReason | undefined;
  readonly simulated: boolean;
  /**
   * Why an adaptive sweep called it; undefined where all cells were called. Repeats that a sweep
   * decided about leave no cell out, and no prompt's own grades decide how often it is repeated.
   */
  readonly boughtFor: Exclude<CellPurchase['reason'], RepeatReason> | undefined;
}

const infrastructure = 'infrastructure';

/**
 * The quality of an entry as a training label: its grade, whatever its outcome. A refused, truncated,
 * empty or overflowing call is graded like an answer, 0 without text. What nothing has graded, and an
 * infrastructure failure, is no label.
 */
export function readLabel({
  outcome,
  grade,
}: Pick<LedgerEntry, 'outcome' | 'grade'>): Result<number> {
  if (grade.kind === 'graded' && outcome !== 'infrastructure') return success(grade.quality);
  const isFailure = outcome === infrastructure;
  return failure(describeUnlabeled(isFailure, findUngraded({ outcome, grade })) ?? infrastructure);
}

function describeUnlabeled(
  isFailure: boolean,
  ungraded: UngradedReason | undefined,
): string | undefined {
  if (isFailure) return infrastructure;
  return ungraded && `ungraded: ${ungraded.reason}`;
}

/** The texts of a cell, each stored as a number of the name table; empty where there is none. */
const textMarks = ['taskId', 'promptHash', 'model', 'ungraded', 'lacks', 'boughtFor'] as const;
/** What is so or not: whether its call failed, is simulated, and was refused for free. */
const flagMarks = ['infrastructure', 'simulated', 'free'] as const;
const marks = [...textMarks, ...flagMarks];
type TextMark = (typeof textMarks)[number];
type FlagMark = (typeof flagMarks)[number];

/** Rows of numbers in one typed array, whose length doubles when it is full. */
class Rows<Data extends Float64Array | Uint32Array> {
  readonly #Constructor: new (length: number) => Data;
  readonly #width: number;
  #data: Data;

  constructor(Constructor: new (length: number) => Data, width: number) {
    this.#Constructor = Constructor;
    this.#width = width;
    this.#data = new Constructor(1024 * width);
  }

  read(row: number, column: number): number {
    return this.#data[row * this.#width + column] as number;
  }

  write(row: number, values: readonly number[]): void {
    while ((row + 1) * this.#width > this.#data.length) {
      const longer = new this.#Constructor(2 * this.#data.length);
      longer.set(this.#data);
      this.#data = longer;
    }
    this.#data.set(values, row * this.#width);
  }
}

/** Assigns numbers to repeated texts, so that each is stored once. */
class NameTable {
  readonly #numberOf = new Map<string, number>();
  readonly #names: string[] = [];

  number(name: string): number {
    const known = this.#numberOf.get(name);
    if (known !== undefined) return known;
    this.#numberOf.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  read(number: number): string {
    return this.#names[number] as string;
  }
}

/**
 * The current entries of a ledger, in typed columns: a million cells as objects would take too much
 * memory.
 */
export class SweptCells {
  readonly #prices: ReadonlyMap<string, Price>;
  readonly #cells = createLedgerCells();
  readonly #names = new NameTable();
  readonly #numbers = new Rows(Float64Array, outcomeColumns.length);
  readonly #marks = new Rows(Uint32Array, marks.length);

  /** @param prices of the run's models, by id */
  constructor(prices: ReadonlyMap<string, Price>) {
    this.#prices = prices;
  }

  /** Number of cells that a cell with other settings has superseded. */
  get superseded(): number {
    let shown = 0;
    for (const _ of this.#listShownRows()) shown++;
    return this.#cells.size - shown;
  }

  add(entry: LedgerEntry): void {
    const row = this.#cells.accept(entry);
    if (row === undefined) return;
    const isFree = isRefusedForFree(entry);
    this.#writeNumbers(row, entry, isFree);
    this.#writeMarks(row, entry, isFree);
  }

  /** The cells that are shown, by the rules of `CurrentLines`. */
  *listShown(): Generator<SweptCell> {
    const freeSlots = this.#findFreeSlots();
    for (const row of this.#listShownRows()) {
      const shown = this.#readCell(row);
      const isFree = this.#has(row, 'free') && freeSlots.has(this.#slotOf(row));
      yield isFree ? { ...shown, values: { ...shown.values, costUsd: 0 } } : shown;
    }
  }

  *#listShownRows(): Generator<number> {
    for (let row = 0; row < this.#cells.size; row++) if (this.#cells.isShown(row)) yield row;
  }

  #writeNumbers(row: number, entry: LedgerEntry, isFree: boolean): void {
    const label = readLabel(entry);
    const { usage } = readEntryUsage(entry);
    const known: Readonly<Record<OutcomeColumn, number | null | undefined>> = {
      quality: label.ok ? label.value : 0,
      costUsd: isFree ? undefined : readCostUsd(entry, this.#prices.get(entry.model)),
      latencyMs: entry.latencyMs,
      ttftMs: entry.ttftMs,
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
    };
    this.#numbers.write(
      row,
      outcomeColumns.map(({ name }) => known[name] ?? Number.NaN),
    );
  }

  #writeMarks(row: number, entry: LedgerEntry, isFree: boolean): void {
    const { taskId, promptHash, model } = entry;
    const ungraded = findUngraded(entry);
    const texts: Readonly<Record<TextMark, string>> = {
      taskId,
      promptHash,
      model,
      ungraded: ungraded?.reason ?? '',
      lacks: ungraded?.lacks ?? '',
      boughtFor: findAdaptiveReason(entry.purchase) ?? '',
    };
    const flags: Readonly<Record<FlagMark, boolean>> = {
      infrastructure: entry.outcome === infrastructure,
      simulated: entry.simulated,
      free: isFree,
    };
    this.#marks.write(row, [
      ...textMarks.map((name) => this.#names.number(texts[name])),
      ...flagMarks.map((name) => Number(flags[name])),
    ]);
  }

  #mark(row: number, name: TextMark | FlagMark): number {
    return this.#marks.read(row, marks.indexOf(name));
  }

  #text(row: number, name: TextMark): string {
    return this.#names.read(this.#mark(row, name));
  }

  #has(row: number, name: FlagMark): boolean {
    return this.#mark(row, name) === 1;
  }

  #hasCost(row: number): boolean {
    return !Number.isNaN(this.#numbers.read(row, costColumn));
  }

  /** The prompt and model of a cell. */
  #slotOf(row: number): string {
    return `${this.#mark(row, 'taskId')} ${this.#mark(row, 'model')}`;
  }

  #readCell(row: number): SweptCell {
    const values = outcomeColumns.map(({ name }, column) => {
      const value = this.#numbers.read(row, column);
      return [name, Number.isNaN(value) ? undefined : value] as const;
    });
    const ungraded = this.#readUngraded(row);
    return {
      taskId: this.#text(row, 'taskId'),
      promptHash: this.#text(row, 'promptHash'),
      model: this.#text(row, 'model'),
      values: Object.fromEntries(values) as unknown as OutcomeValues,
      unlabeledBecause: describeUnlabeled(this.#has(row, 'infrastructure'), ungraded),
      ungraded,
      boughtFor: (this.#text(row, 'boughtFor') || undefined) as SweptCell['boughtFor'],
      simulated: this.#has(row, 'simulated'),
    };
  }

  #readUngraded(row: number): UngradedReason | undefined {
    const reason = this.#text(row, 'ungraded');
    if (reason === '') return undefined;
    const lacks = this.#text(row, 'lacks') as GraderTool | '';
    return lacks === '' ? { reason } : { reason, lacks };
  }

  /**
   * The prompts and models whose refused cells are known to have cost nothing. Not where an answer of
   * the same prompt has no known cost: their mean would be that of the refused ones alone.
   */
  #findFreeSlots(): ReadonlySet<string> {
    const slots = new Set(this.#listFreeRows().map((row) => this.#slotOf(row)));
    if (slots.size === 0) return slots;
    for (const row of this.#listShownRows()) {
      const isLabel = !this.#has(row, 'infrastructure') && this.#text(row, 'ungraded') === '';
      if (isLabel && !this.#has(row, 'free') && !this.#hasCost(row))
        slots.delete(this.#slotOf(row));
    }
    return slots;
  }

  /** Of the models whose answers are of known cost, the cells that were refused for free. */
  #listFreeRows(): number[] {
    const tallies = new Map<number, { priced: number; answers: number }>();
    const free: number[] = [];
    for (const row of this.#listShownRows()) {
      if (this.#has(row, 'free')) {
        free.push(row);
        continue;
      }
      if (this.#has(row, 'infrastructure')) continue;
      const model = this.#mark(row, 'model');
      const tally = tallies.get(model) ?? { priced: 0, answers: 0 };
      tallies.set(model, tally);
      tally.answers += 1;
      if (this.#hasCost(row)) tally.priced += 1;
    }
    return free.filter((row) => {
      const { priced, answers } = tallies.get(this.#mark(row, 'model')) ?? {
        priced: 0,
        answers: 0,
      };
      return areAnswersPriced(priced, answers);
    });
  }
}

/** Why an adaptive sweep, or one that added a model, bought a cell; undefined for any other call. */
export function findAdaptiveReason(purchase: CellPurchase | undefined): SweptCell['boughtFor'] {
  const reason = purchase?.reason;
  return reason === 'pilot' || reason === 'repeat' ? undefined : reason;
}

const costColumn = outcomeColumns.findIndex(({ name }) => name === 'costUsd');
