import { isMissingText } from '../../tables/blank-cell.js';
import { listColumns } from '../../tables/column-map.js';
import { isIndexName } from '../../tables/unnamed-columns.js';
import { RoutesmithError } from '../../../util/errors.js';
import { formatCount } from '../../../util/format-number.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { computeFileLabels, fileStem } from './file-labels.js';
import { prefixFault, type RowFault } from '../unread-value.js';
import type { ImportTarget } from './import-target.js';
import { listMeasureColumns } from './model-columns.js';
import type { CsvRow } from '../../../util/parse-csv.js';
import { parseOutcomesCsv } from './parse-outcomes-csv.js';
import { parseScore } from './parse-score.js';
import { failure, success, type Result } from '../../../util/result.js';

/** Indexes of the relevant columns. */
interface Columns {
  readonly prompt: number;
  readonly models: readonly ModelColumn[];
}

interface ModelColumn {
  readonly index: number;
  readonly model: string;
}

/**
 * Imports RouteLLM's evaluation files: a `prompt` column and one column per model, with True, False
 * or a number from 0 to 1. Columns named `<model>_response` are ignored, and so are measures of a model,
 * such as `<model>_cost`.
 *
 * @param files CSV files; several files are labeled by the part of their names that differs
 * @param task the label of all prompts, in place of the files' names
 * @throws RoutesmithError `invalid_outcomes` for a file without a prompt or a model column
 */
export async function importRoutellm(
  files: readonly string[],
  task: string | undefined,
  target: ImportTarget,
): Promise<void> {
  const labels = computeFileLabels(files);
  let skippedColumns = 0;
  for (const [position, file] of files.entries()) {
    const stem = fileStem(file);
    const label = task ?? labels[position];
    let columns: Columns = { prompt: -1, models: [] };
    let rowNumber = 0;
    parseOutcomesCsv(await readTextFile(file), file, {
      onHeader(header) {
        columns = findColumns(header, file);
        const measures = listMeasureColumns(header);
        const others = listOthers(header, columns);
        skippedColumns +=
          header.length - 1 - columns.models.length - measures.length - others.length;
        if (others.length > 0) target.note(`ignored columns: ${listColumns(others)}`);
        if (measures.length > 0) target.note(describeMeasures(measures, file));
      },
      onRow(row) {
        target.countRow();
        rowNumber++;
        const decoded = decodeRow(row, columns);
        if (!decoded.ok) target.reject(file, row.line, decoded.problem);
        else addRow(decoded.value, `${stem}#${rowNumber}`, label, target);
      },
    });
  }
  if (skippedColumns > 0) {
    target.note(
      `ignored ${formatCount(skippedColumns, 'column')} with responses or without a name`,
    );
  }
}

interface ScoredPrompt {
  readonly prompt: string;
  readonly scores: readonly { readonly model: string; readonly quality: number }[];
}

function decodeRow({ cells }: CsvRow, columns: Columns): Result<ScoredPrompt, RowFault> {
  if (!cells.ok) return cells;
  const prompt = cells.value[columns.prompt] ?? '';
  if (isMissingText(prompt)) return failure('the prompt is empty');
  const scores: { model: string; quality: number }[] = [];
  for (const { index, model } of columns.models) {
    const score = parseScore(cells.value[index] ?? '');
    if (!score.ok) return failure(prefixFault(model, score.problem));
    if (score.value !== undefined) scores.push({ model, quality: score.value });
  }
  return scores.length === 0 ? failure('no model has a score') : success({ prompt, scores });
}

function addRow(
  { prompt, scores }: ScoredPrompt,
  id: string,
  task: string | undefined,
  target: ImportTarget,
): void {
  const added = target.addPrompt({ id, prompt, task, group: undefined });
  if (added === undefined) return;
  for (const { model, quality } of scores) target.addOutcome(added, model, { quality });
}

const responseEnd = '_response';

/**
 * Whether a table has columns of scores, each with its responses, and no others: a column beside these may
 * hold anything. With measures, or a column that names the model, it is another table.
 */
export function hasOnlyResponsePairs(columns: readonly string[]): boolean {
  const names = new Set(columns);
  const others = columns.filter((name) => name !== 'prompt' && !isIndexName(name));
  const isPaired = (name: string): boolean =>
    names.has(name + responseEnd) || isResponse(name, names);
  return others.length > 0 && others.every(isPaired) && !names.has('model');
}

function isResponse(name: string, names: ReadonlySet<string>): boolean {
  return name.endsWith(responseEnd) && names.has(name.slice(0, -responseEnd.length));
}

/** Where some scores have responses, a column without is none of a model. */
function findModelColumns(header: readonly string[]): readonly ModelColumn[] {
  const names = new Set(header);
  const measures = new Set(listMeasureColumns(header));
  const hasResponses = header.some((name) => isResponse(name, names));
  return header
    .map((model, index) => ({ index, model }))
    .filter(({ model }) => model !== '' && model !== 'prompt' && !isResponse(model, names))
    .filter(({ model }) => !measures.has(model))
    .filter(({ model }) => !hasResponses || names.has(model + responseEnd));
}

/** The columns that are no scores, responses or measures, though they have a name. */
function listOthers(header: readonly string[], { models }: Columns): readonly string[] {
  const names = new Set(header);
  const known = new Set([...models.map(({ model }) => model), ...listMeasureColumns(header)]);
  return header.filter(
    (name) =>
      name !== 'prompt' && !isIndexName(name) && !known.has(name) && !isResponse(name, names),
  );
}

function describeMeasures(measures: readonly string[], file: string): string {
  const listed = listColumns(measures);
  return `ignored columns of ${file} that RouteLLM's files do not have: ${listed}; --format wide reads them`;
}

function findColumns(header: readonly string[], file: string): Columns {
  const columns = { prompt: header.indexOf('prompt'), models: findModelColumns(header) };
  if (columns.prompt !== -1 && columns.models.length > 0) return columns;
  const what =
    columns.prompt === -1 ? 'there is no column "prompt"' : 'there is no column for a model';
  throw new RoutesmithError('invalid_outcomes', what, {
    where: file,
    fix: 'RouteLLM files have a column "prompt" and one column of scores per model.',
  });
}
