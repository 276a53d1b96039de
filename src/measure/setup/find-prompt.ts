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
   * What shows it: messages in its cells, a word in its name, or that no other column holds texts.
   * Otherwise, its texts are only the longest ones.
   */
  readonly shownBy: 'messages' | 'name' | 'only' | 'length';
}

/**
 * The column that most likely holds the prompts; undefined where none does. Columns that are named after
 * answers, and those of ids, addresses, times and constants, are never guessed.
 *
 * @param taken columns that hold something else
 */
export function guessPrompt(table: Table, taken: ReadonlySet<string>): PromptGuess | undefined {
  const expected = new Set(listExpectedColumns(table.columns));
  const free = table.columns
    .filter((column) => !taken.has(column) && !expected.has(column) && !isReservedName(column))
    .map((column) => readColumn(table, column))
    .filter(({ name }) => name.kind !== 'answer');
  const requests = free.filter(
    ({ name, cells }) => name.kind !== 'aside' && isMost(cells, holdsRequest),
  );
  const [request, other] = [...requests].sort((a, b) => rankOf(a) - rankOf(b));
  if (request !== undefined) {
    const isClear = other === undefined || rankOf(request) < rankOf(other);
    return isClear ? { column: request.column, shownBy: 'messages' } : proposeLongest(requests);
  }
  const named = free.filter(isNamedText).sort((a, b) => rankOf(a) - rankOf(b));
  const [first, second] = named;
  if (first !== undefined && (second === undefined || rankOf(first) < rankOf(second))) {
    return { column: first.column, shownBy: 'name' };
  }
  const texts = free.filter((column) => column.meanLength >= minTextLength && holdsTexts(column));
  return guessText(named.length === 0 ? texts : named);
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
  /** The mean number of characters, also over empty cells. */
  readonly meanLength: number;
}

function readColumn({ rows }: Table, column: string): TextColumn {
  const cells = rows.flatMap(({ members }) => {
    const cell = members.ok ? members.value[column] : undefined;
    return cell === undefined || holdsNoPrompt(cell) ? [] : [cell];
  });
  const total = cells.reduce<number>(
    (sum, cell) => sum + (typeof cell === 'string' ? cell : JSON.stringify(cell)).length,
    0,
  );
  // A whole prompt in place of a name says nothing about the column.
  const name: TextName = column.length > maxColumnName ? { kind: 'other' } : readTextName(column);
  return { column, name, cells, meanLength: total / Math.max(1, rows.length) };
}

function rankOf({ name }: TextColumn): number {
  return name.kind === 'prompt' ? name.rank : Number.MAX_SAFE_INTEGER;
}

function isMost(cells: readonly JsonValue[], test: (cell: JsonValue) => boolean): boolean {
  return cells.length > 0 && cells.filter(test).length * 2 > cells.length;
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

/** Whether most cells are texts of several words, and not all the same. */
function holdsTexts({ cells }: TextColumn): boolean {
  const isText = (cell: JsonValue): boolean =>
    typeof cell === 'string' &&
    (/\S\s+\S/.test(cell) || unspaced.test(cell)) &&
    !urlOrTime.test(cell.replace(timeWord, '')) &&
    !numberList.test(cell);
  const isConstant = cells.length > 1 && cells.every((cell) => cell === cells[0]);
  return !isConstant && isMost(cells, isText);
}

/** Whether the cells are a few labels, each of which occurs often. */
function repeats({ cells }: TextColumn): boolean {
  return new Set(cells).size * 5 <= cells.length;
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
  const isJson = ({ cells }: TextColumn): boolean =>
    isMost(cells, (cell) => typeof cell === 'string' && typeof parseCell(cell) === 'object');
  const sorted = [...columns].sort(byLength);
  const isAside = ({ name }: TextColumn): boolean => name.kind === 'aside';
  // Headings, labels and JSON are prompts only where there are no other texts.
  const isLesser = (column: TextColumn): boolean =>
    !isAside(column) && (column.name.kind === 'caption' || repeats(column) || isJson(column));
  const full = sorted.filter((column) => !isLesser(column));
  const rivals = full.length > 0 ? full : sorted;
  const likely = full.find((column) => !isAside(column)) ?? sorted.find(isLesser) ?? sorted[0];
  if (likely === undefined) return undefined;
  const isOnly = rivals.length === 1 && rivals.includes(likely);
  return { column: likely.column, shownBy: isOnly ? 'only' : 'length' };
}
