import { ownJson, tryParseJson } from '../../../util/parse-json.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { failure, success, type Result } from '../../../util/result.js';
import { parseCell } from '../../setup/parse-cell.js';
import {
  findNumberStyle,
  mayGroupByPoint,
  parseCellCount,
  parseCellNumber,
  type NumberStyle,
} from '../../tables/parse-cell-number.js';
import type { Table } from '../../tables/table.js';
import { countMembers, numericMembers, qualityMembers } from '../outcome-row.js';
import { prefixFault, unreadGrade, unreadMeasure, type RowFault } from '../unread-value.js';
import { isMissingNumber, readVerdict } from './parse-score.js';

/** Makes a function that renames the columns of a row and reads the texts of its cells. */
export function createRowDecoder(
  table: Table,
  memberOf: ReadonlyMap<string, string>,
): (row: JsonObject) => Result<JsonObject, RowFault> {
  const style = findTableStyle(table, (column) => {
    const member = memberOf.get(column) ?? '';
    return numericMembers.has(member) || nestedOutcomes.has(member);
  });
  const grouped = findGroupedColumns(table, (column) =>
    timeMembers.has(memberOf.get(column) ?? ''),
  );
  const qualityMember = [...memberOf.values()].find((member) => isQuality(member));
  return (row) => {
    const members: Record<string, JsonValue> = {};
    const unread: RowFault[] = [];
    // An empty cell in a column of qualities is a missing cell, as null is in JSON.
    if (table.kind !== 'json' && qualityMember !== undefined) members[qualityMember] = null;
    for (const [column, value] of Object.entries(row)) {
      const member = memberOf.get(column);
      if (member === undefined) continue;
      const isCount = grouped.has(column) && typeof value === 'string';
      const decoded = isCount
        ? nameFault(member, value, decodeCountCell(value, style))
        : decodeMember(member, value, style);
      if (decoded.ok) {
        members[member] = decoded.value;
      } else {
        if (!isUnreadMeasure(decoded.problem)) return decoded;
        unread.push(decoded.problem);
        members[member] = null;
      }
    }
    // Without a grade, nothing is lost with a measure such as "timeout".
    const [fault] = holdsNoGrade(members) ? [] : unread;
    return fault === undefined ? success(members) : failure(fault);
  };
}

function isUnreadMeasure(fault: RowFault): boolean {
  return typeof fault !== 'string' && fault.of === 'measure';
}

/** Whether a row of one model states that its grade is missing. */
export function holdsNoGrade(members: JsonObject): boolean {
  const grades = qualityMembers.map((member) => members[member]);
  return grades.includes(null) && grades.every((grade) => (grade ?? null) === null);
}

function nameFault(
  member: string,
  value: string,
  decoded: Result<JsonValue>,
): Result<JsonValue, RowFault> {
  if (decoded.ok) return decoded;
  const problem = `${member}: ${decoded.problem}`;
  const isMeasure = numericMembers.has(member) && member !== 'weight';
  return failure(isMeasure ? unreadMeasure(problem, value) : problem);
}

/** Reads a cell by the member that it holds. A grade or a measure that cannot be read is told apart. */
function decodeMember(
  member: string,
  value: JsonValue,
  style: NumberStyle,
): Result<JsonValue, RowFault> {
  if (typeof value === 'string' && isQuality(member)) {
    const quality = decodeQualityCell(value, style);
    return quality.ok ? quality : failure(unreadGrade(`${member}: ${quality.problem}`, value));
  }
  const read =
    typeof value === 'string'
      ? nameFault(member, value, decodeText(member, value, style))
      : success(value);
  if (!read.ok || !nestedOutcomes.has(member) || !isJsonObject(read.value)) return read;
  return decodeModels(read.value, style);
}

