import { basename } from 'node:path';
import { RoutesmithError } from '../../../util/errors.js';
import { readTextFile } from '../../../util/read-text-file.js';
import type { ImportTarget } from './import-target.js';
import { parseCsv, type CsvRow } from './parse-csv.js';
import { parseScore } from './parse-score.js';

interface ModelColumn {
  readonly index: number;
  readonly model: string;
}

/**
 * Imports RouteLLM's evaluation files: a `prompt` column and one column per model, True, False or
 * a number from 0 to 1. Columns named `<model>_response` are left out.
 *
 * @param files CSV files; of several, what their names do not share is the task label
 * @param task the label of all prompts, instead of the files' names
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
    let promptIndex = -1;
    let columns: readonly ModelColumn[] = [];
    let rowNumber = 0;
    parseCsv(
      await readTextFile(file),
      file,
      (header) => {
        promptIndex = header.indexOf('prompt');
        columns = findModelColumns(header);
        skippedColumns += header.length - 1 - columns.length;
        checkColumns(file, promptIndex, columns);
      },
      (row) => {
        target.countRow();
        rowNumber++;
        addRow(row, `${stem}#${rowNumber}`, label, promptIndex, columns, file, target);
      },
    );
  }
  if (skippedColumns > 0) {
    target.note(`${skippedColumns} columns of responses or without a name were not read`);
  }
}

function addRow(
  row: CsvRow,
  id: string,
  label: string | undefined,
  promptIndex: number,
  columns: readonly ModelColumn[],
  file: string,
  target: ImportTarget,
): void {
  const reject = (problem: string): void => target.reject({ file, line: row.line, problem });
  if (row.problem !== undefined) return reject(row.problem);
  const prompt = row.cells[promptIndex] ?? '';
  if (prompt.trim() === '') return reject('the prompt is empty');
  const scores: { model: string; quality: number }[] = [];
  for (const { index, model } of columns) {
    const score = parseScore(row.cells[index] ?? '');
    if (score.kind === 'problem') return reject(`${model}: ${score.problem}`);
    if (score.kind === 'score') scores.push({ model, quality: score.quality });
  }
  if (scores.length === 0) return reject('no model has a score');
  const added = target.addPrompt({ id, prompt, task: label, group: undefined });
  if (added === undefined) return;
  for (const { model, quality } of scores) target.addOutcome(added, model, { quality });
}

function findModelColumns(header: readonly string[]): readonly ModelColumn[] {
  const names = new Set(header);
  const isResponse = (name: string): boolean =>
    name.endsWith('_response') && names.has(name.slice(0, -'_response'.length));
  return header
    .map((model, index) => ({ index, model }))
    .filter(({ model }) => model !== '' && model !== 'prompt' && !isResponse(model));
}

function checkColumns(file: string, promptIndex: number, columns: readonly ModelColumn[]): void {
  if (promptIndex !== -1 && columns.length > 0) return;
  const what = promptIndex === -1 ? 'there is no column "prompt"' : 'there is no column of a model';
  throw new RoutesmithError('invalid_outcomes', what, {
    where: file,
    fix: 'RouteLLM files have a column "prompt" and one column of scores per model.',
  });
}

/**
 * The task labels that file names give: what is left of each name without the part that all of
 * them start with, cut at a separator. One file alone says nothing about tasks.
 */
export function computeFileLabels(files: readonly string[]): readonly (string | undefined)[] {
  const stems = files.map(fileStem);
  const first = stems[0];
  if (first === undefined || stems.length === 1) return stems.map(() => undefined);
  let shared = first.length;
  for (const stem of stems) {
    while (!stem.startsWith(first.slice(0, shared))) shared--;
  }
  const prefix = /^.*[_.-]/s.exec(first.slice(0, shared))?.[0] ?? '';
  return stems.map((stem) => stem.slice(prefix.length) || stem);
}

function fileStem(file: string): string {
  return basename(file).replace(/\.(csv|tsv)(\.gz)?$/i, '');
}
