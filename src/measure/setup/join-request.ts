import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { success } from '../../util/result.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { listColumns } from '../tables/column-map.js';
import { normalizeColumnName } from '../tables/column-names.js';
import type { Table, TableRow } from '../tables/table.js';
import { parseCell } from './parse-cell.js';
import type { SourceMapping } from './source-mapping.js';
import { holdsRequests, readWholeRequest, systemMembers } from './whole-request.js';

/**
 * A table whose rows are requests, with the system texts and tools of other columns in the cells of
 * their messages. Other tables are returned as they are.
 *
 * @param taken columns that hold something else
 */
export function joinRequest(
  table: Table,
  { prompt, ...others }: SourceMapping,
  taken: ReadonlySet<string>,
): Table {
  if (prompt === undefined || !holdsRequests(normalizeColumnName(prompt))) return table;
  const left = new Set([...taken, ...Object.values(others)]);
  const parts = table.columns.filter((column) => {
    const name = normalizeColumnName(column);
    return (name === 'tools' || systemMembers.has(name)) && !left.has(column);
  });
  const requests = new Map(table.rows.map((row) => [row, readParts(row, prompt, parts)]));
  const joined = new Set([...requests.values()].flatMap((read) => read?.used ?? []));
  if (joined.size === 0) return table;
  const rows = table.rows.map((row): TableRow => {
    const read = requests.get(row);
    if (read === undefined || !row.members.ok) return row;
    // What another row sends is no column of its own any more: here, it is an unused member.
    const sent = Object.entries(read.parts).filter(([part]) => joined.has(part));
    if (sent.length === 0) return row;
    const request = nameMembers({ [prompt]: read.messages, ...Object.fromEntries(sent) });
    return { ...row, members: success<JsonObject>({ ...row.members.value, [prompt]: request }) };
  });
  const note = `${listColumns([...joined])} ${joined.size === 1 ? 'is' : 'are'} sent with "${prompt}"`;
  const columns = table.columns.filter((column) => !joined.has(column));
  return { ...table, columns, rows, notes: [...table.notes, note] };
}

interface RowRequest {
  readonly messages: JsonValue;
  /** Cells by column. */
  readonly parts: JsonObject;
  /** The columns among these that are sent. */
  readonly used: readonly string[];
}

function readParts(
  { members }: TableRow,
  prompt: string,
  columns: readonly string[],
): RowRequest | undefined {
  if (!members.ok) return undefined;
  const cells = members.value;
  const messages = readCell(cells[prompt]);
  if (!Array.isArray(messages)) return undefined;
  const given = columns.filter((column) => !isBlankCell(cells[column]));
  const parts = Object.fromEntries(
    given.map((column) => [column, readCell(cells[column]) ?? null]),
  );
  const list = messages as readonly JsonValue[];
  const whole = readWholeRequest(nameMembers({ [prompt]: list, ...parts }));
  if (whole === undefined) return undefined;
  const used = given.filter((column) => !whole.unused.includes(normalizeColumnName(column)));
  return { messages: list, parts, used };
}

/** Cells by column, as the members of a request. */
function nameMembers(cells: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(cells).map(([column, cell]) => [normalizeColumnName(column), cell]),
  );
}

function readCell(cell: JsonValue | undefined): JsonValue | undefined {
  if (typeof cell !== 'string') return cell;
  const value = parseCell(cell);
  return Array.isArray(value) || isJsonObject(value) ? value : cell;
}
