import type { JsonValue } from '../../util/json.js';
import { writeMapping } from '../tables/column-map.js';
import { isReservedName, listExpectedColumns } from '../tables/column-names.js';
import type { Table } from '../tables/table.js';
import { unspacedScripts } from '../tasks/unspaced-scripts.js';
import { readExportedMessages } from './exported-messages.js';
import { parseCell } from './parse-cell.js';
import { readTextName, type TextName } from './prompt-names.js';
import { holdsNoPrompt, readCellRequest } from './read-request.js';

/** A longer name of a column is a prompt: the file has no header. */
export const maxColumnName = 60;

/** A column that may hold the prompts of a table in which none has a common name for them. */
export interface PromptGuess {
  readonly column: string;
  /**
   * What shows it: messages in its cells, a word in its name, or that no other column may be asked.
   * Otherwise, its texts are only the longest of those that may be.
   */
  readonly shownBy: 'messages' | 'name' | 'only' | 'length';
}

/**
 * The column that most likely holds the prompts; undefined where none does. Columns that are named after
 * answers, and those of ids, web addresses, times and constants, are never guessed.
 *
 * @param taken columns that hold something else
 */
export function guessPrompt(table: Table, taken: ReadonlySet<string>): PromptGuess | undefined {
  const expected = new Set(listExpectedColumns(table.columns));
  const free = table.columns
    .filter((column) => !taken.has(column) && !expected.has(column) && !isReservedName(column))
    .map((column) => readColumn(table, column))
    .filter(({ name }) => name.kind !== 'answer');
  const requests = free.filter(isRequests).sort(byRank);
  const others = free.filter((column) => !requests.includes(column));
  if (requests.length > 0) return guessRequests(requests, others);
  const named = others.filter(isNamedText).sort(byRank);
  if (isFirst(named)) return guessNamed(named[0], others);
  const texts = free.filter((column) => column.meanLength >= minTextLength && holdsTexts(column));
  const guess = guessText(named.length === 0 ? texts : named);
  // The others may be short questions, beside their answers.
  const mayBeAsked = (column: TextColumn): boolean => isFullText(column) || isRepeatedText(column);
  const isOnly = !free.some((column) => column.column !== guess?.column && mayBeAsked(column));
  return guess === undefined || isOnly ? guess : { ...guess, shownBy: 'length' };
}

/** A name is clear where its word says that its texts are asked, or no longer ones are beside them. */
function guessNamed(named: TextColumn, others: readonly TextColumn[]): PromptGuess | undefined {
  const { column, name, meanLength } = named;
  const isClear = name.kind === 'prompt' && name.isClear;
  const longer = others.filter((other) => isFullText(other) && other.meanLength > meanLength);
  return isClear || longer.length === 0 ? { column, shownBy: 'name' } : proposeLongest(longer);
}

/** A note about prompts that neither a name nor messages show. */
export function describeGuess({ column, shownBy }: PromptGuess): readonly string[] {
  if (shownBy !== 'only') return [];
  return [
    `"${column}" is taken for the prompts, as no other column holds such texts; ` +
      `if another one does, add ${writeMapping('prompt', 'COLUMN')}`,
  ];
}

/** Texts with a shorter mean are labels and names. */
const minTextLength = 20;

/** A column with its cells that are not empty. */
interface TextColumn {
  readonly column: string;
  readonly name: TextName;
  readonly cells: readonly JsonValue[];
  /** The mean length, also over empty cells. */
  readonly meanLength: number;
}

function readColumn({ rows }: Table, column: string): TextColumn {
  const cells = rows.flatMap(({ members }) => {
    const cell = members.ok ? members.value[column] : undefined;
    return cell === undefined || holdsNoPrompt(cell) ? [] : [cell];
  });
  const total = cells.reduce<number>(
    (sum, cell) => sum + measureText(typeof cell === 'string' ? cell : JSON.stringify(cell)),
    0,
  );
  // A whole prompt in place of a name says nothing about the column.
  const name: TextName = column.length > maxColumnName ? { kind: 'other' } : readTextName(column);
  return { column, name, cells, meanLength: total / Math.max(1, rows.length) };
}

/** The length in Latin characters, of which an ideograph stands for about three. */
function measureText(text: string): number {
  return text.length + 2 * (text.match(unspacedCharacters)?.length ?? 0);
}

function rankOf({ name }: TextColumn): number {
  return name.kind === 'prompt' ? name.rank : Number.MAX_SAFE_INTEGER;
}

function byRank(a: TextColumn, b: TextColumn): number {
  return rankOf(a) - rankOf(b);
}

/** Whether the name of the first of some columns, ordered by rank, says more than that of the next. */
function isFirst(columns: readonly TextColumn[]): columns is readonly [TextColumn] {
  const [first, second] = columns;
  return first !== undefined && (second === undefined || rankOf(first) < rankOf(second));
}

function isMost(cells: readonly JsonValue[], test: (cell: JsonValue) => boolean): boolean {
  return cells.length > 0 && cells.filter(test).length * 2 > cells.length;
}

