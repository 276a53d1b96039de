import { basename, dirname, join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { RoutesmithError } from '../../../util/errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { parseJsonObject } from '../../../util/parse-json.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { computeFileLabels } from './file-labels.js';
import { readTable } from '../../tables/read-table.js';
import { readChatText } from './chat-text.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';

/** The fields that `--map` can name: the metric and the filter to read, the name of the model. */
export const lmEvalFields = ['quality', 'filter', 'model'] as const;

/**
 * Imports per-sample files of lm-evaluation-harness (`--log_samples`, `samples_<task>_<date>.jsonl`):
 * one file per model and task. The quality is the first of a record's metrics, under the first filter
 * of the file, unless the map names others. Files hold no costs.
 *
 * The model's name is not in these files. It is that in `results_*.json` beside them; or else, for
 * several files, the part of their names that differs; or the one that the map gives.
 *
 * An empty answer is a failed call: the harness logs responses that it cannot parse, such as those of
 * a content filter, as empty answers.
 *
 * @throws RoutesmithError `invalid_outcomes` if a file's model is not known
 */
export async function importLmEval(
  files: readonly string[],
  options: FormatOptions,
  target: ImportTarget,
): Promise<void> {
  const collector = createRowCollector(options, target);
  const [given] = options.map.get('model') ?? [];
  const labels = labelFiles(files);
  for (const [position, file] of files.entries()) {
    const model = given ?? (await readModelName(file)) ?? labels[position];
    if (model === undefined) throw unknownModel(file);
    const { rows, notes } = await readTable(file);
    for (const note of notes) target.note(note);
    const choice = chooseMetric(rows.flatMap(({ members }) => (members.ok ? [members.value] : [])));
    const [metric = choice.metric] = options.map.get('quality') ?? [];
    const [filter = choice.filter] = options.map.get('filter') ?? [];
    target.note(describeFile(file, model, metric, filter, choice));
    for (const { line, members } of rows) {
      if (!members.ok) collector.add(file, line, { kind: 'invalid', problem: members.problem });
      else if (filter === undefined || (members.value['filter'] ?? filter) === filter) {
        collector.add(
          file,
          line,
          convertSample(members.value, { model, metric, task: readTaskName(file) }),
        );
      }
    }
  }
  collector.finish();
}

interface MetricChoice {
  readonly metric: string;
  readonly metrics: readonly string[];
  readonly filter: string | undefined;
  readonly filters: readonly string[];
}

function chooseMetric(samples: readonly JsonObject[]): MetricChoice {
  const metrics = new Set(samples.flatMap((sample) => listTexts(sample['metrics'])));
  const filters = new Set(samples.flatMap((sample) => listTexts([sample['filter'] ?? null])));
  const [metric = 'acc'] = metrics;
  const [filter] = filters;
  return { metric, metrics: [...metrics], filter, filters: [...filters] };
}

function describeFile(
  file: string,
  model: string,
  metric: string,
  filter: string | undefined,
  { metrics, filters }: MetricChoice,
): string {
  const others = metrics.filter((name) => name !== metric);
  const otherFilters = filters.filter((name) => name !== filter);
  return (
    `${basename(file)}: model ${model}, quality ${metric}` +
    (others.length === 0 ? '' : ` (also there: ${others.join(', ')}; --map quality=NAME)`) +
    (otherFilters.length === 0
      ? ''
      : `, filter ${filter} (also there: ${otherFilters.join(', ')}; --map filter=NAME)`)
  );
}

function convertSample(
  sample: JsonObject,
  { model, metric, task }: { model: string; metric: string; task: string | undefined },
): ConvertedRow {
  const prompt = findPromptText(sample['arguments']);
  if (prompt === undefined) return { kind: 'invalid', problem: 'there is no text in "arguments"' };
  if (isEmptyAnswer(sample['resps'])) return { kind: 'failed', reason: 'the answer is empty' };
  const recorded = sample[metric];
  if (recorded === undefined || recorded === null) {
    return { kind: 'invalid', problem: `there is no metric "${metric}"; add --map quality=NAME` };
  }
  const quality = typeof recorded === 'boolean' ? Number(recorded) : recorded;
  return { kind: 'row', members: { ...readChatText(prompt), task: task ?? null, model, quality } };
}

/** The text that was sent: `gen_args_0.arg_0`, or the first item of the first list. */
function findPromptText(value: JsonValue | undefined): string | undefined {
  const first = isJsonObject(value) ? Object.values(value)[0] : asList(value)[0];
  const text = isJsonObject(first) ? first['arg_0'] : asList(first)[0];
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

/** True for generated answers without any text. Log-likelihoods are lists of numbers. */
function isEmptyAnswer(responses: JsonValue | undefined): boolean {
  const answers = asList(responses).flatMap((answer) => asList(answer));
  return (
    answers.length > 0 &&
    answers.every(
      (answer) => answer === null || (typeof answer === 'string' && answer.trim() === ''),
    )
  );
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function listTexts(value: JsonValue | undefined): readonly string[] {
  return asList(value).filter((item): item is string => typeof item === 'string');
}

const samplesName = /^samples_(.+?)(?:_\d{4}-\d\d-\d\dT[\d-]+(?:\.\d+)?)?\.jsonl(?:\.gz)?$/i;

function readTaskName(file: string): string | undefined {
  return samplesName.exec(basename(file))?.[1];
}

/**
 * Names of models from file names. The harness's own names differ in the task, which is no model: of
 * such files, the names of different folders are taken.
 */
function labelFiles(files: readonly string[]): readonly (string | undefined)[] {
  if (!files.some((file) => samplesName.test(basename(file)))) return computeFileLabels(files);
  const folders = files.map((file) => basename(dirname(file)));
  return new Set(folders).size > 1 ? folders : folders.map(() => undefined);
}

/** The model that the results files in the same folder name, if they agree. */
async function readModelName(file: string): Promise<string | undefined> {
  const folder = dirname(file);
  const names = new Set<string>();
  for (const name of await readdir(folder)) {
    if (!/^results_.*\.json$/.test(name)) continue;
    const content = parseJsonObject(await readTextFile(join(folder, name)));
    const model = content?.['model_name'];
    if (typeof model === 'string' && model !== '') names.add(model);
  }
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

function unknownModel(file: string): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', 'the file does not say which model it is of', {
    where: file,
    fix: 'Add --map model=NAME, or import it together with the files of the other models.',
  });
}
