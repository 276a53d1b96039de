import { RoutesmithError } from '../../../util/errors.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';
import { failure, success, type Result } from '../../../util/result.js';
import {
  checkMappedColumns,
  listColumns,
  quoteColumn,
  writeMapping,
  type ColumnMap,
} from '../../tables/column-map.js';
import { guessColumn, normalizeColumnName } from '../../tables/column-names.js';
import type { NumberStyle } from '../../tables/parse-cell-number.js';
import { readTable } from '../../tables/read-table.js';
import type { Table } from '../../tables/table.js';
import { unreadGrade, unreadMeasure, type RowFault } from '../unread-value.js';
import { isFailed, leaveOutFailed } from './check-calls.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import {
  createCallReader,
  type CallColumns,
  type GradedCells,
  findCallColumns,
  spentMembers,
  timedMembers,
  UnclearCalls,
} from './failed-calls.js';
import {
  decodeCountCell,
  decodeNumberCell,
  decodeQualityCell,
  findGroupedColumns,
  findTableStyle,
  timeMembers,
} from './decode-cells.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';
import {
  findModelColumns,
  isColumnOf,
  listMeasuredModels,
  type ModelColumns,
} from './model-columns.js';
import { PromptCells } from './prompt-cells.js';
import { describeUnmappable } from './suggest-members.js';
import { checkUsDollars, type CostColumn } from './us-dollars.js';
import { checkBareScores, describeLikelyModels, describeUnmeasured } from './wide-scores.js';

/** The fields that `--map` can name. */
export const wideFields = ['prompt', 'id', 'task', 'group', 'weight', 'models'] as const;

interface WideColumns {
  /** The fields of the prompt, by column. */
  readonly fieldOf: ReadonlyMap<string, string>;
  readonly models: readonly ModelColumns[];
}

/**
 * Imports a wide table: one row per prompt, one column of scores per model (`<model>_score`, or `<model>`
 * alone), and optionally columns such as `<model>_cost`, `<model>_latency_ms` and
 * `<model>_output_tokens`. Costs are in US dollars per request. Columns are models if they have such
 * measures, or if `--map models=` names them.
 *
 * @throws RoutesmithError `invalid_outcomes` for a file without a column for the prompt, or if it is
 * not clear which columns are models
 */
export async function importWide(
  files: readonly string[],
  options: FormatOptions,
  target: ImportTarget,
): Promise<void> {
  const collector = createRowCollector(options, target);
  const unclear = new UnclearCalls();
  const prompts = new PromptCells();
  for (const file of files) {
    const table = await readTable(file);
    const columns = findWideColumns(table, options.map);
    checkUsDollars(table, listCosts(columns), {
      read: listReadColumns(columns),
      wanted: '<model>_cost_usd',
    });
    for (const note of [...table.notes, ...describeColumns(table, columns)]) target.note(note);
    if (!options.map.has('models')) {
      const free = table.columns.filter((name) => !columns.fieldOf.has(name));
      for (const note of describeUnmeasured(table, columns.models, free)) target.note(note);
    }
    const scores = new Set(columns.models.map(({ score }) => score));
    const measures = new Set(columns.models.flatMap(({ measures: of }) => [...of.values()]));
    const isNumber = (name: string): boolean =>
      scores.has(name) || measures.has(name) || columns.fieldOf.get(name) === 'weight';
    const style = findTableStyle(table, isNumber);
    const times = new Set(
      columns.models.flatMap(({ measures: of }) =>
        [...of].flatMap(([member, column]) => (timeMembers.has(member) ? [column] : [])),
      ),
    );
    const grouped = findGroupedColumns(table, (column) => times.has(column));
    const column = table.columns.find((name) => columns.fieldOf.get(name) === 'prompt');
    const readers = createWideReaders(table, columns.models, style);
    for (const { line, members } of table.rows) {
      const read = members.ok ? convertRow(members.value, columns, { style, grouped }) : members;
      const row = read.ok ? prompts.read(read.value, { column, kind: table.kind }) : read;
      const failed = members.ok ? readers.listFailed(members.value, unclear) : [];
      collector.add(file, line, toConvertedRow(row, failed));
    }
  }
  collector.finish();
  for (const note of prompts.describe()) target.note(note);
  const doubt = unclear.describe();
  if (doubt !== undefined) target.note(doubt);
}

