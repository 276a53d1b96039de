import { formatCount } from '../../../util/format-number.js';
import { getMember, type JsonObject, type JsonValue } from '../../../util/json.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { normalizeColumnName } from '../../tables/column-names.js';

const errorNames = ['error', 'errors', 'error_message', 'error_msg', 'exception'];
const statusNames = ['status', 'status_code', 'http_status', 'http_status_code'];
const finishNames = ['finish_reason', 'stop_reason'];
/** Names of a column that holds what a model answered. */
const answerNames = [
  'output',
  'outputs',
  'actual_output',
  'model_output',
  'completion',
  'generation',
  'prediction',
  'response',
  'model_response',
  'model_answer',
];
/** Names of a column that holds what a model answered, or else the right answer. */
const eitherNames = ['answer'];

/** What only an answer has. */
export const spentMembers: ReadonlySet<string> = new Set(['cost_usd', 'output_tokens']);

/** What an answer takes; a call that timed out may have it, too. */
export const timedMembers: ReadonlySet<string> = new Set([
  'latency_ms',
  'latency_s',
  'ttft_ms',
  'ttft_s',
]);

/** The columns of a model's calls that tell an answer from a failed call. */
export interface CallColumns {
  readonly error: string | undefined;
  readonly status: string | undefined;
  readonly finish: string | undefined;
  readonly answer: string | undefined;
  /** May hold the right answer instead. */
  readonly either: string | undefined;
  /** Costs and output tokens, which only an answer has. */
  readonly spent: readonly string[];
  readonly timed: readonly string[];
}

/** A row or cell of one model, as it is written, and its grade. */
export interface GradedCells {
  readonly cells: JsonObject;
  readonly quality: number | undefined;
}

/** The first column that holds the answers of a model. */
export function findAnswerColumn(columns: readonly string[]): string | undefined {
  return columns.find((column) => answerNames.includes(normalizeColumnName(column)));
}

/** Whether a name is one of those that tell an answer from a failed call. */
export function isCallName(name: string): boolean {
  const normalized = normalizeColumnName(name);
  return [...errorNames, ...statusNames, ...finishNames, ...answerNames].includes(normalized);
}

/**
 * The columns that say how calls went, among those that are not read as anything else.
 *
 * @param isNamed whether a column has one of the names above
 */
export function findCallColumns(
  columns: readonly string[],
  { spent, timed }: Pick<CallColumns, 'spent' | 'timed'>,
  isNamed = (column: string, name: string): boolean => normalizeColumnName(column) === name,
): CallColumns {
  const find = (names: readonly string[]): string | undefined =>
    columns.find((column) => names.some((name) => isNamed(column, name)));
  return {
    error: find(errorNames),
    status: find(statusNames),
    finish: find(finishNames),
    answer: find(answerNames),
    either: find(eitherNames),
    spent,
    timed,
  };
}

