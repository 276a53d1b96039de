import type { LedgerEntry } from './ledger-entry.js';

/** What an outcome table needs of a ledger's entry. */
export interface SweptCell {
  readonly taskId: string;
  readonly promptHash: string;
  readonly model: string;
  readonly outcome: LedgerEntry['outcome'];
  /** 0 where it was not graded. */
  readonly quality: number;
  /** Why it was not graded; undefined where it was. */
  readonly ungraded: string | undefined;
  readonly costUsd: number | undefined;
  readonly latencyMs: number | undefined;
  readonly ttftMs: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly simulated: boolean;
}

/** The last entries of a ledger, in columns: those of a million cells would not fit as objects. */
export interface SweptCells {
  /** Adds an entry; it replaces an earlier one of the same cell. */
  add(entry: LedgerEntry): void;
  /**
   * Of several cells of one task, model and repeat, such as with other settings, the one that was
   * written last, for each.
   */
  listLast(): { readonly cells: Iterable<SweptCell>; readonly replaced: number };
}

/** Numbers of a cell, in the order of their columns; NaN is unknown. */
const valueNames = [
  'quality',
  'costUsd',
  'latencyMs',
  'ttftMs',
  'inputTokens',
  'outputTokens',
] as const;

/** Columns of whole numbers: places in the list of names, then what is no name. */
const mark = {
  taskId: 0,
  promptHash: 1,
  model: 2,
  outcome: 3,
  ungraded: 4,
  repeat: 5,
  line: 6,
  simulated: 7,
} as const;
const markCount = Object.keys(mark).length;

/** Creates an empty collection. */
export function createSweptCells(): SweptCells {
  const rowOf = new Map<string, number>();
  const names = createNames();
  let values = new Float64Array(valueNames.length * 1024);
  let marks = new Uint32Array(markCount * 1024);
  let lines = 0;
  let maxRepeats = 1;

  function findRow(cellKey: string): number {
    const known = rowOf.get(cellKey);
    if (known !== undefined) return known;
    const row = rowOf.size;
    rowOf.set(cellKey, row);
    if ((row + 1) * markCount > marks.length) {
      const [fewerValues, fewerMarks] = [values, marks];
      values = new Float64Array(values.length * 2);
      values.set(fewerValues);
      marks = new Uint32Array(marks.length * 2);
      marks.set(fewerMarks);
    }
    return row;
  }

  const readMark = (row: number, column: number): number =>
    marks[row * markCount + column] as number;

  function readCell(row: number): SweptCell {
    const name = (column: number): string => names.read(readMark(row, column));
    const value = (column: number): number | undefined => {
      const number = values[row * valueNames.length + column] as number;
      return Number.isNaN(number) ? undefined : number;
    };
    const ungraded = name(mark.ungraded);
    return {
      taskId: name(mark.taskId),
      promptHash: name(mark.promptHash),
      model: name(mark.model),
      outcome: name(mark.outcome) as SweptCell['outcome'],
      ungraded: ungraded === '' ? undefined : ungraded,
      quality: value(0) ?? 0,
      costUsd: value(1),
      latencyMs: value(2),
      ttftMs: value(3),
      inputTokens: value(4),
      outputTokens: value(5),
      simulated: readMark(row, mark.simulated) === 1,
    };
  }

  return {
    add(entry) {
      const { grade, usage, costUsd, latencyMs, ttftMs } = entry;
      const row = findRow(entry.cellKey);
      const quality = grade.kind === 'graded' ? grade.quality : 0;
      const known = [quality, costUsd, latencyMs, ttftMs, usage?.inputTokens, usage?.outputTokens];
      for (const [column, value] of known.entries()) {
        values[row * valueNames.length + column] = value ?? Number.NaN;
      }
      const first = row * markCount;
      marks[first + mark.taskId] = names.number(entry.taskId);
      marks[first + mark.promptHash] = names.number(entry.promptHash);
      marks[first + mark.model] = names.number(entry.model);
      marks[first + mark.outcome] = names.number(entry.outcome);
      const reason = grade.kind === 'graded' ? '' : grade.reason || 'for no reason given';
      marks[first + mark.ungraded] = names.number(reason);
      marks[first + mark.repeat] = entry.repeat;
      marks[first + mark.line] = lines;
      marks[first + mark.simulated] = entry.simulated ? 1 : 0;
      lines += 1;
      maxRepeats = Math.max(maxRepeats, entry.repeat + 1);
    },
    listLast() {
      const lastOf = new Map<number, number>();
      for (let row = 0; row < rowOf.size; row++) {
        const prompt = readMark(row, mark.taskId) * names.size() + readMark(row, mark.model);
        const place = prompt * maxRepeats + readMark(row, mark.repeat);
        const other = lastOf.get(place);
        const isLater =
          other === undefined || readMark(other, mark.line) < readMark(row, mark.line);
        if (isLater) lastOf.set(place, row);
      }
      return { replaced: rowOf.size - lastOf.size, cells: mapRows(lastOf.values(), readCell) };
    },
  };
}

function* mapRows<T>(rows: Iterable<number>, read: (row: number) => T): Generator<T> {
  for (const row of rows) yield read(row);
}

interface Names {
  number(name: string): number;
  read(number: number): string;
  size(): number;
}

/** Texts that come again and again, each held once. */
function createNames(): Names {
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
    size: () => list.length,
  };
}
