import { basename } from 'node:path';
import { decodeText } from '../../util/decode-text.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { detectDelimiter, parseCsv } from '../../util/parse-csv.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';
import { readFileBytes } from '../../util/read-text-file.js';
import { failure, success } from '../../util/result.js';
import type { Table, TableRow } from './table.js';
import {
  describeUnnamed,
  isIndexName,
  findRowNumberColumns,
  nameColumns,
  omitColumns,
} from './unnamed-columns.js';
import { parsePythonJson } from '../../util/parse-json.js';

/** The extensions of files that `readTable` reads; `.gz` may follow. */
export const tableEndings: readonly string[] = ['csv', 'tsv', 'jsonl', 'ndjson', 'json', 'parquet'];

/**
 * Reads a file of rows by its extension. The delimiter of CSV (comma, semicolon or tab) and the
 * encoding of text are detected. Columns without a name are omitted if they are empty or only count the
 * rows, as pandas' saved index does.
 *
 * @param parseRows parses JSON in which a number of brackets are open inside each row
 * @throws RoutesmithError `invalid_input` for a file that cannot be read as its extension says
 */
export async function readTable(
  file: string,
  parseRows: ParseRows = (json) => parsePythonJson(json),
): Promise<Table> {
  const ending = /\.(\w+?)(?:\.gz)?$/.exec(file.toLowerCase())?.[1] ?? '';
  if (!tableEndings.includes(ending)) throw unknownEnding(file, ending);
  const bytes = await readFileBytes(file);
  if (ending === 'parquet') {
    const { readParquet } = await import('./read-parquet.js');
    return readParquet(file, bytes);
  }
  const { text, note } = decodeTableText(file, bytes);
  const table =
    ending === 'csv' || ending === 'tsv' ? parseCsvTable(file, text) : parse(file, text, parseRows);
  return { ...table, notes: [...(note === undefined ? [] : [note]), ...table.notes] };
}

/**
 * Decodes the text of a file, with a sentence about its encoding unless it is UTF-8.
 *
 * @throws RoutesmithError `invalid_input` for a file that holds no text
 */
export function decodeTableText(
  file: string,
  bytes: Uint8Array,
): { readonly text: string; readonly note: string | undefined } {
  const decoded = decodeText(bytes);
  if (decoded === undefined) throw invalid(file, 'the file is not text');
  const { text, encoding } = decoded;
  const note = encoding === 'UTF-8' ? undefined : `${basename(file)} is read as ${encoding}`;
  return { text, note };
}

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
};

function parseCsvTable(file: string, text: string): Table {
  const rows: TableRow[] = [];
  let columns: readonly string[] = [];
  let unnamed: readonly string[] = [];
  let emptyRows = 0;
  const parsed = parseCsv(text, {
    delimiter: 'header',
    onHeader(header) {
      columns = nameColumns(header);
      unnamed = columns.filter((_, index) => isIndexName(header[index] ?? ''));
    },
    onRow({ line, cells }) {
      if (!cells.ok) rows.push({ line, members: cells });
      else if (cells.value.every((cell) => cell.trim() === '')) emptyRows++;
      else rows.push({ line, members: success(zip(columns, cells.value)) });
    },
  });
  if (!parsed.ok) throw invalid(`${file}:${parsed.problem.line}`, parsed.problem.what);
  if (!parsed.value) throw invalid(file, 'the file is empty');
  const { delimiter } = detectDelimiter(text);
  const separated = `${basename(file)} is separated by ${delimiterNames[delimiter]}`;
  const omitted = findRowNumberColumns(unnamed, rows);
  const kept = columns.filter((name) => !omitted.has(name));
  const notes = [
    ...(delimiter === ',' ? [] : [separated]),
    ...describeUnnamed(
      basename(file),
      kept,
      unnamed.filter((name) => !omitted.has(name)),
    ),
  ];
  return { file, kind: 'csv', columns: kept, rows: omitColumns(rows, omitted), emptyRows, notes };
}

function zip(columns: readonly string[], cells: readonly string[]): JsonObject {
  return Object.fromEntries(
    columns
      .map((name, index) => [name, cells[index] ?? ''] as const)
      .filter(([, cell]) => cell !== ''),
  );
}

type ParseRows = (json: string, rowDepth: number) => JsonValue;

function parse(file: string, text: string, parseRows: ParseRows): Table {
  const whole = /\.json(\.gz)?$/i.test(file) ? parseWhole(text, parseRows) : undefined;
  const rows: TableRow[] =
    whole?.map((value, index) => ({ line: index + 1, members: checkObject(value, 'entry') })) ??
    [...parseJsonLines(text, (line) => parseRows(line, 1))].map((parsed) => ({
      line: parsed.line,
      members: parsed.ok ? checkObject(parsed.value, 'line') : parsed,
    }));
  const names = new Set<string>();
  for (const { members } of rows) {
    if (members.ok) for (const name of Object.keys(members.value)) names.add(name);
  }
  return { file, kind: 'json', columns: [...names], rows, emptyRows: 0, notes: [] };
}

/** The entries of a JSON text that is a list, or an object with one list of objects. */
function parseWhole(text: string, parseRows: ParseRows): readonly unknown[] | undefined {
  let value: JsonValue;
  try {
    value = parseRows(text, text.trimStart().startsWith('[') ? 2 : 3);
  } catch {
    return undefined;
  }
  if (Array.isArray(value)) return value as readonly JsonValue[];
  if (!isJsonObject(value)) return undefined;
  const lists = Object.values(value).filter(
    (member): member is JsonObject[] => Array.isArray(member) && member.some(isJsonObject),
  );
  return lists.length === 1 ? lists[0] : [value];
}

function checkObject(value: unknown, what: 'line' | 'entry'): TableRow['members'] {
  return isJsonObject(value) ? success(value) : failure(`the ${what} is not a JSON object`);
}

function unknownEnding(file: string, ending: string): RoutesmithError {
  const isWorkbook = ['xlsx', 'xls', 'ods', 'numbers'].includes(ending);
  return new RoutesmithError('invalid_input', 'unknown file extension', {
    where: file,
    fix: isWorkbook
      ? 'Export the sheet as CSV (UTF-8), and give that file.'
      : `Give a file that ends in ${tableEndings.join(', ')}, optionally followed by .gz.`,
  });
}

function invalid(where: string, what: string): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where,
    fix: 'Give each column its own name, close each quote, and double quotes in cells ("").',
  });
}
