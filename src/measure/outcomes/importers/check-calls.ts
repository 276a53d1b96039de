import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { qualityMembers } from '../outcome-row.js';
import type { ConvertedRow } from './collect-rows.js';
import {
  createCallReader,
  describeFailed,
  findCallColumns,
  spentMembers,
  timedMembers,
  type CallColumns,
  type ZeroOrigin,
  type UnclearCalls,
} from './failed-calls.js';

/** A row of a file in the exchange format, as it is written and as it is read. */
export interface ReadRow {
  readonly cells: JsonObject;
  readonly row: ConvertedRow;
}

/** The rows, without the grades of failed calls. */
export function checkCalls(
  rows: readonly ReadRow[],
  columns: CallColumns,
  unclear: UnclearCalls,
): readonly ConvertedRow[] {
  const readLong = createCallReader(
    rows.map(({ cells, row }) => ({
      cells,
      quality: row.kind === 'row' ? readQuality(row.members) : undefined,
    })),
    columns,
  );
  const nested = rows.flatMap(({ row }) => listNestedCells(row).map(([, cell]) => cell));
  const names = [...new Set(nested.flatMap((cell) => Object.keys(cell)))];
  const readNested = createCallReader(
    nested.map((cells) => ({ cells, quality: readQuality(cells) })),
    findCallColumns(names, { spent: [...spentMembers], timed: [...timedMembers] }),
  );
  return rows.map(({ cells, row }) => {
    if (row.kind !== 'row') return row;
    const { model } = row.members;
    if (typeof model === 'string') {
      return isFailed(readLong({ cells, quality: readQuality(row.members) }), model, unclear)
        ? { kind: 'row', members: withoutQuality(row.members), failed: [describeFailed(model)] }
        : row;
    }
    const failed = listNestedCells(row).flatMap(([name, cell]) =>
      isFailed(readNested({ cells: cell, quality: readQuality(cell) }), name, unclear)
        ? [name]
        : [],
    );
    return leaveOutFailed(row.members, failed);
  });
}

/** Whether a cell is of a failed call; counts those that may be. */
export function isFailed(result: ZeroOrigin, model: string, unclear: UnclearCalls): boolean {
  if (result === 'unclear') unclear.add(model);
  return result === 'failed';
}

/** The quality is null and not absent, so that the cell counts as missing. */
function withoutQuality(cell: JsonObject): JsonObject {
  const others = Object.entries(cell).filter(
    ([name]) => !(qualityMembers as readonly string[]).includes(name),
  );
  return { ...Object.fromEntries(others), quality: null };
}

/** A row of several models without the grades of some; a row without any other is none. */
export function leaveOutFailed(members: JsonObject, names: readonly string[]): ConvertedRow {
  if (names.length === 0) return { kind: 'row', members };
  const models = isJsonObject(members['models']) ? members['models'] : {};
  if (names.length === Object.keys(models).length) {
    return { kind: 'failed', reason: 'the calls of all their models failed' };
  }
  const kept = Object.entries(models).map(([name, cell]): [string, JsonValue] => [
    name,
    names.includes(name) && isJsonObject(cell) ? withoutQuality(cell) : cell,
  ]);
  return {
    kind: 'row',
    members: { ...members, models: Object.fromEntries(kept) },
    failed: names.map(describeFailed),
  };
}

function listNestedCells(row: ConvertedRow): readonly (readonly [string, JsonObject])[] {
  const models = row.kind === 'row' ? row.members['models'] : undefined;
  if (!isJsonObject(models)) return [];
  return Object.entries(models).flatMap(([name, cell]) =>
    isJsonObject(cell) ? [[name, cell] as const] : [],
  );
}

function readQuality(cell: JsonObject): number | undefined {
  const [quality] = qualityMembers.flatMap((name) => cell[name] ?? []);
  if (typeof quality === 'boolean') return Number(quality);
  return typeof quality === 'number' ? quality : undefined;
}
