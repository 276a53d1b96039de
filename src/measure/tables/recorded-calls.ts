import { listExpectedColumns, stripRemark } from './column-names.js';
import { holdsGrades, mayShowRecords } from './grade-columns.js';
import type { Table } from './table.js';

/** Columns that only records of calls have: which model answered or won, its tokens, cost or latency. */
const callColumn =
  /^(?:model|model_(?:name|id|[ab12])|llm|engine|generator|winner|(?:total_)?cost|cost_(?:usd|total)|latency(?:_m?s)?|(?:(?:total|input|output|prompt|completion)_)?tokens|tokens_(?:in|out|prompt|completion|total)|usage)$/;

/** Columns by which an application groups the calls that it records. Labels may have been added later. */
const traceColumn = /^(?:trace|session)_id$/;

export function isTraceColumn(column: string): boolean {
  return traceColumn.test(stripRemark(column));
}

/** Columns that hold the expected answer in a table of examples, and in a record of calls what was answered. */
const answerColumn = /^(?:outputs?|completion|answer|antwort|reponse|respuesta|outputs?_.+)$/;

/** A table with answers that models may have written, where its columns show that. */
export interface RecordedCalls {
  /** A column that shows it. */
  readonly shownBy: string;
  /** Columns that likely hold what the models answered. */
  readonly answers: readonly string[];
}

/** Whether a column holds the expected answers, or those of a model: its name does not say which. */
function isAnswerColumn(column: string): boolean {
  const name = stripRemark(column);
  return answerColumn.test(name) && !callColumn.test(name);
}

/** A column that may show that the answers of another one are those of a model, though it need not. */
export function findDoubt(table: Table, answer: string): string | undefined {
  if (!isAnswerColumn(answer)) return undefined;
  return table.columns.find((column) => column !== answer && mayShowRecords(table, column));
}

/**
 * Whether a table records calls of models, or grades answers: then its answers may be wrong. So may
 * the answers beside outputs that are expected.
 *
 * @param taken columns that hold something else than their names say
 */
export function findRecordedCalls(
  table: Table,
  taken: ReadonlySet<string> = new Set(),
): RecordedCalls | undefined {
  const { columns } = table;
  const answers = columns.filter(isAnswerColumn);
  const isShown = (column: string): boolean => callColumn.test(stripRemark(column));
  const shownBy =
    columns.find(isShown) ??
    listExpectedColumns(columns).find((column) => !taken.has(column)) ??
    columns.find(isTraceColumn) ??
    (answers.length === 0 ? undefined : columns.find((column) => holdsGrades(table, column)));
  return shownBy === undefined ? undefined : { shownBy, answers };
}
