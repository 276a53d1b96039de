import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { normalizeColumnName } from '../tables/column-names.js';
import { parseCell } from './parse-cell.js';

/** The columns that hold the options of a multiple-choice question. */
export interface OptionColumns {
  readonly columns: readonly string[];
  /** The letters or numbers of several columns; empty for a single one. */
  readonly names: readonly string[];
}

/** An option, with what the file calls it, where it does. */
export interface Option {
  readonly name: string | undefined;
  readonly text: string;
}

const numbered = /^(?:(?:option|choice|opt)_?|op(?=[a-j]$)|)([a-j]|\d)$/;
const together = new Set([
  'choices',
  'options',
  'answer_choices',
  'answer_options',
  'option_list',
  'endings',
]);
export const maxOptions = 10;

/** The columns `A` to `D`, `option_a` or `choice1` and so on, or a single one such as `choices`. */
export function findOptionColumns(columns: readonly string[]): OptionColumns | undefined {
  const found = new Map<string, { readonly column: string; readonly name: string }[]>();
  for (const column of columns) {
    const name = numbered.exec(normalizeColumnName(column))?.[1];
    if (name === undefined) continue;
    const prefix = normalizeColumnName(column).slice(0, -1);
    found.set(prefix, [...(found.get(prefix) ?? []), { column, name }]);
  }
  for (const [prefix, members] of found) {
    members.sort((a, b) => a.name.localeCompare(b.name));
    const names = members.map(({ name }) => name);
    // Two columns A and B may be anything, and so may columns that are numbers.
    const isBare = prefix === '' && (/\d/.test(names.join('')) || names.length < 3);
    if (isBare || names.length < 2 || !followEachOther(names)) continue;
    return {
      columns: members.map(({ column }) => column),
      names: names.map((name) => name.toUpperCase()),
    };
  }
  const single = columns.find((column) => together.has(normalizeColumnName(column)));
  return single === undefined ? undefined : { columns: [single], names: [] };
}

function followEachOther(names: readonly string[]): boolean {
  const [first = ''] = names;
  const start = first.charCodeAt(0);
  return (
    'a01'.includes(first) && names.every((name, index) => name.charCodeAt(0) === start + index)
  );
}

/** The options of a row; undefined where they are not understood, and empty where there are none. */
export function readOptions(
  { columns, names }: OptionColumns,
  row: JsonObject,
): readonly Option[] | undefined {
  if (names.length === 0) return readList(row[columns[0] as string] ?? null);
  const texts = blankOut(columns.map((column) => readText(row[column] ?? null)));
  const count = texts.findLastIndex((text) => text !== '') + 1;
  // A number is a name in this file alone: "2" may be the third, too.
  const nameOf = (index: number): string | undefined =>
    /[A-J]/.test(names[index] ?? '') ? names[index] : undefined;
  const options = texts.slice(0, count).map((text, index) => ({ name: nameOf(index), text }));
  return checkOptions(options);
}

/**
 * Empties the texts that stand for nothing. A single NaN beside others may be an option: programs
 * print it.
 */
function blankOut(texts: readonly string[]): readonly string[] {
  const blank = texts.filter((text) => text !== '' && isBlankCell(text));
  const isOption = blank.length === 1 && texts.filter((text) => !isBlankCell(text)).length > 1;
  const isKept = (text: string): boolean => isOption && /^nan$/i.test(text);
  return texts.map((text) => (isBlankCell(text) && !isKept(text) ? '' : text));
}

function readList(cell: JsonValue): readonly Option[] | undefined {
  if (isBlankCell(cell)) return [];
  const value = typeof cell === 'string' ? (parseCell(cell) ?? null) : cell;
  if (Array.isArray(value)) return checkOptions(value.map(readMember));
  if (!isJsonObject(value)) return undefined;
  const { text, label } = value;
  if (Array.isArray(text)) {
    const names = Array.isArray(label) && label.length === text.length ? label : [];
    return checkOptions(
      text.map((one, index) => ({ name: readText(names[index] ?? null), text: readText(one) })),
    );
  }
  const entries = Object.entries(value);
  return entries.every(([name]) => /^(?:[A-Ja-j]|\d)$/.test(name))
    ? checkOptions(entries.map(([name, one]) => ({ name, text: readText(one) })))
    : undefined;
}

/** `"Paris"`, or `{"label": "A", "text": "Paris"}` with the names that data sets use. */
function readMember(member: JsonValue): Option {
  if (!isJsonObject(member)) return { name: undefined, text: readText(member) };
  const name = member['label'] ?? member['key'] ?? member['id'] ?? null;
  return { name: readText(name), text: readText(member['text'] ?? member['value'] ?? null) };
}

function checkOptions(options: readonly Option[]): readonly Option[] | undefined {
  if (options.length === 0) return [];
  const isUsable = options.length >= 2 && options.length <= maxOptions;
  if (!isUsable || options.some(({ text }) => text === '')) return undefined;
  return options.map(({ name, text }) => ({ name: name === '' ? undefined : name, text }));
}

/** A text or number without spaces around it; blank for anything else. */
function readText(value: JsonValue): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
