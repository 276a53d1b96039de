import type { JsonObject, JsonValue } from '../../util/json.js';
import { formatWhole } from '../../util/format-number.js';
import { failure, success } from '../../util/result.js';
import { letterOf } from '../graders/choices/choices.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { listColumns, writeMapping } from '../tables/column-map.js';
import type { Table, TableRow } from '../tables/table.js';
import { findOptionColumns, readOptions, type OptionColumns } from './option-columns.js';
import {
  arePointers,
  chooseReading,
  describeReading,
  listKeyColumns,
  readKey,
  type Question,
  type Reading,
} from './option-keys.js';
import { listsOptions } from './letter-lists.js';
import type { SourceMapping } from './source-mapping.js';

/** A table with the columns of its prompts and expected answers. */
interface MappedTable {
  readonly table: Table;
  readonly mapping: SourceMapping;
}

/** What the user named. */
export interface NamedColumns {
  /** All columns. */
  readonly columns: ReadonlySet<string>;
  /** Whether the prompts are named where they would have been guessed: then no options are joined. */
  readonly leavesOut: boolean;
  readonly hasReference: boolean;
}

/** Options in a table that likely belong to its prompts. */
interface FoundOptions {
  readonly columns: OptionColumns;
  readonly prompt: string;
  /** The names of the columns, for messages. */
  readonly listed: string;
}

/**
 * A multiple-choice table whose options are in columns of their own, with the options as lettered lines
 * after each prompt, and the letter of the right one, which may be given by its letter, name, place or
 * text. Which of these it is, all rows decide. Where the options are not joined, an answer that is
 * a letter or place is not expected. Other tables are returned as they are.
 */
export function joinOptions(whole: MappedTable, named: NamedColumns): MappedTable {
  const { table, mapping } = whole;
  const free = table.columns.filter((column) => !named.columns.has(column));
  const columns = findOptionColumns(free);
  const { prompt } = mapping;
  if (columns === undefined || prompt === undefined || columns.columns.includes(prompt)) {
    return whole;
  }
  const isEmpty = table.rows.every(
    ({ members }) => !members.ok || readOptions(columns, members.value)?.length === 0,
  );
  if (isEmpty) return whole;
  const found = { columns, prompt, listed: listColumns(columns.columns) };
  const questions = table.rows.flatMap((row) => readQuestion(row, found) ?? []);
  const isUnderstood = questions.length * 2 >= table.rows.length && questions.length > 0;
  if (named.leavesOut || !isUnderstood) return leaveOut(whole, found, named, isUnderstood);
  const right = findKey(questions, free, mapping, named.hasReference);
  const rows = table.rows.map((row) => joinRow(row, found, right));
  const left = table.columns.filter((column) => !columns.columns.includes(column));
  const share = `${formatWhole(questions.length)} of ${formatWhole(table.rows.length)} prompts`;
  const otherwise = named.columns.has(prompt)
    ? 'remove these columns to leave them out'
    : `${writeMapping('prompt', prompt)} leaves them out`;
  const note =
    `the options in ${found.listed} follow "${prompt}" in ${share}, ` +
    `with a letter each${right.isKept ? '' : ', and a letter is asked for'}; ${otherwise}`;
  const joined = addNote({ ...table, columns: left, rows }, note);
  const { key } = right;
  if (key === undefined) return { table: joined, mapping };
  return {
    table: addNote(joined, describeKey(key, right)),
    mapping: right.isKept ? mapping : takeKey(mapping, key),
  };
}

/** A row with its options after its prompt, and the letter of the right one as its answer. */
function joinRow(row: TableRow, found: FoundOptions, { key, reading, isKept }: FoundKey): TableRow {
  if (!row.members.ok) return row;
  const cells = row.members.value;
  const { columns, prompt, listed } = found;
  const others: JsonObject = Object.fromEntries(
    Object.entries(cells).filter(([column]) => !columns.columns.includes(column)),
  );
  const question = readQuestion(row, found);
  if (question === undefined) {
    const isWithout = readOptions(columns, cells)?.length === 0;
    const problem = `the options in ${listed} are not understood`;
    return { ...row, members: isWithout ? success(others) : failure(problem) };
  }
  const members: JsonObject = { ...others, [prompt]: writeQuestion(question, !isKept) };
  if (key === undefined || isKept || isBlankCell(members[key])) {
    return { ...row, members: success(members) };
  }
  if (reading === undefined) {
    const { [key]: _, ...unread } = members;
    return { ...row, members: success<JsonObject>(unread) };
  }
  const letters = readKey(question, key, reading);
  return letters === undefined
    ? { ...row, members: failure(`"${key}" names none of the options`) }
    : { ...row, members: success<JsonObject>({ ...members, [key]: letters }) };
}

/** What is said of the column that names the right option. */
function describeKey(key: string, { reading, isKept }: FoundKey): string {
  if (isKept) {
    return `"${key}" names none of the options: it is kept as the expected answer, and no letter is asked for`;
  }
  return reading === undefined
    ? `which option "${key}" names is not clear, so no answer is expected: write the letter of the right option`
    : `"${key}" names the right option by its ${describeReading(reading)}, and is read as its letter`;
}

