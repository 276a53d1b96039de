import { isShare, shareProblem } from '../../util/checks.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import type { JsonLine } from '../../util/parse-json-lines.js';
import { parseRows } from '../../util/parse-rows.js';
import { readTextFile } from '../../util/read-text-file.js';
import { failure, success, type Result } from '../../util/result.js';

/** A human's grade of an answer. */
export interface HumanLabel {
  /** The example's id. */
  readonly task: string;
  readonly model: string;
  readonly repeat: number;
  /** In [0, 1]. */
  readonly quality: number;
  /** The answer that was labeled, null for a failure without one; absent where the label does not say. */
  readonly answer?: string | null;
}

/**
 * Reads human labels: CSV with a header, or JSONL, with `task` (the example's id), `model`,
 * `quality` and optionally `repeat` (from 0) and `answer`.
 *
 * @param allowOpen leave out rows whose `quality` is null or empty: nobody labeled them yet
 * @throws RoutesmithError `invalid_input` with file and line
 */
export async function readHumanLabels(
  file: string,
  { allowOpen = false }: { readonly allowOpen?: boolean } = {},
): Promise<readonly HumanLabel[]> {
  const text = await readTextFile(file);
  const isOpen = (row: JsonLine): boolean =>
    row.ok && isJsonObject(row.value) && (row.value['quality'] ?? '') === '';
  return parseRows(text, file)
    .filter((row) => !(allowOpen && isOpen(row)))
    .map((row) => {
      const label = row.ok ? decodeHumanLabel(row.value) : row;
      if (!label.ok) throw invalid(file, row.line, label.problem);
      return label.value;
    });
}

function decodeHumanLabel(value: unknown): Result<HumanLabel> {
  if (!isJsonObject(value)) return failure('the label is not a JSON object');
  const { task, model } = value;
  if (typeof task !== 'string' || task === '') return failure('the label has no "task"');
  if (typeof model !== 'string' || model === '') return failure('the label has no "model"');
  const quality = readNumber(value['quality']);
  if (!isShare(quality)) return failure(`quality ${shareProblem}`);
  const repeat =
    value['repeat'] === undefined || value['repeat'] === '' ? 0 : readNumber(value['repeat']);
  if (!Number.isSafeInteger(repeat) || repeat < 0) return failure('repeat must be 0, 1, 2, ...');
  const { answer } = value;
  const isAnswer = typeof answer === 'string' || answer === null;
  return success({ task, model, repeat, quality, ...(isAnswer && { answer }) });
}

function readNumber(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function invalid(file: string, line: number, what: string): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where: `${file}:${line}`,
    fix: 'Each label needs task, model and quality (0 to 1); repeat (from 0) is optional.',
  });
}
