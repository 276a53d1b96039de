import { RoutesmithError } from '../../util/errors.js';
import {
  checkMappedColumns,
  listColumns,
  writeMapping,
  type ColumnMap,
} from '../tables/column-map.js';
import {
  findRecordedCalls,
  guessColumn,
  isReservedName,
  listExpectedColumns,
  normalizeColumnName,
  type RecordedCalls,
} from '../tables/column-names.js';
import { readTable } from '../tables/read-table.js';
import type { Table } from '../tables/table.js';
import { flattenExport, type ExportKind } from './flatten-export.js';
import { joinOptions } from './join-options.js';
import { findOptionColumns } from './option-columns.js';
import { sourceFields, type SourceField, type SourceMapping } from './source-mapping.js';
import { describeAssertions, expectLabels, joinInstructions } from './table-conventions.js';

/** A file of prompts, with the columns that likely hold the fields of examples. */
export interface Source {
  readonly table: Table;
  readonly mapping: SourceMapping;
  /** What the file was recognized as. */
  readonly kind: 'table' | ExportKind;
}

/**
 * Reads a file of prompts: CSV, TSV, JSON Lines, JSON or Parquet; exports of Langfuse (traces,
 * observations or dataset items) and LangSmith (datasets or runs) are recognized by their columns.
 *
 * @param map columns by field, where they are known
 * @throws RoutesmithError `invalid_input` if the file cannot be read, `usage` for a mapped column
 * that does not exist
 */
export async function readSource(file: string, map: ColumnMap): Promise<Source> {
  const read = await readTable(file);
  const kind = detectKind(read);
  checkMappedColumns(map, read.columns, file);
  const named = new Set([...map.values()].flat());
  const table = kind === 'table' && !map.has('prompt') ? joinInstructions(read, named) : read;
  const calls = findRecordedCalls(table.columns);
  const recorded = calls?.answers ?? [];
  const guessed = guessMapping(table, kind, { map, recorded });
  const flat = kind === 'table' ? table : flattenExport(table, kind, guessed);
  const whole = { table: flat, mapping: findPrompt(flat, guessed, [...named, ...recorded]) };
  const leavesOut = map.has('prompt') && whole.mapping.prompt === guessPrompt(table, map, recorded);
  const asked =
    kind === 'table'
      ? joinOptions(whole, { columns: named, leavesOut, hasReference: map.has('reference') })
      : whole;
  const isTable = kind === 'table' && calls === undefined;
  const labels = isTable
    ? expectLabels(asked.table, asked.mapping, named)
    : { mapping: asked.mapping, notes: [] };
  const { mapping } = labels;
  if ((mapping.prompt?.length ?? 0) > maxColumnName) throw missingHeader(file, mapping.prompt);
  const { reference } = mapping;
  const isTold = kind === 'langfuse' || reference !== undefined;
  const notes = isTold
    ? labels.notes
    : [...labels.notes, ...describeReferences(table.columns, calls)];
  const assertions = map.has('reference') ? [] : describeAssertions(table);
  const allNotes = [...asked.table.notes, ...notes, ...assertions];
  return { table: { ...asked.table, notes: allNotes }, mapping, kind };
}

/** Why no column is taken for the expected answers, and how to name it. */
function describeReferences(
  columns: readonly string[],
  calls: RecordedCalls | undefined,
): readonly string[] {
  const expected = listExpectedColumns(columns);
  const [first] = expected;
  if (first !== undefined) {
    return [
      `which of ${listColumns(expected)} holds the expected answers is not clear: name it, such as ` +
        writeMapping('reference', first),
    ];
  }
  const [answer] = calls?.answers ?? [];
  if (calls === undefined || answer === undefined) return [];
  return [
    `"${answer}" is not taken for the expected answer: as there is a column "${calls.shownBy}", a model ` +
      `may have written it. If it is what you expect, add ${writeMapping('reference', answer)}`,
  ];
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
const exportColumns: Readonly<Record<ExportKind, SourceMapping>> = {
  langfuse: { prompt: 'input', reference: 'expectedOutput' },
  langsmith: { prompt: 'inputs', reference: 'outputs' },
};

/** Columns of exports that say what a record is for, the most telling first. */
const exportLabels = ['promptName', 'traceName', 'name'] as const;

/** @param given.recorded columns that hold what a model answered, which is no reference */
function guessMapping(
  table: Table,
  kind: Source['kind'],
  { map, recorded }: { readonly map: ColumnMap; readonly recorded: readonly string[] },
): SourceMapping {
  const mapping: { -readonly [Field in SourceField]?: string } = {};
  const taken = new Set<string>([...map.values()].flat());
  for (const field of sourceFields) {
    const [given] = map.get(field) ?? [];
    const left = field === 'reference' ? new Set([...taken, ...recorded]) : taken;
    const guessed =
      kind === 'table'
        ? guessColumn(field, table.columns, left)
        : guessExportColumn(table, kind, field);
    const column = given ?? guessed;
    if (column === undefined) continue;
    mapping[field] = column;
    taken.add(column);
  }
  // The outputs of a run of LangSmith are a model's; only those of an example are expected.
  const { reference = '' } = mapping;
  const isOutput = normalizeColumnName(reference) === exportColumns.langsmith.reference;
  const isRun = recorded.includes(reference) || table.columns.includes('run_type');
  if (kind === 'langsmith' && isOutput && isRun && !map.has('reference')) delete mapping.reference;
  return mapping;
}

/** The column of a table that would be taken for the prompts if the user had not named it. */
function guessPrompt(
  table: Table,
  map: ColumnMap,
  recorded: readonly string[],
): string | undefined {
  const others = new Map([...map].filter(([field]) => field !== 'prompt'));
  const guessed = guessMapping(table, 'table', { map: others, recorded });
  return findPrompt(table, guessed, [...[...others.values()].flat(), ...recorded]).prompt;
}

/** The mapping with the column of the longest texts for the prompts, where no name says it. */
function findPrompt(
  table: Table,
  mapping: SourceMapping,
  others: readonly string[],
): SourceMapping {
  if (mapping.prompt !== undefined) return mapping;
  const options = findOptionColumns(table.columns)?.columns ?? [];
  const taken = new Set([...Object.values(mapping), ...others, ...options]);
  const prompt = findLongestColumn(table, taken);
  return prompt === undefined ? mapping : { prompt, ...mapping };
}

function guessExportColumn(table: Table, kind: ExportKind, field: SourceField): string | undefined {
  const column = findExportColumn(table, exportColumns[kind][field]);
  // What is named as expected comes before outputs, which then are those of a model.
  if (field === 'reference' && kind === 'langsmith') return guessExpected(table) ?? column;
  if (field !== 'task') return column;
  return exportLabels
    .map((name) => findExportColumn(table, name))
    .find((column) => column !== undefined && holdsLabels(table, column));
}

function guessExpected(table: Table): string | undefined {
  const named = ['reference', 'expected'].map((name) => findExportColumn(table, name));
  const found = named.find((column) => column !== undefined);
  return found ?? guessColumn('reference', listExpectedColumns(table.columns));
}

/** Many applications name each trace after its prompt: such names are no labels. */
function holdsLabels({ rows }: Table, column: string): boolean {
  const labels = rows.flatMap(({ members }) => {
    const label = members.ok ? members.value[column] : undefined;
    return typeof label === 'string' && label.trim() !== '' ? [label] : [];
  });
  const distinct = new Set(labels).size;
  return labels.length * 2 >= rows.length && distinct <= Math.max(10, labels.length / 2);
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
    .filter((column) => !taken.has(column) && !isReservedName(column))
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
