import type { JsonObject, JsonValue } from '../../util/json.js';
import { letterOf, placeOfLetter } from '../graders/choices/choices.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { normalizeColumnName } from '../tables/column-names.js';
import { readLetters } from './letter-lists.js';
import { maxOptions, type Option } from './option-columns.js';

/** A multiple-choice question of a table. */
export interface Question {
  readonly text: string;
  readonly options: readonly Option[];
  readonly row: JsonObject;
}

/** Columns of data sets that say which option is right. */
const keyColumn =
  /^(?:answer_?key|correct_option|correct_choice|(?:correct_)?answer_(?:index|idx)|correct_index|cop|label)$/;

export function listKeyColumns(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => keyColumn.test(normalizeColumnName(column)));
}

/** How a cell may name an option: its place, or -1. */
const readings = {
  label: {
    name: 'label',
    find: (cell, options) => options.findIndex(({ name }) => fold(name ?? '') === fold(cell)),
  },
  letter: {
    name: 'letter',
    find: (cell) => (/^[A-J]$/i.test(cell) ? placeOfLetter(cell) : -1),
  },
  text: {
    name: 'text',
    find: (cell, options) => options.findIndex(({ text }) => fold(text) === fold(cell)),
  },
  from0: { name: 'place, counted from 0', find: (cell) => (isDigits(cell) ? Number(cell) : -1) },
  from1: {
    name: 'place, counted from 1',
    find: (cell) => (isDigits(cell) ? Number(cell) - 1 : -1),
  },
} as const satisfies Readonly<
  Record<string, { name: string; find: (cell: string, options: readonly Option[]) => number }>
>;

export type Reading = keyof typeof readings;

export function describeReading(reading: Reading): string {
  return readings[reading].name;
}

/** At most so many cells may name no option, such as one with a typing error. */
const maxUnread = 0.1;

/**
 * The reading that most cells have. Undefined where too many have none, or where another reading has as
 * many and names other options: 1 to 3 of four may be counted from 0 or 1.
 */
export function chooseReading(questions: readonly Question[], key: string): Reading | undefined {
  const asked = questions.filter(({ row }) => !isBlankCell(row[key]));
  const counted = (Object.keys(readings) as Reading[]).map((reading) => {
    const found = asked.map((question) => readKey(question, key, reading));
    const count = found.filter((letters) => letters !== undefined).length;
    return { reading, count, found: JSON.stringify(found) };
  });
  const most = Math.max(...counted.map(({ count }) => count));
  if (most === 0 || most < asked.length * (1 - maxUnread)) return undefined;
  const best = counted.filter(({ count }) => count === most);
  // The file's own names for its options are no places.
  const [first] = best;
  const isSure = first?.reading === 'label' || best.every((other) => other.found === first?.found);
  return isSure ? first?.reading : undefined;
}

/** The letter of the option that a row's key names, or a list of letters. */
export function readKey(
  { options, row }: Question,
  key: string,
  reading: Reading,
): JsonValue | undefined {
  const cell = row[key] ?? null;
  const find = (one: JsonValue): string | undefined => {
    const text = writeCell(one);
    const index = text === '' ? -1 : readings[reading].find(text, options);
    return index >= 0 && index < options.length ? letterOf(index) : undefined;
  };
  // A label "AB" of the file's own is no list.
  const whole = reading === 'label' ? find(cell) : undefined;
  if (whole !== undefined) return whole;
  const listed = reading === 'letter' || reading === 'label' ? readLetters(cell) : undefined;
  const letters = (listed ?? (Array.isArray(cell) ? cell : [cell])).map(find);
  if (letters.length === 0 || letters.some((letter) => letter === undefined)) return undefined;
  const distinct = [...new Set(letters as string[])].sort();
  return distinct.length === 1 ? distinct[0] : distinct;
}

const pointer =
  /^(?:(?:option|choice|opt|answer|ending)[\s_]?)?[([]?(?:[a-j]|(?<place>\d{1,2}))[)\].:]?$/i;

/** Whether most of these cells have the form of letters or places of options: "B", "(b)" or 2. */
export function arePointers(cells: readonly (JsonValue | undefined)[]): boolean {
  const asked = cells.filter((cell) => !isBlankCell(cell));
  const isPointer = (cell: JsonValue | undefined = null): boolean => {
    if (readLetters(cell) !== undefined) return true;
    if (Array.isArray(cell)) return cell.length > 0 && cell.every(isPointer);
    const found = pointer.exec(writeCell(cell));
    return found !== null && Number(found.groups?.['place'] ?? 0) <= maxOptions;
  };
  return asked.filter(isPointer).length * 2 > asked.length;
}

function writeCell(cell: JsonValue): string {
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell).trim() : '';
}

function isDigits(cell: string): boolean {
  return /^\d{1,2}$/.test(cell);
}

function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
