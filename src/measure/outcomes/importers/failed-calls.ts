import { formatCount } from '../../../util/format-number.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { normalizeColumnName } from '../../tables/column-names.js';

const errorNames = ['error', 'errors', 'error_message', 'error_msg', 'exception'];
const statusNames = ['status', 'status_code', 'http_status', 'http_status_code'];
/** Names of a column that holds what a model answered. */
const answerNames = ['output', 'outputs', 'actual_output', 'completion', 'response'];

/** What only an answer has. */
export const spentMembers: ReadonlySet<string> = new Set(['cost_usd', 'output_tokens']);

/** The columns of a model's calls that tell an answer from a failed call. */
export interface CallColumns {
  readonly error: string | undefined;
  readonly status: string | undefined;
  readonly answer: string | undefined;
  /** Costs and output tokens, which only an answer has. */
  readonly spent: readonly string[];
}

/** The first column that holds the answers of a model. */
export function findAnswerColumn(columns: readonly string[]): string | undefined {
  return columns.find((column) => answerNames.includes(normalizeColumnName(column)));
}

/**
 * The columns that say how calls went, among those that are not read as anything else.
 *
 * @param isNamed whether a column has one of the names above
 */
export function findCallColumns(
  columns: readonly string[],
  spent: readonly string[],
  isNamed = (column: string, name: string): boolean => normalizeColumnName(column) === name,
): CallColumns {
  const find = (names: readonly string[]): string | undefined =>
    columns.find((column) => names.some((name) => isNamed(column, name)));
  return { error: find(errorNames), status: find(statusNames), answer: find(answerNames), spent };
}

/** What people and programs write for no error. */
const noError = /^(?:none|null|nil|nan|n\/?a|false|no|ok|0|-+|\{\}|\[\]|no errors?|success)$/i;
const number = /^[+-]?\d+(?:[.,]\d+)?\s?%?$/;
const errorStatus = /^(?:HTTP\W?)?[45]\d\d\b(?![.,]\d)/i;
/** What only providers and their clients say: a program under test may meet a refused connection, too. */
const providerError =
  /^HTTP\W{0,3}[45]\d\d\b|\berror code\W{0,3}[45]\d\d\b|request failed with status code [45]\d\d\b|rate.?limit|too many requests|overloaded|service unavailable|bad gateway|gateway time|internal server error|insufficient.?quota|quota exceeded|exceeded .{0,40}quota|\bAPI(?:Connection|Status|Timeout)?.?Error|insufficient.?(?:credits|funds)|invalid api key/i;
/** What a test says, whose text may quote an error of HTTP. */
const testError = /\bassert|\bexpected\b/i;

/** Where a grade of 0 comes from. */
export type ZeroOrigin = 'answered' | 'failed' | 'unclear';

/**
 * Makes a function that tells a wrong answer from a failed call in the rows that are graded 0. A call failed
 * only where an error of a provider or a status says so, and nothing else that there was an answer: an
 * empty cell may be a refusal or a call of a tool, and another error that of a test on the answer.
 */
export function createCallReader(
  rows: readonly JsonObject[],
  { error = '', status = '', answer = '', spent }: CallColumns,
): (row: JsonObject, quality: number | undefined) => ZeroOrigin {
  const hasAnswer = (row: JsonObject): boolean =>
    !isBlankCell(row[answer]) || spent.some((column) => isPositive(row[column]));
  const recordsAnswers = rows.some((row) => !isBlankCell(row[answer]));
  const codeColumns = [error, status].filter((column) => holdsCodes(rows, column));
  return (row, quality) => {
    if (quality !== 0 || hasAnswer(row)) return 'answered';
    const text = readError(row[error]);
    if (providerError.test(text) && !testError.test(text)) return 'failed';
    if (codeColumns.some((column) => errorStatus.test(readText(row[column])))) return 'failed';
    return text !== '' || recordsAnswers ? 'unclear' : 'answered';
  };
}

/** Whether the numbers of a column may be codes of HTTP, and none is a measure, such as an error of 12.5. */
function holdsCodes(rows: readonly JsonObject[], column: string): boolean {
  const texts = rows.map((row) => readText(row[column]));
  return texts.every((text) => !number.test(text) || /^(?:0|[1-5]\d\d)$/.test(text));
}

function readText(cell: JsonValue | undefined): string {
  if (isBlankCell(cell)) return '';
  return (typeof cell === 'string' ? cell : JSON.stringify(cell)).trim();
}

function readError(cell: JsonValue | undefined): string {
  const text = readText(cell);
  return noError.test(text) || number.test(text) ? '' : text;
}

function isPositive(cell: JsonValue | undefined): boolean {
  return /[1-9]/.test(String(cell ?? ''));
}

/** Why a cell of a model is no outcome. */
export function describeFailed(model: string): string {
  return `calls of "${model.slice(0, 80)}" that failed, graded 0`;
}

/** Counts the cells that are kept as wrong answers, though their calls may have failed. */
export class UnclearCalls {
  readonly #counts = new Map<string, number>();

  add(model: string): void {
    this.#counts.set(model, (this.#counts.get(model) ?? 0) + 1);
  }

  describe(): string | undefined {
    if (this.#counts.size === 0) return undefined;
    const counts = [...this.#counts].map(
      ([model, count]) => `${formatCount(count, 'row')} of "${model.slice(0, 80)}"`,
    );
    return (
      `graded 0 without an answer, or with an error that may be of the answer or of its call: ${counts.join(', ')}; ` +
      'they count as wrong answers. If calls failed, leave their quality empty'
    );
  }
}
