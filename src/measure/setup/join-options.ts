import type { JsonObject, JsonValue } from '../../util/json.js';
import { formatWhole } from '../../util/format-number.js';
import { failure, success } from '../../util/result.js';
import { listColumns } from '../tables/column-map.js';
import { normalizeColumnName } from '../tables/column-names.js';
import type { Table, TableRow } from '../tables/table.js';
import { readLetters } from './letter-lists.js';
import {
  findOptionColumns,
  readOptions,
  type Option,
  type OptionColumns,
} from './option-columns.js';
import type { SourceMapping } from './source-mapping.js';

/** A table with the columns of its prompts and expected answers. */
interface MappedTable {
  readonly table: Table;
  readonly mapping: SourceMapping;
}

/** Columns of data sets that say which option is right. */
const keyColumn =
  /^(?:answer_?key|correct_option|correct_choice|(?:correct_)?answer_(?:index|idx)|correct_index|cop|label)$/;

/**
 * A multiple-choice table whose options are in columns of their own, with the options as lettered lines
 * after each prompt, and the letter of the right one, which may be given by its letter, name, place or
 * text. Which of these it is, all rows decide. Other tables are returned as they are.
 *
 * @param taken columns that the user named
 */
export function joinOptions(
  { table, mapping }: MappedTable,
  taken: ReadonlySet<string>,
): MappedTable {
  const free = table.columns.filter((column) => !taken.has(column));
  const found = findOptionColumns(free);
  const { prompt } = mapping;
  if (found === undefined || prompt === undefined || found.columns.includes(prompt)) {
    return { table, mapping };
  }
  const named = listColumns(found.columns);
  const lacking = `${named} may hold the options of "${prompt}", which its prompts lack`;
  if (taken.has(prompt)) return { table: addNote(table, lacking), mapping };
  const questions = table.rows.flatMap((row) => readQuestion(row, found, prompt) ?? []);
  const isEmpty = table.rows.every(
    ({ members }) => !members.ok || readOptions(found, members.value)?.length === 0,
  );
  if (isEmpty) return { table, mapping };
  if (questions.length * 2 < table.rows.length || questions.length === 0) {
    const note = `${lacking}: they are not understood`;
    return { table: addNote(table, note), mapping };
  }
  const { key, reading } = findKey(questions, free, mapping);
  const used = new Set(found.columns);
  let joined = 0;
  const rows = table.rows.map((row): TableRow => {
    if (!row.members.ok) return row;
    const question = readQuestion(row, found, prompt);
    const others = Object.fromEntries(
      Object.entries(row.members.value).filter(([column]) => !used.has(column)),
    );
    if (question === undefined) {
      const isWithout = readOptions(found, row.members.value)?.length === 0;
      return isWithout
        ? { ...row, members: success<JsonObject>(others) }
        : { ...row, members: failure(`the options in ${named} are not understood`) };
    }
    joined++;
    const members: JsonObject = { ...others, [prompt]: writeQuestion(question) };
    if (key === undefined || isBlank(members[key])) return { ...row, members: success(members) };
    if (reading === undefined) {
      const { [key]: _, ...unread } = members;
      return { ...row, members: success<JsonObject>(unread) };
    }
    const letters = readKey(question, key, reading);
    return letters === undefined
      ? { ...row, members: failure(`"${key}" names none of the options`) }
      : { ...row, members: success<JsonObject>({ ...members, [key]: letters }) };
  });
  const note =
    `the options in ${named} follow "${prompt}" in ${formatWhole(joined)} of ${formatWhole(table.rows.length)} prompts, ` +
    `with a letter each, and a letter is asked for; --map 'prompt=${prompt}' leaves them out`;
  const columns = table.columns.filter((column) => !used.has(column));
  const joinedTable = addNote({ ...table, columns, rows }, note);
  if (key === undefined) return { table: joinedTable, mapping };
  const how =
    reading === undefined
      ? `which option "${key}" names is not clear, so no answer is expected: write the letter of the right option`
      : `"${key}" names the right option by its ${readings[reading].name}, and is read as its letter`;
  return { table: addNote(joinedTable, how), mapping: takeKey(mapping, key) };
}

