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

/**
 * The current entries of a ledger, in typed columns: a million cells as objects would take too much
 * memory.
 */
export interface SweptCells {
  add(entry: LedgerEntry): void;
  /** Number of cells that a cell with other settings has superseded. */
  readonly superseded: number;
  /** The cells that are shown, by the rules of `CurrentLines`. */
  listShown(): Iterable<SweptCell>;
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

/**
 * Creates an empty collection.
 *
 * @param prices of the run's models, by id
 */
export function createSweptCells(prices: ReadonlyMap<string, Price>): SweptCells {
  const cells = createLedgerCells();
  const names = createNameTable();
  const numberRows = createRows(Float64Array, outcomeColumns.length);
  const markRows = createRows(Uint32Array, marks.length);

  const mark = (cell: number, name: TextMark | FlagMark): number =>
    markRows.read(cell, marks.indexOf(name));
  const text = (cell: number, name: TextMark): string => names.read(mark(cell, name));
  const has = (cell: number, name: FlagMark): boolean => mark(cell, name) === 1;

  function readUngraded(cell: number): UngradedReason | undefined {
    const reason = text(cell, 'ungraded');
    if (reason === '') return undefined;
    const lacks = text(cell, 'lacks') as GraderTool | '';
    return lacks === '' ? { reason } : { reason, lacks };
  }

  function readCell(cell: number): SweptCell {
    const number = (index: number): number | undefined => {
      const value = numberRows.read(cell, index);
      return Number.isNaN(value) ? undefined : value;
    };
    const values = outcomeColumns.map(({ name }, index) => [name, number(index)] as const);
    const ungraded = readUngraded(cell);
    return {
      taskId: text(cell, 'taskId'),
      promptHash: text(cell, 'promptHash'),
      model: text(cell, 'model'),
      values: Object.fromEntries(values) as unknown as OutcomeValues,
      unlabeledBecause: describeUnlabeled(has(cell, 'infrastructure'), ungraded),
      ungraded,
      boughtFor: (text(cell, 'boughtFor') || undefined) as SweptCell['boughtFor'],
      simulated: has(cell, 'simulated'),
    };
  }

  const isLabel = (cell: number): boolean =>
    !has(cell, 'infrastructure') && text(cell, 'ungraded') === '';
  const slotOf = (cell: number): string => `${mark(cell, 'taskId')} ${mark(cell, 'model')}`;

  /** Of the models whose answers are of known cost, the cells that were refused for free. */
  function listFreeCells(): number[] {
    const tallies = new Map<number, { priced: number; answers: number }>();
    const free: number[] = [];
    for (let cell = 0; cell < cells.size; cell++) {
      if (!cells.isShown(cell)) continue;
      if (has(cell, 'free')) {
        free.push(cell);
        continue;
      }
      if (has(cell, 'infrastructure')) continue;
      const model = mark(cell, 'model');
      const tally = tallies.get(model) ?? { priced: 0, answers: 0 };
      tallies.set(model, tally);
      tally.answers += 1;
      if (!Number.isNaN(numberRows.read(cell, costColumn))) tally.priced += 1;
    }
    return free.filter((cell) => {
      const { priced, answers } = tallies.get(mark(cell, 'model')) ?? { priced: 0, answers: 0 };
      return areAnswersPriced(priced, answers);
    });
  }

  /**
   * The prompts and models whose refused cells are known to have cost nothing. Not where an answer of
   * the same prompt has no known cost: their mean would be that of the refused ones alone.
   */
  function findFreeSlots(): ReadonlySet<string> {
    const slots = new Set(listFreeCells().map(slotOf));
    if (slots.size === 0) return slots;
    for (let cell = 0; cell < cells.size; cell++) {
      if (!cells.isShown(cell) || !isLabel(cell) || has(cell, 'free')) continue;
      if (Number.isNaN(numberRows.read(cell, costColumn))) slots.delete(slotOf(cell));
    }
    return slots;
  }

  function* listShown(): Generator<SweptCell> {
    const freeSlots = findFreeSlots();
    for (let cell = 0; cell < cells.size; cell++) {
      if (!cells.isShown(cell)) continue;
      const shown = readCell(cell);
      const isFree = has(cell, 'free') && freeSlots.has(slotOf(cell));
      yield isFree ? { ...shown, values: { ...shown.values, costUsd: 0 } } : shown;
    }
  }

  return {
    add(entry) {
      const cell = cells.accept(entry);
      if (cell === undefined) return;
      const isFree = isRefusedForFree(entry);
      const label = readLabel(entry);
      const { usage } = readEntryUsage(entry);
      const known: Readonly<Record<OutcomeColumn, number | null | undefined>> = {
        quality: label.ok ? label.value : 0,
        costUsd: isFree ? undefined : readCostUsd(entry, prices.get(entry.model)),
        latencyMs: entry.latencyMs,
        ttftMs: entry.ttftMs,
        inputTokens: usage?.inputTokens,
        outputTokens: usage?.outputTokens,
      };
      numberRows.write(
        cell,
        outcomeColumns.map(({ name }) => known[name] ?? Number.NaN),
      );
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
      markRows.write(cell, [
        ...textMarks.map((name) => names.number(texts[name])),
        ...flagMarks.map((name) => Number(flags[name])),
      ]);
    },
    get superseded() {
      let count = 0;
      for (let cell = 0; cell < cells.size; cell++) count += cells.isShown(cell) ? 0 : 1;
      return count;
    },
    listShown,
  };
}

/** Why an adaptive sweep, or one that added a model, bought a cell; undefined for any other call. */
export function findAdaptiveReason(purchase: CellPurchase | undefined): SweptCell['boughtFor'] {
  const reason = purchase?.reason;
  return reason === 'pilot' || reason === 'repeat' ? undefined : reason;
}

const costColumn = outcomeColumns.findIndex(({ name }) => name === 'costUsd');

/** Rows of numbers in one typed array, whose length doubles when it is full. */
function createRows<Data extends Float64Array | Uint32Array>(
  Constructor: new (length: number) => Data,
  width: number,
): {
  read(row: number, column: number): number;
  write(row: number, values: readonly number[]): void;
} {
  let data = new Constructor(1024 * width);
  return {
    read: (row, column) => data[row * width + column] as number,
    write(row, values) {
      while ((row + 1) * width > data.length) {
        const longer = new Constructor(2 * data.length);
        longer.set(data);
        data = longer;
      }
      data.set(values, row * width);
    },
  };
}

/** Assigns numbers to repeated texts, so that each is stored once. */
function createNameTable(): { number(name: string): number; read(number: number): string } {
  const numberOf = new Map<string, number>();
  const list: string[] = [];
  return {
    number(name) {
      const known = numberOf.get(name);
      if (known !== undefined) return known;
      numberOf.set(name, list.length);
      return list.push(name) - 1;
    },
    read: (number) => list[number] as string,
  };
}
