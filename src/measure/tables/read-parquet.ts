import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { success } from '../../util/result.js';
import type { Table } from './table.js';
import { isIndexName, findRowNumberColumns, omitColumns } from './unnamed-columns.js';

/**
 * Reads a Parquet file with hyparquet, in any of its compressions. Dates become ISO 8601 texts, and
 * whole numbers beyond 2^53 texts; not-a-number and binary values count as absent.
 *
 * @throws RoutesmithError `invalid_input` for bytes that are no Parquet file
 */
export async function readParquet(file: string, bytes: Buffer): Promise<Table> {
  const buffer = toArrayBuffer(bytes);
  try {
    const metadata = parquetMetadata(buffer);
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    const records = await parquetReadObjects({ file: buffer, metadata, compressors, columns });
    const rows = records.map((record, index) => ({
      line: index + 1,
      members: success(toJsonObject(record)),
    }));
    const omitted = findRowNumberColumns(columns.filter(isIndexName), rows);
    const kept = columns.filter((name) => !omitted.has(name));
    const named = { columns: kept, rows: omitColumns(rows, omitted) };
    return { file, kind: 'parquet', ...named, emptyRows: 0, notes: [] };
  } catch (cause) {
    throw new RoutesmithError('invalid_input', `the file cannot be read as Parquet (${cause})`, {
      where: file,
      fix: 'Write it again, or export it as CSV or JSON Lines.',
      cause,
    });
  }
}

function toArrayBuffer({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

function toJsonObject(record: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const converted = toJsonValue(value);
      return converted === undefined || converted === null ? [] : [[name, converted]];
    }),
  );
}

function toJsonValue(value: unknown): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null || ArrayBuffer.isView(value)) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((member: unknown) => toJsonValue(member) ?? null);
  return toJsonObject(value as Readonly<Record<string, unknown>>);
}