function addNote(table: Table, note: string): Table {
  return { ...table, notes: [...table.notes, note] };
}

/** The column that says which option is right, and how: that of the expected answers, or a key's. */
function findKey(
  questions: readonly Question[],
  columns: readonly string[],
  { reference }: SourceMapping,
): { readonly key?: string; readonly reading?: Reading } {
  const keys = columns.filter((column) => keyColumn.test(normalizeColumnName(column)));
  const candidates = reference === undefined ? keys : [reference, ...keys];
  for (const key of candidates) {
    const reading = chooseReading(questions, key);
    if (reading !== undefined) return { key, reading };
  }
  const [key] = candidates;
  return key === undefined ? {} : { key };
}

function takeKey({ task, ...others }: SourceMapping, key: string): SourceMapping {
  return { ...others, ...(task !== undefined && task !== key && { task }), reference: key };
}

interface Question {
  readonly text: string;
  readonly options: readonly Option[];
  readonly row: JsonObject;
}

/** Undefined where a row has no options, or none that are understood. */
function readQuestion(
  { members }: TableRow,
  columns: OptionColumns,
  prompt: string,
): Question | undefined {
  if (!members.ok) return undefined;
  const text = members.value[prompt];
  const options = readOptions(columns, members.value);
  const isQuestion =
    typeof text === 'string' && text.trim() !== '' && !/^\s*(?:\[\s*)?\{\s*"/.test(text);
  return isQuestion && options !== undefined && options.length > 0
    ? { text, options, row: members.value }
    : undefined;
}

function writeQuestion({ text, options }: Question): string {
  const lines = options.map((option, index) => `${letterOf(index)}) ${option.text}`);
  const isThere = options.every((option) => text.includes(option.text)) && /\bA[).:]/.test(text);
  if (isThere) return text;
  return `${text.trimEnd()}\n\n${lines.join('\n')}\n\nAnswer with the letter of the right option.`;
}

/** How a cell may name an option: its place, or -1. */
const readings = {
  label: {
    name: 'label',
    find: (cell, options) => options.findIndex(({ name }) => fold(name ?? '') === fold(cell)),
  },
  letter: {
    name: 'letter',
    find: (cell) => (/^[A-J]$/i.test(cell) ? cell.toUpperCase().charCodeAt(0) - 65 : -1),
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

type Reading = keyof typeof readings;

/** At most so many cells may name no option, such as one with a typing error. */
const maxUnread = 0.1;

/**
 * The reading that most cells have. Undefined where too many have none, or where another reading has as
 * many and names other options: 1 to 3 of four may be counted from 0 or 1.
 */
function chooseReading(questions: readonly Question[], key: string): Reading | undefined {
  const asked = questions.filter(({ row }) => !isBlank(row[key]));
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
function readKey({ options, row }: Question, key: string, reading: Reading): JsonValue | undefined {
  const cell = row[key] ?? null;
  const listed = reading === 'letter' || reading === 'label' ? readLetters(cell) : undefined;
  const cells = listed ?? (Array.isArray(cell) ? cell : [cell]);
  const letters = cells.map((one) => {
    const text = typeof one === 'string' || typeof one === 'number' ? String(one).trim() : '';
    const index = text === '' ? -1 : readings[reading].find(text, options);
    return index >= 0 && index < options.length ? letterOf(index) : undefined;
  });
  if (letters.length === 0 || letters.some((letter) => letter === undefined)) return undefined;
  const distinct = [...new Set(letters as string[])].sort();
  return distinct.length === 1 ? distinct[0] : distinct;
}

function isDigits(cell: string): boolean {
  return /^\d{1,2}$/.test(cell);
}

function isBlank(cell: JsonValue | undefined): boolean {
  return cell === undefined || cell === null || cell === '';
}

function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}
