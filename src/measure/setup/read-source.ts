import { RoutesmithError } from '../../util/errors.js';
import {
  checkMappedColumns,
  listColumns,
  writeMapping,
  type ColumnMap,
} from '../tables/column-map.js';
import {
  guessColumn,
  isFieldName,
  listExpectedColumns,
  normalizeColumnName,
} from '../tables/column-names.js';
import { readTable } from '../tables/read-table.js';
import {
  findDoubt,
  findRecordedCalls,
  isTraceColumn,
  type RecordedCalls,
} from '../tables/recorded-calls.js';
import type { Table } from '../tables/table.js';
import { detectKind, exportColumns, guessExportColumn } from './detect-export.js';
import { describeGuess, guessPrompt, maxColumnName, type PromptGuess } from './find-prompt.js';
import { flattenExport, type ExportKind } from './flatten-export.js';
import { joinOptions } from './join-options.js';
import { joinRequest } from './join-request.js';
import { findOptionColumns } from './option-columns.js';
import { holdsNoPrompt } from './read-request.js';
import { parseSpelledJson } from './spell-numbers.js';
import { sourceFields, type SourceField, type SourceMapping } from './source-mapping.js';
import {
  describeAssertions,
  describeLastAnswers,
  expectLabels,
  joinInstructions,
} from './table-conventions.js';

/** A file of prompts, with the columns that likely hold the fields of examples. */
export interface Source {
  readonly table: Table;
  readonly mapping: SourceMapping;
  /**
   * The column with the longest texts, where nothing shows which of several holds the prompts. No field
   * is mapped to it.
   */
  readonly likelyPrompt?: string;
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
  const read = await readTable(file, parseSpelledJson);
  const kind = detectKind(read);
  checkMappedColumns(map, read.columns, file);
  const named = new Set([...map.values()].flat());
  const table = kind === 'table' && !map.has('prompt') ? joinInstructions(read, named) : read;
  const calls = findRecordedCalls(table, named);
  const recorded = calls?.answers ?? [];
  const guessed = guessMapping(table, kind, { map, recorded });
  const flat = kind === 'table' ? table : flattenExport(table, kind, guessed);
  const { mapping: found, guess } = findPrompt(flat, guessed, [...named, ...recorded]);
  const whole = { table: joinRequest(flat, found, named), mapping: found };
  const leavesOut = map.has('prompt') && whole.mapping.prompt === findUnnamed(table, map, recorded);
  const asked = joinOptions(whole, {
    columns: named,
    leavesOut,
    hasReference: map.has('reference'),
  });
  const isTable = kind === 'table' && (calls === undefined || isTraceColumn(calls.shownBy));
  const labels = isTable
    ? expectLabels(asked.table, asked.mapping, named)
    : { mapping: asked.mapping, notes: [] };
  const { mapping } = labels;
  const likelyPrompt = guess?.shownBy === 'length' ? guess.column : undefined;
  const asks = mapping.prompt ?? likelyPrompt ?? '';
  if (asks.length > maxColumnName) throw missingHeader(file, asks);
  const { reference } = mapping;
  const isTold = kind === 'langfuse' || reference !== undefined;
  const notes = isTold
    ? [...labels.notes, ...(map.has('reference') ? [] : describeTaken(read, mapping, calls))]
    : [...labels.notes, ...describeReferences(table.columns, calls)];
  const assertions = map.has('reference') ? [] : describeAssertions(table);
  const taken = guess === undefined ? [] : describeGuess(guess);
  const mayAnswer = kind === 'table' && calls === undefined && reference === undefined;
  const turns =
    mayAnswer && guess?.shownBy === 'messages' ? describeLastAnswers(flat, guess.column) : [];
  const allNotes = [...asked.table.notes, ...taken, ...turns, ...notes, ...assertions];
  return {
    table: { ...asked.table, notes: allNotes },
    mapping,
    kind,
    ...(likelyPrompt !== undefined && { likelyPrompt }),
  };
}

/**
 * A sentence about answers that are taken for the expected ones, though a model may have written them, or
 * though other answers are beside them.
 */
function describeTaken(
  table: Table,
  { prompt, reference, task }: SourceMapping,
  calls: RecordedCalls | undefined,
): readonly string[] {
  if (reference === undefined) return [];
  const [answer] = calls?.answers ?? [];
  if (answer !== undefined) {
    if (isFieldName(reference)) return [];
    return [
      `"${reference}" is taken for the expected answers, and "${answer}" for those of a model; ` +
        `if it holds the expected ones, add ${writeMapping('reference', answer)}`,
    ];
  }
  const used = new Set([prompt, task]);
  const columns = table.columns.filter((column) => !used.has(column));
  const shownBy = findDoubt({ ...table, columns }, reference);
  if (shownBy === undefined) return [];
  return [
    `"${reference}" is taken for the expected answers. If a model wrote them, as the column "${shownBy}" may show, ` +
      'name the expected ones with --map reference=COLUMN, or remove these answers from the file',
  ];
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

function missingHeader(file: string, name: string): RoutesmithError {
  return new RoutesmithError('invalid_input', 'the first row is not a header', {
    where: file,
    fix: `Put names of columns above it, such as prompt,reference,task. It starts with "${name.slice(0, 40)}...".`,
  });
}

/** @param recorded columns that hold what a model answered, which is no reference */
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
        : guessExportColumn(table, kind, field, left);
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
function findUnnamed(
  table: Table,
  map: ColumnMap,
  recorded: readonly string[],
): string | undefined {
  const others = new Map([...map].filter(([field]) => field !== 'prompt'));
  const guessed = guessMapping(table, 'table', { map: others, recorded });
  const taken = [...[...others.values()].flat(), ...recorded];
  return findPrompt(table, guessed, taken).mapping.prompt;
}

/** The mapping with a column for the prompts, where no common name says it. */
function findPrompt(
  table: Table,
  mapping: SourceMapping,
  others: readonly string[],
): { readonly mapping: SourceMapping; readonly guess?: PromptGuess } {
  const { prompt: named, ...rest } = mapping;
  const isGiven = named !== undefined && others.includes(named);
  if (isGiven || (named !== undefined && !isEmpty(table, named))) return { mapping };
  const options = findOptionColumns(table.columns)?.columns ?? [];
  const guess = guessPrompt(table, new Set([...Object.values(mapping), ...others, ...options]));
  const isShown = guess?.shownBy === 'messages' || guess?.shownBy === 'name';
  // A column that is named after prompts may have been left empty by mistake.
  if (guess === undefined || (named !== undefined && !isShown)) return { mapping };
  if (guess.shownBy === 'length') return { mapping, guess };
  return { mapping: { prompt: guess.column, ...rest }, guess };
}

function isEmpty({ rows }: Table, column: string): boolean {
  return (
    rows.length > 0 &&
    rows.every(({ members }) => !members.ok || holdsNoPrompt(members.value[column]))
  );
}
