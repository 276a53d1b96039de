import { formatCount } from '../../../util/format-number.js';
import { isJsonObject, type JsonObject } from '../../../util/json.js';
import type { Result } from '../../../util/result.js';
import type { ColumnMap } from '../../tables/column-map.js';
import { readTable } from '../../tables/read-table.js';
import type { Table } from '../../tables/table.js';
import type { RowFault } from '../unread-value.js';
import {
  createRowCollector,
  type CollectOptions,
  type ConvertedRow,
  type RowCollector,
} from './collect-rows.js';
import { checkCalls } from './check-calls.js';
import { createRowDecoder } from './decode-cells.js';
import { findCallColumns, spentMembers, timedMembers, UnclearCalls } from './failed-calls.js';
import type { ImportTarget } from './import-target.js';
import { checkScorers } from './several-scorers.js';
import { checkUsDollars } from './us-dollars.js';
import { UnreadMembers } from './unread-members.js';
import { PromptCells } from './prompt-cells.js';
import { resolveColumns } from './resolve-columns.js';
import { RowNumbers } from './row-numbers.js';

export interface OutcomeRowsOptions extends CollectOptions {
  /** Columns by the members that they hold, where their names do not say it. */
  readonly map?: ColumnMap | undefined;
  /** The column of each member in a tool's own format; a file may lack some. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** Corrects a record before its columns are read, or says why it is no outcome. */
  readonly prepare?: (members: JsonObject) => ConvertedRow;
  /** Columns that are known not to be needed, and not worth a note. */
  readonly unused?: readonly string[];
  /** Reads the rows of a file. @default `readTable` */
  readonly readRows?: (file: string) => Promise<Table>;
}

/**
 * Imports outcomes in the exchange format: CSV, JSON Lines, JSON or Parquet with one row per prompt
 * and model, or with one row per prompt and an object `models` or `scores`.
 */
export async function importOutcomeRows(
  files: readonly string[],
  options: OutcomeRowsOptions,
  target: ImportTarget,
): Promise<void> {
  const collector = createRowCollector(options, target);
  const ignored = new Set<string>();
  const unclear = new UnclearCalls();
  const unread = new UnreadMembers();
  const prompts = new PromptCells();
  const rowNumbers = new RowNumbers(options.task);
  const opened: OpenedTable[] = [];
  // Whether ids count rows shows in all rows of all files. A tool's own format says what its id is.
  const isOwn = options.aliases === undefined;
  for (const file of files) {
    const table = await openTable(file, options, target, { ignored, unclear, unread, prompts });
    if (isOwn) opened.push(table);
    else addRows(table, collector);
    if (isOwn && table.hasGuessedId) table.rows.forEach((row) => rowNumbers.add(row));
  }
  const withoutIds = rowNumbers.areIds();
  if (withoutIds) target.note(rowNumbers.describe());
  if (opened.some(({ rows }) => rows.some(isNested))) target.markNestedRows();
  for (const table of opened) addRows(table, collector, withoutIds && table.hasGuessedId);
  collector.finish();
  const doubt = unclear.describe();
  if (doubt !== undefined) target.note(doubt);
  for (const note of prompts.describe()) target.note(note);
  if (ignored.size > 0) target.note(`ignored columns: ${[...ignored].slice(0, 20).join(', ')}`);
  const ofModels = unread.describe();
  if (ofModels !== undefined) target.note(ofModels);
}

/** The rows of a file, with the members of the exchange format. */
interface OpenedTable {
  readonly file: string;
  readonly rows: readonly { readonly line: number; readonly row: ConvertedRow }[];
  /** Whether the prompts' ids are from a column that is named "id", and not mapped. */
  readonly hasGuessedId: boolean;
}