function decodeText(member: string, value: string, style: NumberStyle): Result<JsonValue> {
  if (numericMembers.has(member)) return decodeNumberCell(member, value, style);
  if (!nestedMembers.has(member) || !/^\s*[[{]/.test(value)) return success(value);
  const parsed = tryParseJson(value, ownJson) ?? parseCell(value);
  return parsed === undefined
    ? failure('the cell starts like JSON and is not JSON')
    : success(parsed);
}

const nestedOutcomes: ReadonlySet<string> = new Set(['models', 'scores']);
const nestedMembers: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'function',
  ...nestedOutcomes,
]);

/** The outcomes by model, each a grade or an object of numbers. */
function decodeModels(models: JsonObject, style: NumberStyle): Result<JsonObject, RowFault> {
  const decoded: Record<string, JsonValue> = {};
  for (const [model, outcome] of Object.entries(models)) {
    const members = isJsonObject(outcome) ? outcome : { quality: outcome };
    const cell: Record<string, JsonValue> = {};
    for (const [member, value] of Object.entries(members)) {
      const read = numericMembers.has(member) ? decodeMember(member, value, style) : success(value);
      if (!read.ok) return failure(prefixFault(`model ${model.slice(0, 80)}`, read.problem));
      cell[member] = read.value;
    }
    decoded[model] = isJsonObject(outcome) ? cell : (cell['quality'] ?? null);
  }
  return success(decoded);
}

/** Finds how the numbers in some columns of a table are written. */
export function findTableStyle(
  { rows }: Table,
  isNumeric: (column: string) => boolean,
): NumberStyle {
  const texts = rows.flatMap(({ members }) =>
    members.ok
      ? Object.entries(members.value).flatMap(([column, cell]) =>
          isNumeric(column) ? listNumberTexts(cell) : [],
        )
      : [],
  );
  return findNumberStyle(texts);
}

/** The texts of a cell; of an object of models, those of the numbers of each. */
function listNumberTexts(cell: JsonValue): readonly string[] {
  if (typeof cell === 'string') return [cell];
  if (!isJsonObject(cell)) return [];
  return Object.values(cell).flatMap((outcome) =>
    typeof outcome === 'string'
      ? [outcome]
      : Object.entries(isJsonObject(outcome) ? outcome : {}).flatMap(([member, value]) =>
          typeof value === 'string' && numericMembers.has(member) ? [value] : [],
        ),
  );
}

/** Members in milliseconds, which may be written with separators of thousands. */
export const timeMembers: ReadonlySet<string> = new Set(['latency_ms', 'ttft_ms']);

/** Of some columns of milliseconds, those whose points may group thousands. */
export function findGroupedColumns(
  { columns, rows }: Table,
  isTime: (column: string) => boolean,
): ReadonlySet<string> {
  const listTexts = (column: string): readonly string[] =>
    rows.flatMap(({ members }) => {
      const cell = members.ok ? members.value[column] : undefined;
      return typeof cell === 'string' ? [cell] : [];
    });
  return new Set(columns.filter((column) => isTime(column) && mayGroupByPoint(listTexts(column))));
}

/** Reads a cell in which a point may group thousands: such a number has two readings. */
export function decodeCountCell(cell: string, style: NumberStyle): Result<number | null> {
  return isMissingNumber(cell) ? success(null) : parseCellCount(cell, style);
}

/** Reads a cell of another number of a row; null if it is missing. A weight of NaN is none, and never 1. */
export function decodeNumberCell(
  member: string,
  cell: string,
  style: NumberStyle,
): Result<number | null> {
  if (member === 'weight' ? cell.trim() === '' : isMissingNumber(cell)) return success(null);
  return countMembers.has(member) ? parseCellCount(cell, style) : parseCellNumber(cell, style);
}

/** Reads a cell of qualities: a number, a percentage, or a word such as `yes`; null if it is missing. */
export function decodeQualityCell(cell: string, style: NumberStyle): Result<number | null> {
  if (isMissingNumber(cell)) return success(null);
  const word = readVerdict(cell);
  return word === undefined ? parseCellNumber(cell, style) : success(word);
}

function isQuality(member: string): boolean {
  return (qualityMembers as readonly string[]).includes(member);
}
