import { isBlankCell } from './blank-cell.js';
import { listExpectedColumns, stripRemark } from './column-names.js';
import type { Table } from './table.js';

/** Columns that only records of calls have: which model answered, its tokens, cost or latency. */
const callColumn =
  /^(?:model|model_name|model_id|llm|engine|(?:total_)?cost|cost_(?:usd|total)|latency(?:_m?s)?|(?:(?:total|input|output|prompt|completion)_)?tokens|tokens_(?:in|out|prompt|completion|total)|usage)$/;

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

/** Columns that say how good an answer is. */
const gradeColumn = /^(?:quality|score|accuracy|grade|correct|is_correct|pass|passed|success)$/;
/** Names that also stand for a right answer, or for a year of school. */
const ambiguousGrade = /^(?:grade|correct)$/;

const verdict = /^(?:true|false|yes|no|correct|incorrect|right|wrong|pass(?:ed)?|fail(?:ed)?)$/i;
const fraction = /^(?:0|1|[01]?[.,]\d+|\d+(?:[.,]\d+)?\s?%)$/;
const number = /^-?\d+(?:[.,]\d+)?(?:\s?%|\s?\/\s?\d+)?$/;

/** Whether all cells of a column that is named like grades are some. */
function holdsGrades({ rows }: Table, column: string): boolean {
  const name = stripRemark(column);
  if (!gradeColumn.test(name)) return false;
  const cells = rows.flatMap(({ members }) => {
    const cell = members.ok ? members.value[column] : undefined;
    return cell === undefined || isBlankCell(cell) ? [] : [String(cell).trim()];
  });
  const isNumber = ambiguousGrade.test(name) ? fraction : number;
  // One number in every row is what each question is worth.
  const isWorth =
    number.test(cells[0] ?? '') && Number(cells[0]) !== 0 && new Set(cells).size === 1;
  return (
    cells.length > 0 &&
    (cells.length === 1 || !isWorth) &&
    cells.every((cell) => verdict.test(cell) || isNumber.test(cell))
  );
}

/**
 * Whether a table records calls of models, or grades answers: then its answers may be wrong. So may
 * the answers beside outputs that are expected.
 */
export function findRecordedCalls(table: Table): RecordedCalls | undefined {
  const { columns } = table;
  const answers = columns.filter((column) => {
    const name = stripRemark(column);
    return answerColumn.test(name) && !callColumn.test(name);
  });
  const isShown = (column: string): boolean => callColumn.test(stripRemark(column));
  const shownBy =
    columns.find(isShown) ??
    listExpectedColumns(columns)[0] ??
    columns.find(isTraceColumn) ??
    (answers.length === 0 ? undefined : columns.find((column) => holdsGrades(table, column)));
  return shownBy === undefined ? undefined : { shownBy, answers };
}
