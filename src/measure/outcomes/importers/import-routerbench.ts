import { isMissingText } from '../../tables/blank-cell.js';
import { RoutesmithError } from '../../../util/errors.js';
import { formatCount } from '../../../util/format-number.js';
import { readTextFile } from '../../../util/read-text-file.js';
import type { OutcomeValues } from '../outcome-table.js';
import { prefixFault, unreadMeasure, type RowFault } from '../unread-value.js';
import type { ImportTarget } from './import-target.js';
import type { CsvRow } from '../../../util/parse-csv.js';
import { parseOutcomesCsv } from './parse-outcomes-csv.js';
import { parsePythonList } from './parse-python-list.js';
import { isMissingNumber, parseScore } from './parse-score.js';
import { parseDecimal } from '../../tables/parse-cell-number.js';
import { failure, success, type Result } from '../../../util/result.js';

interface Columns {
  readonly sampleId: number;
  readonly prompt: number;
  readonly evalName: number;
  /** The columns of each model's score and cost (-1 if there is none). */
  readonly models: readonly { readonly model: string; score: number; cost: number }[];
}

interface Counts {
  mergedRows: number;
  missingScores: number;
  rowsWithMissingScores: number;
  plainPrompts: number;
}

/**
 * Imports RouterBench's wide CSV: one column of scores per model, its cost in USD in
 * `<model>|total_cost`, and the prompt as a Python list of strings. Responses are ignored.
 *
 * Rows with the same `sample_id` and the same prompt are one prompt: the published files split some
 * prompts into two rows, each with the scores that the other lacks.
 *
 * @throws RoutesmithError `invalid_outcomes` for a file without the required columns
 */
export async function importRouterbench(
  files: readonly string[],
  task: string | undefined,
  target: ImportTarget,
): Promise<void> {
  const counts = { mergedRows: 0, missingScores: 0, rowsWithMissingScores: 0, plainPrompts: 0 };
  const prompts = { task, ids: new Map<string, string | undefined>() };
  for (const file of files) {
    let columns: Columns | undefined;
    parseOutcomesCsv(await readTextFile(file), file, {
      onHeader(header) {
        columns = findColumns(header, file);
      },
      onRow(row) {
        target.countRow();
        if (columns === undefined) return;
        const decoded = decodeRow(row, columns, counts);
        if (!decoded.ok) target.reject(file, row.line, decoded.problem);
        else if (addRow(decoded.value, prompts, target)) counts.mergedRows++;
      },
    });
  }
  if (counts.missingScores > 0) {
    target.note(
      `missing scores: ${counts.missingScores}, in ${formatCount(counts.rowsWithMissingScores, 'row')}`,
    );
  }
  if (counts.mergedRows > 0) {
    target.note(
      `merged ${formatCount(counts.mergedRows, 'row')} with an earlier one of the same sample_id and prompt`,
    );
  }
  if (counts.plainPrompts > 0) {
    target.note(
      `read ${formatCount(counts.plainPrompts, 'prompt')} without a Python list as plain text`,
    );
  }
}

interface DecodedRow {
  readonly wantedId: string;
  readonly prompt: string;
  readonly evalName: string;
  readonly cells: readonly { readonly model: string; readonly values: OutcomeValues }[];
}

function decodeRow(row: CsvRow, columns: Columns, counts: Counts): Result<DecodedRow, RowFault> {
  if (!row.cells.ok) return row.cells;
  const texts = row.cells.value;
  const cell = (index: number): string => texts[index] ?? '';
  const prompt = readPrompt(cell(columns.prompt), counts);
  if (prompt === undefined) return failure('the prompt is not a Python list of strings');
  if (isMissingText(prompt)) return failure('the prompt is empty');
  const cells: { model: string; values: OutcomeValues }[] = [];
  for (const { model, score: scoreIndex, cost } of columns.models) {
    const score = parseScore(cell(scoreIndex));
    if (!score.ok) return failure(prefixFault(model, score.problem));
    if (score.value === undefined) continue;
    const costUsd = parseDecimal(cell(cost));
    if ((costUsd === undefined && !isMissingNumber(cell(cost))) || (costUsd ?? 0) < 0) {
      const problem = `${model}: "${cell(cost).slice(0, 40)}" is not a cost in USD`;
      return failure(unreadMeasure(problem, cell(cost)));
    }
    cells.push({ model, values: { quality: score.value, costUsd } });
  }
  if (cells.length === 0) return failure('no model has a score');
  const missing = columns.models.length - cells.length;
  counts.missingScores += missing;
  if (missing > 0) counts.rowsWithMissingScores++;
  const evalName = cell(columns.evalName).trim();
  const wantedId = cell(columns.sampleId).trim() || `${evalName || 'row'}#${row.line}`;
  return success({ wantedId, prompt, evalName, cells });
}

interface Prompts {
  /** Of all of them, if one is given. */
  readonly task: string | undefined;
  /** Of those that have been added; undefined for excluded ones. */
  readonly ids: Map<string, string | undefined>;
}

/** @returns whether the row's prompt is that of an earlier row */
function addRow(
  { wantedId, prompt, evalName, cells }: DecodedRow,
  { task, ids }: Prompts,
  target: ImportTarget,
): boolean {
  const key = `${wantedId}\0${prompt}`;
  const isKnown = ids.has(key);
  if (!isKnown) {
    const label = task ?? (computeTaskLabel(evalName) || undefined);
    const record = { id: wantedId, prompt, task: label, group: undefined };
    ids.set(key, target.addPrompt(record));
  }
  const id = ids.get(key);
  if (id !== undefined) for (const { model, values } of cells) target.addOutcome(id, model, values);
  return isKnown;
}

function readPrompt(cell: string, counts: Counts): string | undefined {
  if (!/^\s*\[\s*['"]/.test(cell)) {
    counts.plainPrompts++;
    return cell;
  }
  const elements = parsePythonList(cell);
  if (elements === undefined) return undefined;
  // A list of equal texts means one prompt that was sent once per element.
  return new Set(elements).size === 1 ? elements[0] : elements.join('\n');
}

/** The name of an evaluation without its split: `riddles` for `riddles.dev.v0`. */
export function computeTaskLabel(evalName: string): string {
  return evalName.replace(/\.(dev|test|train|val)(\.\w{1,10})?$/, '');
}

function findColumns(header: readonly string[], file: string): Columns {
  const models = header
    .map((model, score) => ({ model, score, cost: header.indexOf(`${model}|total_cost`) }))
    .filter(({ model, cost }) => cost !== -1 || header.includes(`${model}|model_response`));
  const prompt = header.indexOf('prompt');
  if (prompt !== -1 && models.length > 0) {
    const sampleId = header.indexOf('sample_id');
    return { sampleId, prompt, evalName: header.indexOf('eval_name'), models };
  }
  throw new RoutesmithError(
    'invalid_outcomes',
    prompt === -1 ? 'there is no column "prompt"' : 'there is no model with a cost column',
    {
      where: file,
      fix: 'RouterBench files have "prompt", "<model>" and "<model>|total_cost" columns.',
    },
  );
}