function toConvertedRow(
  row: Result<JsonObject, RowFault>,
  failed: readonly string[],
): ConvertedRow {
  if (!row.ok) return { kind: 'invalid', problem: row.problem };
  return leaveOutFailed(row.value, failed);
}

function findWideCalls(
  model: string,
  columns: readonly string[],
  measures: ReadonlyMap<string, string>,
): CallColumns {
  const columnsOf = (members: ReadonlySet<string>): readonly string[] =>
    [...measures].flatMap(([member, column]) => (members.has(member) ? [column] : []));
  return findCallColumns(
    columns,
    { spent: columnsOf(spentMembers), timed: columnsOf(timedMembers) },
    (column, name) => isColumnOf(model, column, name),
  );
}

/** Finds the failed calls of each model by its own columns, such as `gpt_error`. */
function createWideReaders(
  table: Table,
  models: readonly ModelColumns[],
  style: NumberStyle,
): { listFailed(row: JsonObject, unclear: UnclearCalls): readonly string[] } {
  const rows = table.rows.flatMap(({ members }) => (members.ok ? [members.value] : []));
  const readers = models.map(({ model, score, measures }) => {
    const found = findWideCalls(model, table.columns, measures);
    const bare = score === model ? undefined : table.columns.find((column) => column === model);
    const qualityOf = (row: JsonObject): number | undefined => {
      const quality = decodeNumber(row[score], (cell) => decodeQualityCell(cell, style));
      return quality.ok && quality.value !== null ? Number(quality.value) : undefined;
    };
    const columns = { ...found, answer: found.answer ?? bare };
    const grade = (cells: JsonObject): GradedCells => ({ cells, quality: qualityOf(cells) });
    const read = createCallReader(rows.map(grade), columns);
    return { model, read: (row: JsonObject) => read(grade(row)) };
  });
  return {
    listFailed: (row, unclear) =>
      readers.flatMap(({ model, read }) => (isFailed(read(row), model, unclear) ? [model] : [])),
  };
}

function convertRow(
  row: JsonObject,
  columns: WideColumns,
  { style, grouped }: { readonly style: NumberStyle; readonly grouped: ReadonlySet<string> },
): Result<JsonObject, RowFault> {
  const members: Record<string, JsonValue> = {};
  for (const [column, field] of columns.fieldOf) {
    const value =
      field === 'weight'
        ? decodeNumber(row[column], (cell) => decodeNumberCell(field, cell, style))
        : success(row[column] ?? null);
    if (!value.ok) return failure(`${column}: ${value.problem}`);
    members[field] = value.value;
  }
  const models: Record<string, JsonValue> = {};
  for (const { model, score, measures } of columns.models) {
    const quality = decodeNumber(row[score], (cell) => decodeQualityCell(cell, style));
    if (!quality.ok) {
      return failure(unreadGrade(`${score}: ${quality.problem}`, row[score]));
    }
    const cell: Record<string, JsonValue> = { quality: quality.value };
    for (const [member, column] of measures) {
      const value = decodeNumber(row[column], (cell) =>
        grouped.has(column) ? decodeCountCell(cell, style) : decodeNumberCell(member, cell, style),
      );
      if (!value.ok) {
        return failure(unreadMeasure(`${column}: ${value.problem}`, row[column]));
      }
      cell[member] = value.value;
    }
    models[model] = cell;
  }
  return success({ ...members, models });
}

function decodeNumber(
  value: JsonValue | undefined,
  parse: (cell: string) => Result<number | null>,
): Result<JsonValue> {
  if (value === undefined || value === null) return success(null);
  return typeof value === 'string' ? parse(value) : success(value);
}

