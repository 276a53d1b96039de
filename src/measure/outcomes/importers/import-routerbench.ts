import { RoutesmithError } from '../../../util/errors.js';
import { readTextFile } from '../../../util/read-text-file.js';
import type { CellOutcomeValues } from '../outcome-table-builder.js';
import type { ImportTarget } from './import-target.js';
import { parseCsv, type CsvRow } from './parse-csv.js';
import { parsePythonList } from './parse-python-list.js';
import { parseDecimal, parseScore } from './parse-score.js';

interface Columns {
  readonly sampleId: number;
  readonly prompt: number;
  readonly evalName: number;
  /** Where a model's score is, and its cost (-1 where it has none). */
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
 * `<model>|total_cost`, the prompt as a Python list of strings. Responses are left out.
 *
 * Rows with the same `sample_id` and the same prompt are one prompt: the published files spread
 * some prompts over two rows, each with the scores that the other lacks.
 *
 * @throws RoutesmithError `invalid_outcomes` for a file without the columns that are needed
 */
export async function importRouterbench(
  files: readonly string[],
  task: string | undefined,
  target: ImportTarget,
): Promise<void> {
  const counts = { mergedRows: 0, missingScores: 0, rowsWithMissingScores: 0, plainPrompts: 0 };
  const idsOfPrompts = new Map<string, string | undefined>();
  for (const file of files) {
    let columns: Columns | undefined;
    parseCsv(
      await readTextFile(file),
      file,
      (header) => {
        columns = findColumns(header, file);
      },
      (row) => {
        target.countRow();
        if (columns === undefined) return;
        const problem = addRow(row, columns, task, idsOfPrompts, counts, target);
        if (problem !== undefined) target.reject({ file, line: row.line, problem });
      },
    );
  }
  if (counts.missingScores > 0) {
    target.note(
      `${counts.rowsWithMissingScores} rows lack some scores, ${counts.missingScores} in all`,
    );
  }
  if (counts.mergedRows > 0) {
    target.note(
      `${counts.mergedRows} rows repeat an earlier sample_id and prompt: one prompt each`,
    );
  }
  if (counts.plainPrompts > 0) {
    target.note(`${counts.plainPrompts} prompts are no Python list and were taken as they are`);
  }
}

/** @returns what is wrong with the row, or undefined when it was taken */
function addRow(
  row: CsvRow,
  columns: Columns,
  task: string | undefined,
  idsOfPrompts: Map<string, string | undefined>,
  counts: Counts,
  target: ImportTarget,
): string | undefined {
  if (row.problem !== undefined) return row.problem;
  const cell = (index: number): string => row.cells[index] ?? '';
  const prompt = readPrompt(cell(columns.prompt), counts);
  if (prompt === undefined) return 'the prompt is not a Python list of strings';
  if (prompt.trim() === '') return 'the prompt is empty';
  const cells: { model: string; values: CellOutcomeValues }[] = [];
  for (const { model, score: scoreIndex, cost } of columns.models) {
    const score = parseScore(cell(scoreIndex));
    if (score.kind === 'problem') return `${model}: ${score.problem}`;
    if (score.kind === 'missing') continue;
    const costUsd = parseDecimal(cell(cost));
    if ((costUsd === undefined && cell(cost).trim() !== '') || (costUsd ?? 0) < 0) {
      return `${model}: "${cell(cost).slice(0, 40)}" is not a cost in USD`;
    }
    cells.push({ model, values: { quality: score.quality, costUsd } });
  }
  if (cells.length === 0) return 'no model has a score';
  const missing = columns.models.length - cells.length;
  counts.missingScores += missing;
  if (missing > 0) counts.rowsWithMissingScores++;

  const sampleId = cell(columns.sampleId).trim();
  const evalName = cell(columns.evalName).trim();
  const wantedId = sampleId || `${evalName || 'row'}#${row.line}`;
  const key = `${wantedId}\0${prompt}`;
  if (idsOfPrompts.has(key)) counts.mergedRows++;
  else {
    const label = task ?? (computeTaskLabel(evalName) || undefined);
    idsOfPrompts.set(
      key,
      target.addPrompt({ id: wantedId, prompt, task: label, group: undefined }),
    );
  }
  const id = idsOfPrompts.get(key);
  if (id === undefined) return undefined;
  for (const { model, values } of cells) target.addOutcome(id, model, values);
  return undefined;
}

function readPrompt(cell: string, counts: Counts): string | undefined {
  if (!/^\s*\[\s*['"]/.test(cell)) {
    counts.plainPrompts++;
    return cell;
  }
  const elements = parsePythonList(cell);
  if (elements === undefined) return undefined;
  // A list of copies of one text is that text, asked once a copy.
  return new Set(elements).size === 1 ? elements[0] : elements.join('\n');
}

/** The name of the evaluation without the split it came from: `riddles.dev.v0` is `riddles`. */
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
