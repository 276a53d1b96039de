import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { getMember, isJsonObject } from '../../util/json.js';
import { checkMappedColumns, type ColumnMap } from '../tables/column-map.js';
import { guessColumn, normalizeColumnName } from '../tables/column-names.js';
import { readTable } from '../tables/read-table.js';
import type { Table } from '../tables/table.js';
import { ownJson, tryParseJson } from '../../util/parse-json.js';

/** The fields of an example that a column can hold. */
export const sourceFields = ['prompt', 'reference', 'task', 'id'] as const;

export type SourceField = (typeof sourceFields)[number];

/** The columns of a source by the fields that they hold. */
export type SourceMapping = Readonly<Partial<Record<SourceField, string>>>;

/** A file of prompts, with the columns that likely hold the fields of examples. */
export interface Source {
  readonly table: Table;
  readonly mapping: SourceMapping;
  /** What the file was recognized as. */
  readonly kind: 'table' | 'langfuse' | 'langsmith';
}

/**
 * Reads a file of prompts: CSV, TSV, JSON Lines, JSON or Parquet; exports of Langfuse (traces or
 * dataset items) and LangSmith (datasets or runs) are recognized by their columns.
 *
 * @param map columns by field, where they are known
 * @throws RoutesmithError `invalid_input` if the file cannot be read, `usage` for a mapped column
 * that does not exist
 */
export async function readSource(file: string, map: ColumnMap): Promise<Source> {
  const table = await readTable(file);
  const kind = detectKind(table);
  const flat = kind === 'table' ? table : flattenExport(table);
  checkMappedColumns(map, flat.columns, file);
  const mapping = guessMapping(flat, kind, map);
  if ((mapping.prompt?.length ?? 0) > maxColumnName) throw missingHeader(file, mapping.prompt);
  return { table: flat, mapping, kind };
}

/** A longer name of a column is a prompt: the file has no header. */
const maxColumnName = 60;

function missingHeader(file: string, name = ''): RoutesmithError {
  return new RoutesmithError('invalid_input', 'the first row is not a header', {
    where: file,
    fix: `Put names of columns above it, such as prompt,reference,task. It starts with "${name.slice(0, 40)}...".`,
  });
}

function detectKind({ columns }: Table): Source['kind'] {
  const names = new Set(columns.map(normalizeColumnName));
  if (names.has('inputs') || [...names].some((name) => /^(reference_)?outputs$/.test(name))) {
    return 'langsmith';
  }
  const hasTrace = ['trace_id', 'expected_output', 'session_id', 'source_trace_id', 'dataset_id'];
  return names.has('input') && hasTrace.some((name) => names.has(name)) ? 'langfuse' : 'table';
}

/** The recorded output of a trace is what a model said, and no reference. */
const exportColumns: Readonly<Record<'langfuse' | 'langsmith', SourceMapping>> = {
  langfuse: { prompt: 'input', reference: 'expectedOutput', task: 'name' },
  langsmith: { prompt: 'inputs', reference: 'outputs', task: 'name' },
};

function guessMapping(table: Table, kind: Source['kind'], map: ColumnMap): SourceMapping {
  const mapping: { -readonly [Field in SourceField]?: string } = {};
  const taken = new Set<string>([...map.values()].flat());
  for (const field of sourceFields) {
    const [given] = map.get(field) ?? [];
    const known =
      kind === 'table' ? undefined : findExportColumn(table, exportColumns[kind][field]);
    const column =
      given ?? known ?? (kind === 'table' ? guessColumn(field, table.columns, taken) : undefined);
    if (column === undefined) continue;
    mapping[field] = column;
    taken.add(column);
  }
  if (mapping.prompt === undefined) {
    const column = findLongestColumn(table, taken);
    if (column !== undefined) mapping.prompt = column;
  }
  // A run of LangSmith has outputs of a model; only an example of a dataset has a reference.
  const isRun = kind === 'langsmith' && table.columns.includes('run_type') && !map.has('reference');
  if (isRun) delete mapping.reference;
  return mapping;
}

function findExportColumn({ columns }: Table, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return columns.find((column) => normalizeColumnName(column) === normalizeColumnName(name));
}

/** The column with the longest texts on average, if these are longer than a label. */
function findLongestColumn(
  { columns, rows }: Table,
  taken: ReadonlySet<string>,
): string | undefined {
  const lengths = columns
    .filter((column) => !taken.has(column))
    .map((column) => {
      const texts = rows.map(({ members }) => (members.ok ? members.value[column] : undefined));
      const total = texts.reduce<number>(
        (sum, text) => sum + (typeof text === 'string' ? text.length : 0),
        0,
      );
      return { column, mean: total / Math.max(1, rows.length) };
    })
    .sort((a, b) => b.mean - a.mean);
  const [longest] = lengths;
  return longest !== undefined && longest.mean >= 20 ? longest.column : undefined;
}

/** An export whose inputs and outputs are text or messages in place of objects around them. */
function flattenExport(table: Table): Table {
  const rows = table.rows.map(({ line, members }) => {
    if (!members.ok) return { line, members };
    const value = Object.fromEntries(
      Object.entries(members.value).map(([name, cell]) => [name, unwrap(parseCell(cell))]),
    );
    return { line, members: { ok: true as const, value } };
  });
  return { ...table, rows };
}

/** The JSON that exports write into cells; everything else as it is. */
function parseCell(cell: JsonValue): JsonValue {
  if (typeof cell !== 'string' || !/^\s*[[{"]/.test(cell)) return cell;
  const value = tryParseJson(cell, ownJson);
  return value === undefined ? cell : value;
}

const wrappers = [
  'messages',
  'input',
  'question',
  'prompt',
  'query',
  'text',
  'output',
  'answer',
  'expected',
  'content',
];

/** The text or messages in an object such as `{"question": "..."}`; objects of several stay. */
function unwrap(value: JsonValue, depth = 0): JsonValue {
  if (!isJsonObject(value) || depth > 3) return value;
  const names = Object.keys(value);
  const [only] = names;
  if (names.length === 1 && only !== undefined) return unwrap(value[only] ?? null, depth + 1);
  const known = wrappers.find((name) => name in value);
  const isMessage = 'role' in value;
  return known === undefined && !isMessage ? value : unwrapMember(value, known);
}

function unwrapMember(value: JsonObject, name: string | undefined): JsonValue {
  const member = getMember(value, name ?? 'content') ?? value;
  return isJsonObject(member) ? unwrap(member, 1) : member;
}
