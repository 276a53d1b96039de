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
  const member = normalizeColumnName(prompt ?? '');
  if (prompt === undefined || !holdsRequests(member)) return table;
  const left = new Set([...taken, ...Object.values(others)]);
  const parts = table.columns.filter((column) => {
    const name = normalizeColumnName(column);
    return (name === 'tools' || systemMembers.has(name)) && !left.has(column);
  });
  const joined = new Set<string>();
  const rows = table.rows.map((row): TableRow => {
    if (!row.members.ok) return row;
    const cells = row.members.value;
    const messages = readCell(cells[prompt]);
    if (!Array.isArray(messages)) return row;
    const given = parts.filter((part) => !isBlankCell(cells[part]));
    const request: JsonObject = {
      [member]: messages,
      ...Object.fromEntries(
        given.map((part) => [normalizeColumnName(part), readCell(cells[part]) ?? null]),
      ),
    };
    const unused = readWholeRequest(request)?.unused ?? Object.keys(request);
    const used = given.filter((part) => !unused.includes(normalizeColumnName(part)));
    for (const part of used) joined.add(part);
    return used.length === 0
      ? row
      : { ...row, members: success<JsonObject>({ ...cells, [prompt]: request }) };
  });
  if (joined.size === 0) return table;
  const note = `${listColumns([...joined])} ${joined.size === 1 ? 'is' : 'are'} sent with "${prompt}"`;
  const columns = table.columns.filter((column) => !joined.has(column));
  return { ...table, columns, rows, notes: [...table.notes, note] };
}

function readCell(cell: JsonValue | undefined): JsonValue | undefined {
  if (typeof cell !== 'string') return cell;
  const value = parseCell(cell);
  return Array.isArray(value) || isJsonObject(value) ? value : cell;
}