/** What people and programs write for no error. */
const noError = /^(?:none|null|nil|nan|n\/?a|false|no|ok|0|-+|\{\}|\[\]|no errors?|success)$/i;
const number = /^[+-]?\d+(?:[.,]\d+)?\s?%?$/;
const errorStatus = /^(?:HTTP\W?)?[45]\d\d\b(?![.,]\d)/i;
/** The words for a call that failed. Some are also those for a wrong answer. */
const failedStatus = /^(?:errors?|errored|fail|failed|failures?|exception|timeout|timed.?out)$/i;
/** The words for a call that did not: "passed" is a grade. */
const goodStatus = /^(?:ok|okay|success|successful|succeeded|completed?|2\d\d(?: ok)?)$/i;
/** Finish reasons of a call that failed, of OpenRouter, GLM and DeepSeek (see `findEnding`). */
const failedFinish = /^(?:errors?|network_error|insufficient_system_resource)$/i;
/** The whole texts of errors of OpenAI's and Anthropic's clients, whose words others use within their own. */
const clientError = /^(?:Request timed out|Connection error)\.?$/;
/** The errors of Bedrock that are not about the request, and those of calls to a provider's own address. */
const transportError =
  /\bThrottlingException\b|\((?:ModelTimeout|ModelNotReady|ServiceUnavailable|InternalServer|ServiceQuotaExceeded)Exception\) when calling the (?:InvokeModel|Converse)|HTTPS?ConnectionPool\(host='(?:api\.(?:openai\.com|anthropic\.com|mistral\.ai|groq\.com|together\.xyz|deepseek\.com)|openrouter\.ai|[\w-]+\.openai\.azure\.com|generativelanguage\.googleapis\.com|[\w-]*aiplatform\.googleapis\.com|bedrock-runtime\.[\w-]+\.amazonaws\.com)'/;
/** What only providers and their clients say: a program under test may meet a refused connection, too. */
const providerError =
  /^HTTP\W{0,3}[45]\d\d\b|\berror code\W{0,3}[45]\d\d\b|request failed with status code [45]\d\d\b|rate.?limit|too many requests|overloaded|service unavailable|bad gateway|gateway time|internal server error|insufficient.?quota|quota exceeded|exceeded .{0,40}quota|\bAPI(?:Connection|Status|Timeout)?.?Error|insufficient.?(?:credits|funds)|invalid api key/i;
/** How an error begins that a program recorded in place of the answer. */
const errorStart =
  /^\W{0,3}(?:an error occurred|[\w.]*(?:error|exception)(?:\s*[^\s\w]|\s+(?:code|\d)|$)|(?:HTTP\W?)?[45]\d\d\b|HTTPS?ConnectionPool|rate limit (?:reached|exceeded))/i;
/** What a test says, whose text may quote an error of HTTP. */
const testError = /\bassert|\bexpected\b/i;

/** Where a grade of 0 comes from. */
export type ZeroOrigin = 'answered' | 'failed' | 'unclear';

/**
 * Makes a function that tells a wrong answer from a failed call in the rows that are graded 0. A call failed
 * only where an error of a provider or a status says so, and nothing else that there was an answer: an
 * empty cell may be a refusal or a call of a tool, and another error that of a test on the answer. An
 * answer that is the text of such an error is unclear, as is one whose finish reason says that it failed.
 */
export function createCallReader(
  rows: readonly GradedCells[],
  columns: CallColumns,
): (row: GradedCells) => ZeroOrigin {
  const { error = '', status = '', finish = '', answer = '', either = '' } = columns;
  const recordsAnswers = rows.some(({ cells }) => !isBlankCell(cells[answer]));
  const codeColumns = [error, status].filter((column) => holdsCodes(rows, column));
  const readStatus = createStatusReader(rows, columns);
  return (row) => {
    const { cells, quality } = row;
    if (quality !== 0) return 'answered';
    const endedInError = failedFinish.test(readText(cells[finish]));
    const isError = endedInError || [answer, either].some((column) => isErrorAnswer(cells[column]));
    if (hasAnswer(cells, columns)) return isError ? 'unclear' : 'answered';
    if (endedInError) return isBlankCell(cells[either]) ? 'failed' : 'unclear';
    const text = readError(cells[error]);
    if (isProviderError(text, cells[error]) && !testError.test(text)) return 'failed';
    if (codeColumns.some((column) => errorStatus.test(readText(cells[column])))) return 'failed';
    const origin = readStatus(cells);
    if (origin !== 'answered') return origin;
    return isError || text !== '' || recordsAnswers ? 'unclear' : 'answered';
  };
}

/**
 * Reads words such as "error" in a column of statuses, of a row without an answer. They are of calls where
 * others went well. They may still grade the answers, unless wrong ones went well, too; then a call failed
 * that took nothing, where every good one took time, tokens or money. An empty text alone may be what a
 * program printed.
 */
function createStatusReader(
  rows: readonly GradedCells[],
  columns: CallColumns,
): (cells: JsonObject) => ZeroOrigin {
  const readOf = (cells: JsonObject): string => readText(cells[columns.status ?? '']);
  const hasTaken = (cells: JsonObject): boolean =>
    [...columns.spent, ...columns.timed].some((column) => isPositive(cells[column]));
  const good = rows.filter(({ cells }) => goodStatus.test(readOf(cells)));
  const isOfCalls =
    good.some(({ quality }) => quality === 0) &&
    good.every(({ cells }) => hasTaken(cells)) &&
    !rows.some(({ cells, quality = 0 }) => quality > 0 && failedStatus.test(readOf(cells)));
  return (cells) => {
    if (good.length === 0 || !failedStatus.test(readOf(cells))) return 'answered';
    return isOfCalls && !hasTaken(cells) ? 'failed' : 'unclear';
  };
}

function hasAnswer(cells: JsonObject, { answer = '', spent }: CallColumns): boolean {
  return !isBlankCell(cells[answer]) || spent.some((column) => isPositive(cells[column]));
}

/** @param cell the cell with the text, which may be an object with a message */
function isProviderError(text: string, cell: JsonValue | undefined): boolean {
  const message = getMember(cell, 'message');
  return (
    providerError.test(text) ||
    transportError.test(text) ||
    clientError.test(typeof message === 'string' ? message.trim() : text)
  );
}

/** Whether the whole answer is the error of a call. */
function isErrorAnswer(cell: JsonValue | undefined): boolean {
  const text = readText(cell);
  if (clientError.test(text.replace(/^\W*error\W+/i, ''))) return true;
  return errorStart.test(text) && isProviderError(text, cell) && !testError.test(text);
}

/** Whether the numbers of a column may be codes of HTTP, and none is a measure, such as an error of 12.5. */
function holdsCodes(rows: readonly GradedCells[], column: string): boolean {
  const texts = rows.map(({ cells }) => readText(cells[column]));
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