function addNote(table: Table, note: string): Table {
  return { ...table, notes: [...table.notes, note] };
}

/** The table without the answers that name options which its prompts lack. */
function leaveOut(
  { table, mapping }: MappedTable,
  found: FoundOptions,
  named: NamedColumns,
  isUnderstood: boolean,
): MappedTable {
  const { reference } = mapping;
  const lacking = new Set(table.rows.filter((row) => !holdsOptions(row, found)));
  if (lacking.size === 0) return { table, mapping };
  // Where the columns may be no options at all, what the user says about the answers counts.
  const isSaid = named.hasReference && !isUnderstood;
  const keys = listKeyColumns(table.columns).filter((column) => !named.columns.has(column));
  const candidates = reference === undefined ? keys : isSaid ? [] : [reference];
  const dropped = new Set(candidates.filter((key) => isPointerColumn([...lacking], found, key)));
  const rows = table.rows.map((row): TableRow => {
    if (!row.members.ok || !lacking.has(row)) return row;
    const kept = Object.entries(row.members.value).filter(([column]) => !dropped.has(column));
    return { ...row, members: success<JsonObject>(Object.fromEntries(kept)) };
  });
  const isGone = (column: string): boolean =>
    dropped.has(column) &&
    rows.every(({ members }) => !members.ok || isBlankCell(members.value[column]));
  const columns = table.columns.filter((column) => !isGone(column));
  const left = Object.entries(mapping).filter(([, column]) => !isGone(column));
  const said = `${found.listed} may hold the options of "${found.prompt}", which its prompts lack`;
  const why = isUnderstood ? said : `${said}: they are not understood`;
  const fix = named.leavesOut
    ? `without ${writeMapping('prompt', found.prompt)}, they are asked for`
    : 'write them as a JSON list, or into the prompts';
  const note =
    dropped.size === 0
      ? why
      : `${why}. As ${listColumns([...dropped])} says which of them is right, no answer is expected there: ${fix}`;
  return { table: addNote({ ...table, columns, rows }, note), mapping: Object.fromEntries(left) };
}

/** Whether the prompt of a row holds its options, or needs none. */
function holdsOptions({ members }: TableRow, { columns, prompt }: FoundOptions): boolean {
  if (!members.ok) return true;
  const cell = members.value[prompt] ?? null;
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  const options = readOptions(columns, members.value);
  if (options?.length === 0) return true;
  const isThere = (option: string): boolean =>
    text.includes(option) || text.includes(JSON.stringify(option).slice(1, -1));
  return (
    listsOptions(text) && (options === undefined || options.every((option) => isThere(option.text)))
  );
}

/** Whether a column names options otherwise than by their texts, which are answers by themselves. */
function isPointerColumn(rows: readonly TableRow[], found: FoundOptions, key: string): boolean {
  const questions = rows.flatMap((row) => readQuestion(row, found) ?? []);
  const reading = questions.length * 2 < rows.length ? undefined : chooseReading(questions, key);
  if (reading !== undefined) return reading !== 'text';
  return arePointers(rows.map(({ members }) => (members.ok ? members.value[key] : null)));
}

/** The column that says which option is right, and how: that of the expected answers, or a key's. */
interface FoundKey {
  readonly key?: string;
  readonly reading?: Reading;
  /** Whether its cells are answers by themselves, which the user named. */
  readonly isKept: boolean;
}

function findKey(
  questions: readonly Question[],
  columns: readonly string[],
  { reference }: SourceMapping,
  isNamed: boolean,
): FoundKey {
  const keys = isNamed ? [] : listKeyColumns(columns);
  const candidates = reference === undefined ? keys : [reference, ...keys];
  for (const key of candidates) {
    const reading = chooseReading(questions, key);
    if (reading !== undefined) return { key, reading, isKept: false };
  }
  const [key] = candidates;
  if (key === undefined) return { isKept: false };
  return { key, isKept: isNamed && !arePointers(questions.map(({ row }) => row[key])) };
}

function takeKey({ task, ...others }: SourceMapping, key: string): SourceMapping {
  return { ...others, ...(task !== undefined && task !== key && { task }), reference: key };
}

/** Undefined where a row has no options, or none that are understood. */
function readQuestion(
  { members }: TableRow,
  { columns, prompt }: FoundOptions,
): Question | undefined {
  if (!members.ok) return undefined;
  const text = members.value[prompt];
  const options = readOptions(columns, members.value);
  const isQuestion =
    typeof text === 'string' && text.trim() !== '' && !/^\s*(?:\[\s*)?\{\s*["']/.test(text);
  return isQuestion && options !== undefined && options.length > 0
    ? { text, options, row: members.value }
    : undefined;
}

function writeQuestion({ text, options }: Question, asksLetter: boolean): JsonValue {
  const lines = options.map((option, index) => `${letterOf(index)}) ${option.text}`);
  const isThere = options.every((option) => text.includes(option.text)) && /\bA[).:]/.test(text);
  if (isThere) return text;
  const listed = `${text.trimEnd()}\n\n${lines.join('\n')}`;
  return asksLetter ? `${listed}\n\nAnswer with the letter of the right option.` : listed;
}