/** Whether a column holds messages, and not the same examples in each row. */
function isRequests(column: TextColumn): boolean {
  return (
    column.name.kind !== 'aside' && isMost(column.cells, holdsRequest) && !isConstant(column.cells)
  );
}

/** Messages are clear where no texts may be what is asked after them, and few rows repeat them. */
function guessRequests(
  requests: readonly TextColumn[],
  others: readonly TextColumn[],
): PromptGuess | undefined {
  const varied = requests.filter((column) => !repeats(column));
  const [first] = varied;
  const isNamed = first?.name.kind === 'prompt';
  const texts = others.filter(
    (column) => isFullText(column) && (!isNamed || column.name.kind === 'prompt'),
  );
  return first !== undefined && isFirst(varied) && texts.length === 0
    ? { column: first.column, shownBy: 'messages' }
    : proposeLongest([...requests, ...texts]);
}

/** Whether a cell holds messages, one of which a user wrote. */
function holdsRequest(cell: JsonValue): boolean {
  const isList = typeof cell === 'string' ? /^\s*[[{]/.test(cell) : typeof cell === 'object';
  const read = isList ? readCellRequest(cell) : undefined;
  if (read?.ok !== true) return false;
  const messages = readExportedMessages(read.value.request['messages'] ?? null);
  return messages?.some(({ role }) => role === 'user') === true;
}

/** Whether a column is named after prompts, and holds texts, also short ones. */
function isNamedText(column: TextColumn): boolean {
  return column.name.kind === 'prompt' && holdsTexts(column) && !repeats(column);
}

const urlOrTime =
  /^(?:[a-z][a-z\d+.-]*:\/\/\S*|[^\p{L}]*(?:\d[-/.]\d+[-/.]\d|\d:\d\d)[^\p{L}]*)$/iu;
const timeWord =
  /\b(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}|[ap]m|utc|gmt)\b/gi;
const numberList = /^\s*\[[\s\d.,e+-]*\]\s*$/;
const unspaced = new RegExp(`[${unspacedScripts}]`);
const unspacedCharacters = new RegExp(unspaced, 'g');

/** Whether most cells are texts of several words, and not all the same. */
function holdsTexts({ cells }: TextColumn): boolean {
  const isText = (cell: JsonValue): boolean =>
    typeof cell === 'string' &&
    (/\S\s+\S/.test(cell) || unspaced.test(cell)) &&
    !urlOrTime.test(cell.replace(timeWord, '')) &&
    !numberList.test(cell);
  return !isConstant(cells) && isMost(cells, isText);
}

/** Whether a column may be asked: it is neither labels, headings nor JSON, nor said about prompts. */
function isFullText(column: TextColumn): boolean {
  const { kind } = column.name;
  return (
    (kind === 'prompt' || kind === 'other') &&
    holdsTexts(column) &&
    !repeats(column) &&
    !isJson(column)
  );
}

/** Whether it may hold questions, each with several answers in rows of their own. */
function isRepeatedText(column: TextColumn): boolean {
  const { name, meanLength } = column;
  return (
    (name.kind === 'prompt' || name.kind === 'other') &&
    meanLength >= 2 * minTextLength &&
    holdsTexts(column) &&
    repeats(column) &&
    !isJson(column)
  );
}

function isJson({ cells }: TextColumn): boolean {
  return isMost(cells, (cell) => typeof cell === 'string' && typeof parseCell(cell) === 'object');
}

function isConstant(cells: readonly JsonValue[]): boolean {
  return cells.length > 1 && countDistinct(cells) === 1;
}

function countDistinct(cells: readonly JsonValue[]): number {
  return new Set(cells.map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell))))
    .size;
}

/** Whether the cells are a few labels or messages, each of which occurs often. */
function repeats({ cells }: TextColumn): boolean {
  return countDistinct(cells) * 5 <= cells.length;
}

function byLength(a: TextColumn, b: TextColumn): number {
  return b.meanLength - a.meanLength;
}

function proposeLongest(columns: readonly TextColumn[]): PromptGuess | undefined {
  const [longest] = [...columns].sort(byLength);
  return longest === undefined ? undefined : { column: longest.column, shownBy: 'length' };
}

/** The only one of some columns of texts, or the one with the longest. */
function guessText(columns: readonly TextColumn[]): PromptGuess | undefined {
  const sorted = [...columns].sort(byLength);
  const isAside = ({ name }: TextColumn): boolean => name.kind === 'aside';
  // Headings, labels and JSON are prompts only where there are no other texts.
  const isLesser = (column: TextColumn): boolean =>
    !isAside(column) && (column.name.kind === 'caption' || repeats(column) || isJson(column));
  const full = sorted.filter(
    (column) => !isLesser(column) && !(isAside(column) && repeats(column)),
  );
  const rivals = full.length > 0 ? full : sorted;
  const likely = full.find((column) => !isAside(column)) ?? sorted.find(isLesser) ?? sorted[0];
  if (likely === undefined) return undefined;
  const isOnly = rivals.length === 1 && rivals.includes(likely);
  return { column: likely.column, shownBy: isOnly ? 'only' : 'length' };
}
