import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';
import { parseCsv } from './importers/parse-csv.js';
import { parseJsonLines } from '../../util/parse-json-lines.js';

/** What a person says of an answer. */
export interface HumanLabel {
  readonly task: string;
  readonly model: string;
  readonly repeat: number;
  /** In [0, 1]. */
  readonly quality: number;
}

const advice =
  'Give each label as task, model, quality (0 to 1) and, with repeats, repeat (from 0).';

/**
 * Reads people's labels: CSV with a header, or JSONL, with `task` (its id), `model`, `quality` and
 * perhaps `repeat` (from 0).
 *
 * @throws RoutesmithError `invalid_input` with file and line
 */
export async function readHumanLabels(file: string): Promise<readonly HumanLabel[]> {
  const text = await readTextFile(file);
  const labels: HumanLabel[] = [];
  const add = (value: unknown, line: number): void => {
    const label = decodeLabel(value);
    if (typeof label === 'string') {
      throw new RoutesmithError('invalid_input', label, { where: `${file}:${line}`, fix: advice });
    }
    labels.push(label);
  };
  if (/\.(csv|tsv)(\.gz)?$/i.test(file)) {
    let header: readonly string[] = [];
    parseCsv(
      text,
      file,
      (names) => {
        header = names;
      },
      ({ cells, line }) => {
        add(Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])), line);
      },
    );
  } else {
    for (const parsed of parseJsonLines(text)) {
      add(parsed.problem === undefined ? parsed.value : parsed.problem, parsed.line);
    }
  }
  return labels;
}

/** The label, or what is wrong with it. */
function decodeLabel(value: unknown): HumanLabel | string {
  if (!isJsonObject(value)) return 'this is no label';
  const { task, model } = value;
  if (typeof task !== 'string' || task === '') return 'the label has no task';
  if (typeof model !== 'string' || model === '') return 'the label has no model';
  const quality = readNumber(value['quality']);
  if (!(quality >= 0 && quality <= 1)) return 'quality must be a number from 0 to 1';
  const repeat =
    value['repeat'] === undefined || value['repeat'] === '' ? 0 : readNumber(value['repeat']);
  if (!Number.isSafeInteger(repeat) || repeat < 0) return 'repeat must be 0, 1, 2, ...';
  return { task, model, repeat, quality };
}

function readNumber(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
