import { isJsonObject, type JsonObject } from '../../util/json.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { guessColumn, listExpectedColumns, normalizeColumnName } from '../tables/column-names.js';
import type { Table } from '../tables/table.js';
import type { ExportKind } from './flatten-export.js';
import { parseCell } from './parse-cell.js';
import type { SourceField, SourceMapping } from './source-mapping.js';

/** Columns of Langfuse, as no other tool spells them. */
const langfuseColumns = ['traceId', 'datasetId', 'datasetName', 'sourceTraceId', 'sessionId'];
/** What Langfuse records, by the type of an observation. */
const observation =
  /^(?:GENERATION|SPAN|EVENT|AGENT|TOOL|CHAIN|RETRIEVER|EVALUATOR|EMBEDDING|GUARDRAIL)$/;

/**
 * The tool that a table was exported from. Names that many tables have, such as `inputs` and
 * `expected_output`, show it only beside cells or columns that are the tool's own.
 */
export function detectKind(table: Table): 'table' | ExportKind {
  const names = new Set(table.columns.map(normalizeColumnName));
  const has = (name: string): boolean => names.has(name);
  if (has('inputs') || has('outputs') || has('reference_outputs')) {
    const isNamed = table.columns.includes('run_type') || has('reference_outputs');
    const holdsObjects = has('inputs') && holdsMembers(table, 'inputs', 'outputs');
    if (!isNamed && holdsObjects && (has('expectations') || has('targets'))) return 'mlflow';
    if (isNamed || holdsObjects) return 'langsmith';
  }
  if (!has('input')) return 'table';
  if (langfuseColumns.some((name) => table.columns.includes(name))) return 'langfuse';
  // DeepEval has an "expectedOutput", too, beside an "actualOutput".
  if (has('actual_output')) return 'table';
  const isLike = [...langfuseColumns, 'expectedOutput'].map(normalizeColumnName).some(has);
  return isLike && (holdsObservations(table) || holdsMembers(table, 'input', 'expected_output'))
    ? 'langfuse'
    : 'table';
}

/** Members around an answer; others may be fields that the prompt asks for. */
const answerMember =
  /^(?:(?:final_|expected_|correct_)?answer|expected(?:_output)?|outputs?|reference|ground_truth|response|completion|generation)$/;

/** Whether inputs are objects, as these tools keep them, or outputs are answers within objects. */
function holdsMembers(table: Table, inputs: string, outputs: string): boolean {
  const holdsAnswer = (object: JsonObject): boolean =>
    Object.keys(object).some((name) => answerMember.test(normalizeColumnName(name)));
  return (
    listCellObjects(table, inputs).length > 0 || listCellObjects(table, outputs).some(holdsAnswer)
  );
}

function listCellObjects(table: Table, name: string): readonly JsonObject[] {
  const column = findExportColumn(table, name) ?? '';
  return table.rows.flatMap(({ members }) => {
    const cell = members.ok ? members.value[column] : undefined;
    const isText = typeof cell === 'string';
    const value = isText && cell.trimStart().startsWith('{') ? parseCell(cell) : cell;
    return isJsonObject(value) ? [value] : [];
  });
}

function holdsObservations({ rows }: Table): boolean {
  return rows.some(({ members }) => {
    const type = members.ok ? members.value['type'] : undefined;
    return typeof type === 'string' && observation.test(type);
  });
}

/** The recorded output of a trace is what a model said, and no reference. */
export const exportColumns: Readonly<Record<ExportKind, SourceMapping>> = {
  langfuse: { prompt: 'input', reference: 'expectedOutput' },
  langsmith: { prompt: 'inputs', reference: 'outputs' },
  mlflow: { prompt: 'inputs', reference: 'expectations' },
};

/** Columns of exports that say what a record is for, the most telling first. */
const exportLabels = ['promptName', 'traceName', 'name'] as const;

/**
 * The column of an export that most likely holds a field: the one that the tool has for it, or else
 * one with a name that is common for it.
 *
 * @param taken columns that hold something else
 */
export function guessExportColumn(
  table: Table,
  kind: ExportKind,
  field: SourceField,
  taken: ReadonlySet<string>,
): string | undefined {
  // Ids of records are those of calls, of which one prompt has several.
  if (field === 'id') return undefined;
  const isRecord = holdsObservations(table);
  const others = table.columns.filter((column) => {
    const name = normalizeColumnName(column);
    return !/^outputs?$/.test(name) && !(isRecord && name === 'type');
  });
  return findOwnColumn(table, kind, field) ?? guessColumn(field, others, taken);
}

function findOwnColumn(table: Table, kind: ExportKind, field: SourceField): string | undefined {
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
    return typeof label === 'string' && !isBlankCell(label) ? [label] : [];
  });
  const distinct = new Set(labels).size;
  return labels.length * 2 >= rows.length && distinct <= Math.max(10, labels.length / 2);
}

function findExportColumn({ columns }: Table, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return columns.find((column) => normalizeColumnName(column) === normalizeColumnName(name));
}