/** Finds the columns of the prompt and of the models. */
function findWideColumns(table: Table, map: ColumnMap): WideColumns {
  const { columns, file } = table;
  const fields = new Map([...map].filter(([field]) => field !== 'models'));
  checkMappedColumns(fields, columns, file);
  const fieldOf = new Map<string, string>();
  for (const [field, [column]] of fields) if (column !== undefined) fieldOf.set(column, field);
  for (const field of ['prompt', 'task', 'id', 'group', 'weight']) {
    if (fields.has(field)) continue;
    const column = columns.find((name) => fieldNames[field]?.includes(normalizeColumnName(name)));
    if (column !== undefined && !fieldOf.has(column)) fieldOf.set(column, field);
  }
  const free = columns.filter((name) => !fieldOf.has(name));
  if (![...fieldOf.values()].includes('prompt')) throw missingPrompt(table, free);
  const named = map.get('models');
  const models = (named ?? listMeasuredModels(free)).map((model) => findModelColumns(model, free));
  const found = models.filter((columnsOf) => columnsOf !== undefined);
  const missing = named?.find((_, index) => models[index] === undefined);
  if (missing !== undefined) {
    throw invalid(
      file,
      `--map models: there is no column "${missing}"`,
      `The columns are ${listColumns(columns)}.`,
    );
  }
  if (found.length === 0) {
    throw invalid(
      file,
      'it is not clear which columns are models',
      describeLikelyModels(table, free),
    );
  }
  checkBareScores(table, found);
  return { fieldOf, models: found };
}

const fieldNames: Readonly<Record<string, readonly string[]>> = {
  prompt: ['prompt', 'question'],
  task: ['task', 'category'],
  id: ['prompt_id', 'id'],
  group: ['group'],
  weight: ['weight'],
};

function listReadColumns({ fieldOf, models }: WideColumns): ReadonlySet<string> {
  return new Set([
    ...fieldOf.keys(),
    ...models.flatMap(({ score, measures }) => [score, ...measures.values()]),
  ]);
}

function listCosts({ models }: WideColumns): readonly CostColumn[] {
  return models.flatMap(({ model, measures }) => {
    const column = measures.get('cost_usd');
    return column === undefined ? [] : [{ column, words: column.replace(model, '') }];
  });
}

function describeColumns({ columns, file }: Table, wide: WideColumns): string[] {
  const { models } = wide;
  const read = listReadColumns(wide);
  const costs = listCosts(wide).map(({ column }) => column);
  const areOfCalls = new Set(
    models.flatMap(({ model }) => {
      const { error, status } = findWideCalls(model, columns, new Map());
      return [error, status];
    }),
  );
  const ignored = columns.filter((column) => !read.has(column) && !areOfCalls.has(column));
  const describe = (column: string): string => {
    const owner = models.find(({ model }) => column.startsWith(`${model}_`));
    return owner === undefined
      ? quoteColumn(column)
      : describeUnmappable(column, new Set(owner.measures.keys()), `${owner.model}_`);
  };
  return [
    `models in the columns of ${file}: ${models.map(({ score }) => score).join(', ')}`,
    ...(costs.length === 0 ? [] : [`read as US dollars per request: ${costs.join(', ')}`]),
    ...(ignored.length === 0 ? [] : [`ignored columns: ${listColumns(ignored, describe)}`]),
  ];
}

function missingPrompt({ columns, file }: Table, free: readonly string[]): RoutesmithError {
  const meant = guessColumn('prompt', free);
  return invalid(
    file,
    'there is no column for the prompt',
    meant === undefined
      ? `The columns are ${listColumns(columns)}. Add --map prompt=COLUMN.`
      : `Did you mean "${meant}"? Then add ${writeMapping('prompt', meant)}.`,
  );
}

function invalid(where: string, what: string, fix: string): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', what, { where, fix });
}
