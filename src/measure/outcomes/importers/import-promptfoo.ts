import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../../util/json.js';
import { readTable } from '../../tables/read-table.js';
import { readChatText } from './chat-text.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { parseJsonObject } from '../../../util/parse-json.js';
import { RoutesmithError } from '../../../util/errors.js';

/** The fields that `--map` can name: a test's variable or metadata that holds its task. */
export const promptfooFields = ['task'] as const;

/** What promptfoo writes into `failureReason`: 0 for none, 1 for an assertion, 2 for an error. */
const errorReason = 2;

/**
 * Imports results of promptfoo: `results.json` (`promptfoo eval --output`), or JSON Lines of its
 * results. The quality is `score`. Errors of a provider or of a grading model, and results that no
 * assertion graded, are no outcomes. Costs of 0, and costs and latencies of cached answers, are
 * unknown.
 *
 * @throws RoutesmithError `invalid_outcomes` for a JSON file without results
 */
export async function importPromptfoo(
  files: readonly string[],
  options: FormatOptions,
  target: ImportTarget,
): Promise<void> {
  const collector = createRowCollector(options, target);
  const [taskName] = options.map.get('task') ?? [];
  for (const file of files) {
    for (const { line, result } of await readResults(file)) {
      collector.add(file, line, convertResult(result, taskName));
    }
  }
  collector.finish();
}

async function readResults(file: string): Promise<{ line: number; result: JsonObject }[]> {
  if (!/\.json(\.gz)?$/i.test(file)) {
    const { rows } = await readTable(file);
    return rows.flatMap(({ line, members }) =>
      members.ok ? [{ line, result: members.value }] : [],
    );
  }
  const content = parseJsonObject(await readTextFile(file));
  const results = content?.['results'];
  const list = isJsonObject(results) ? results['results'] : results;
  if (!Array.isArray(list)) {
    throw new RoutesmithError('invalid_outcomes', 'there is no list "results"', {
      where: file,
      fix: 'Write the file with "promptfoo eval --output results.json".',
    });
  }
  return listObjects(list).map((result, index) => ({ line: index + 1, result }));
}

function convertResult(result: JsonObject, taskName: string | undefined): ConvertedRow {
  const reason = findFailure(result);
  if (reason !== undefined) return { kind: 'failed', reason };
  const model = readProvider(result['provider']);
  const prompt = getMember(result['prompt'], 'raw');
  if (model === undefined) return { kind: 'invalid', problem: 'the result has no provider' };
  if (typeof prompt !== 'string') return { kind: 'invalid', problem: 'there is no "prompt.raw"' };
  const response = result['response'];
  const usage = getMember(response, 'tokenUsage');
  const isCached = getMember(response, 'cached') === true;
  const cost = result['cost'] ?? getMember(response, 'cost') ?? null;
  return {
    kind: 'row',
    members: {
      ...readChatText(prompt),
      task: findTask(result, taskName),
      model,
      quality: result['score'] ?? null,
      cost_usd: isCached || cost === 0 ? null : cost,
      latency_ms: isCached ? null : (result['latencyMs'] ?? null),
      input_tokens: getMember(usage, 'prompt') || null,
      output_tokens: getMember(usage, 'completion') || null,
    },
  };
}

/** Why a result says nothing about the model; undefined if it does. */
function findFailure(result: JsonObject): string | undefined {
  const grading = result['gradingResult'];
  const hasResponseError = Boolean(getMember(result['response'], 'error'));
  // promptfoo also puts the reason of a failed assertion into "error".
  const hasError = Boolean(result['error']) && !isJsonObject(grading);
  if (result['failureReason'] === errorReason || hasResponseError || hasError) {
    return 'promptfoo recorded an error in place of an answer';
  }
  if (!isJsonObject(grading)) return 'no assertion graded the answer';
  const parts = listObjects(grading['componentResults']);
  const graderFailed = [grading, ...parts].some(
    (part) => getMember(part['metadata'], 'graderError') === true,
  );
  return graderFailed ? 'the model that grades failed' : undefined;
}

function readProvider(value: JsonValue | undefined): string | undefined {
  const name = isJsonObject(value) ? value['label'] || value['id'] : value;
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}

function findTask(result: JsonObject, name: string | undefined): JsonValue {
  const test = result['testCase'];
  const places = [
    getMember(test, 'metadata'),
    result['metadata'],
    result['vars'],
    getMember(test, 'vars'),
  ];
  for (const wanted of name === undefined ? ['task', 'category'] : [name]) {
    for (const place of places) {
      const label = getMember(place, wanted);
      if (typeof label === 'string' && label.trim() !== '') return label;
    }
  }
  return null;
}