async function openTable(
  file: string,
  options: OutcomeRowsOptions,
  target: ImportTarget,
  {
    ignored,
    unclear,
    unread,
    prompts,
  }: {
    readonly ignored: Set<string>;
    readonly unclear: UnclearCalls;
    readonly unread: UnreadMembers;
    readonly prompts: PromptCells;
  },
): Promise<OpenedTable> {
  const table = await (options.readRows ?? readTable)(file);
  // A tool's own format says which calls failed, and what its prompts and costs are.
  const isOwn = options.aliases === undefined;
  const { memberOf, ignored: unreadColumns } = resolveColumns(
    table,
    options.map ?? new Map(),
    options.aliases,
  );
  if (isOwn) {
    const costs = table.columns
      .filter((column) => memberOf.get(column) === 'cost_usd')
      .map((column) => ({ column, words: column }));
    checkUsDollars(table, costs, { read: new Set(memberOf.keys()), wanted: 'cost_usd' });
  }
  for (const note of table.notes) target.note(note);
  if (table.emptyRows > 0) target.note(`skipped ${formatCount(table.emptyRows, 'empty row')}`);
  const decode = createDecoder(table, memberOf, isOwn ? prompts : undefined);
  const converted = table.rows.map(({ members }) => ({
    cells: members.ok ? members.value : {},
    row: convert(members, decode, options.prepare),
  }));
  const unreadNames = unreadColumns.map(({ column }) => column);
  if (isOwn) checkScorers(file, converted, unreadNames);
  const columnsOf = (members: ReadonlySet<string>): readonly string[] =>
    table.columns.filter((column) => members.has(memberOf.get(column) ?? ''));
  const calls = findCallColumns(unreadNames, {
    spent: columnsOf(spentMembers),
    timed: columnsOf(timedMembers),
  });
  const rows = isOwn ? checkCalls(converted, calls, unclear) : converted.map(({ row }) => row);
  const showsCalls = rows.some((row) => row.kind === 'row' && row.failed !== undefined);
  for (const { column, described } of unreadColumns) {
    const { error, status, finish, answer } = calls;
    const isRead = showsCalls && [error, status, finish, answer].includes(column);
    if (!isRead && options.unused?.includes(column) !== true) ignored.add(described);
  }
  if (isOwn) rows.forEach((row) => unread.add(row));
  const read = new Set(memberOf.values());
  return {
    file,
    rows: table.rows.map(({ line }, index) => ({ line, row: rows[index] as ConvertedRow })),
    hasGuessedId: read.has('id') && !read.has('prompt_id') && options.map?.has('id') !== true,
  };
}

/** @param prompts reads the messages in prompts. @default prompts are texts */
function createDecoder(
  table: Table,
  memberOf: ReadonlyMap<string, string>,
  prompts: PromptCells | undefined,
): (row: JsonObject) => Result<JsonObject, RowFault> {
  const decode = createRowDecoder(table, memberOf);
  if (prompts === undefined) return decode;
  const column = table.columns.find((name) =>
    ['prompt', 'question'].includes(memberOf.get(name) ?? ''),
  );
  return (row) => {
    const decoded = decode(row);
    return decoded.ok ? prompts.read(decoded.value, { column, kind: table.kind }) : decoded;
  };
}

function isNested({ row }: OpenedTable['rows'][number]): boolean {
  return row.kind === 'row' && isJsonObject(row.members['models']);
}

/** @param withoutIds pair rows by their prompts, since their ids only count them */
function addRows({ file, rows }: OpenedTable, collector: RowCollector, withoutIds = false): void {
  for (const { line, row } of rows) {
    const isNumbered = withoutIds && row.kind === 'row' && 'model' in row.members;
    collector.add(file, line, isNumbered ? { ...row, members: { ...row.members, id: null } } : row);
  }
}

function convert(
  members: Result<JsonObject>,
  decode: (members: JsonObject) => Result<JsonObject, RowFault>,
  prepare: OutcomeRowsOptions['prepare'],
): ConvertedRow {
  if (!members.ok) return { kind: 'invalid', problem: members.problem };
  const prepared = prepare?.(members.value) ?? { kind: 'row', members: members.value };
  if (prepared.kind !== 'row') return prepared;
  const decoded = decode(prepared.members);
  return decoded.ok
    ? { kind: 'row', members: decoded.value }
    : { kind: 'invalid', problem: decoded.problem };
}
