import { RoutesmithError } from '../../../util/errors.js';
import { formatCount } from '../../../util/format-number.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { readTable } from '../../tables/read-table.js';
import type { TableRow } from '../../tables/table.js';
import { readChatText } from './chat-text.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';
import {
  asList,
  chooseLmEvalGrading,
  describeLmEvalFile,
  isGrade,
  type LmEvalGrading,
} from './lm-eval-metric.js';
import { labelLmEvalFiles, readLmEvalRun } from './lm-eval-run.js';
import { readTemplatedText } from './templated-text.js';

/** The fields that `--map` can name: the metric and the filter to read, the name of the model. */
export const lmEvalFields = ['quality', 'filter', 'model'] as const;

/**
 * Imports per-sample files of lm-evaluation-harness (`--log_samples`, `samples_<task>_<date>.jsonl`):
 * one file per model and task. The quality is the first of a record's metrics that grades single
 * samples, under the first filter of the file, unless the map names others. Files hold no costs.
 *
 * The model's name is not in these files. It is that in the results file beside them; or else, for
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
  const documents = new DocumentPrompts();
  const [given] = options.map.get('model') ?? [];
  // Files of results name a metric with its filter: "exact_match,none".
  const [metric, filterOfMetric] = options.map.get('quality')?.[0]?.split(',') ?? [];
  const [filter = filterOfMetric] = options.map.get('filter') ?? [];
  const labels = labelLmEvalFiles(files);
  for (const [position, file] of files.entries()) {
    const run = await readLmEvalRun(file);
    const model = given ?? run.model ?? labels[position];
    if (model === undefined) throw unknownModel(file);
    const { rows, notes } = await readTable(file);
    for (const note of notes) target.note(note);
    const samples = rows.flatMap(({ members }) => (members.ok ? [members.value] : []));
    const grading = chooseLmEvalGrading(samples, { metric, filter }, run.losses);
    target.note(describeLmEvalFile(file, model, grading));
    const selected = selectRows(rows, grading, target);
    for (const { line, members } of selected) {
      const row: ConvertedRow = members.ok
        ? convertSample(members.value, { model, task: run.task, grading, documents })
        : { kind: 'invalid', problem: members.problem };
      collector.add(file, line, row);
    }
  }
  documents.describe(target);
  collector.finish();
}

/** The rows of the filter that is read. Early versions log each filter, but do not name it. */
function selectRows(
  rows: readonly TableRow[],
  { filter }: LmEvalGrading,
  target: ImportTarget,
): readonly TableRow[] {
  if (filter !== undefined) {
    return rows.filter(
      ({ members }) => !members.ok || (members.value['filter'] ?? filter) === filter,
    );
  }
  const seen = new Set<JsonValue | undefined>();
  const first = rows.filter(({ members }) => {
    const id = members.ok ? members.value['doc_id'] : undefined;
    if (id === undefined) return true;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
  const repeated = rows.length - first.length;
  if (repeated > 0) {
    target.note(
      `left out, as the first filter of a document is read: ${formatCount(repeated, 'sample')}`,
    );
  }
  return first;
}

interface SampleContext {
  readonly model: string;
  readonly task: string | undefined;
  readonly grading: LmEvalGrading;
  readonly documents: DocumentPrompts;
}

function convertSample(
  sample: JsonObject,
  { model, task, grading: { metric }, documents }: SampleContext,
): ConvertedRow {
  const text = findPromptText(sample['arguments']);
  if (text === undefined) return { kind: 'invalid', problem: 'there is no text in "arguments"' };
  if (isEmptyAnswer(sample['resps'])) return { kind: 'failed', reason: 'the answer is empty' };
  if (metric === 'bypass') return { kind: 'failed', reason: 'the answers were not graded' };
  const recorded = sample[metric];
  if (recorded === undefined || recorded === null) {
    return { kind: 'invalid', problem: `there is no metric "${metric}"; add --map quality=NAME` };
  }
  if (typeof recorded === 'object') {
    const reason = `${metric} is computed from all samples, and grades no single one`;
    return { kind: 'failed', reason };
  }
  const quality = isGrade(recorded) ? Number(recorded) : recorded;
  const prompt = documents.resolve(task, sample, model, text);
  const members = readTemplatedText(prompt) ?? readChatText(prompt);
  return { kind: 'row', members: { ...members, task: task ?? null, model, quality } };
}

/**
 * The prompts of documents. Models are given the same document in different words where each has its
 * own chat template: the words of the first are kept, so that the models can be compared.
 */
class DocumentPrompts {
  readonly #documents = new Map<string, { first: string; byModel: Map<string, string> }>();
  #differing = 0;

  resolve(task: string | undefined, sample: JsonObject, model: string, text: string): string {
    // Benchmarks number their documents alike: where the name of a file does not say which one it is
    // of, such a number says nothing.
    const place = task === undefined ? undefined : sample['doc_id'];
    const key = JSON.stringify([task, sample['doc_hash'] ?? place ?? text]);
    const known = this.#documents.get(key) ?? { first: text, byModel: new Map<string, string>() };
    this.#documents.set(key, known);
    const own = known.byModel.get(model);
    // The same model, asked in another way, is another prompt.
    if (own !== undefined && own !== text) return text;
    known.byModel.set(model, text);
    if (own === undefined && text !== known.first) this.#differing++;
    return known.first;
  }

  describe(target: ImportTarget): void {
    if (this.#differing === 0) return;
    target.note(
      `${formatCount(this.#differing, 'sample')} asked in other words than an earlier model ` +
        '(chat templates or examples): the earlier words are kept',
    );
  }
}

/** The text that was sent: `gen_args_0.arg_0`, or the first item of the first list. */
function findPromptText(value: JsonValue | undefined): string | undefined {
  const first = isJsonObject(value) ? Object.values(value)[0] : asList(value)[0];
  let text = isJsonObject(first) ? first['arg_0'] : asList(first)[0];
  // Chat APIs are sent messages, which are logged as a list of one JSON text.
  if (Array.isArray(text) && text.length === 1) [text] = text as readonly JsonValue[];
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

/** True for generated answers without any text. Log-likelihoods are lists of numbers. */
function isEmptyAnswer(responses: JsonValue | undefined): boolean {
  const answers = asList(responses).flatMap((answer) =>
    Array.isArray(answer) ? (answer as readonly JsonValue[]) : [answer],
  );
  return (
    answers.length > 0 &&
    answers.every(
      (answer) => answer === null || (typeof answer === 'string' && answer.trim() === ''),
    )
  );
}

function unknownModel(file: string): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', 'the file does not name its model', {
    where: file,
    fix: 'Add --map model=NAME, or import it together with the files of the other models.',
  });
}
