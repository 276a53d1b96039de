import { createLedgerCells } from '../ledger/latest-entries.js';
import type { CellPurchase, LedgerEntry } from '../ledger/ledger-entry.js';
import type { Price } from '../../llm/price.js';
import { failure, success, type Result } from '../../util/result.js';
import { readCostUsd } from './entry-cost.js';
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

/**
 * The quality of an entry as a training label: its grade, whatever its outcome. A refused, truncated,
 * empty or overflowing call is graded like an answer, 0 without text. What nothing has graded, and an
 * infrastructure failure, is no label.
 */
export function readLabel({
  outcome,
  grade,
}: Pick<LedgerEntry, 'outcome' | 'grade'>): Result<number> {
  if (outcome === 'infrastructure') return failure('infrastructure');
  if (grade.kind === 'graded') return success(grade.quality);
  return failure(`ungraded: ${grade.reason || 'no reason given'}`);
}

/** The texts of a cell, each as a number of the name table, and whether it is simulated (0 or 1). */
const marks = [
  'taskId',
  'promptHash',
  'model',
  'unlabeledBecause',
  'boughtFor',
  'simulated',
] as const;

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

  function readCell(cell: number): SweptCell {
    const number = (index: number): number | undefined => {
      const value = numberRows.read(cell, index);
      return Number.isNaN(value) ? undefined : value;
    };
    const text = (name: (typeof marks)[number]): string =>
      names.read(markRows.read(cell, marks.indexOf(name)));
    const values = outcomeColumns.map(({ name }, index) => [name, number(index)] as const);
    return {
      taskId: text('taskId'),
      promptHash: text('promptHash'),
      model: text('model'),
      values: Object.fromEntries(values) as unknown as OutcomeValues,
      unlabeledBecause: text('unlabeledBecause') || undefined,
      boughtFor: (text('boughtFor') || undefined) as SweptCell['boughtFor'],
      simulated: markRows.read(cell, marks.indexOf('simulated')) === 1,
    };
  }

  function* listShown(): Generator<SweptCell> {
    for (let cell = 0; cell < cells.size; cell++) {
      if (cells.isShown(cell)) yield readCell(cell);
    }
  }

  return {
    add(entry) {
      const cell = cells.accept(entry);
      if (cell === undefined) return;
      const label = readLabel(entry);
      const known: Readonly<Record<OutcomeColumn, number | null | undefined>> = {
        quality: label.ok ? label.value : 0,
        costUsd: readCostUsd(entry, prices.get(entry.model)),
        latencyMs: entry.latencyMs,
        ttftMs: entry.ttftMs,
        inputTokens: entry.usage?.inputTokens,
        outputTokens: entry.usage?.outputTokens,
      };
      numberRows.write(
        cell,
        outcomeColumns.map(({ name }) => known[name] ?? Number.NaN),
      );
      const { taskId, promptHash, model, purchase } = entry;
      const problem = label.ok ? '' : label.problem;
      const texts = [taskId, promptHash, model, problem, findAdaptiveReason(purchase) ?? ''];
      markRows.write(cell, [...texts.map(names.number), entry.simulated ? 1 : 0]);
    },
    get superseded() {
      let count = 0;
      for (let cell = 0; cell < cells.size; cell++) count += cells.isShown(cell) ? 0 : 1;
      return count;
    },
    listShown,
  };
}

function findAdaptiveReason(purchase: CellPurchase | undefined): SweptCell['boughtFor'] {
  const reason = purchase?.reason;
  return reason === 'pilot' || reason === 'repeat' ? undefined : reason;
}

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
