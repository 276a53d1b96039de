import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../../util/json.js';
import { readTable } from '../../tables/read-table.js';
import { readChatText } from './chat-text.js';
import { findPromptfooFailure, hasThrownAssertion, ungraded } from './promptfoo-grading.js';
import { readPromptfooMetric } from './promptfoo-metric.js';
import { computePromptfooQuality, type PromptfooQuality } from './promptfoo-quality.js';
import { PromptfooSettings } from './promptfoo-settings.js';
import { createRowCollector, type ConvertedRow } from './collect-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';
import { readTextFile } from '../../../util/read-text-file.js';
import { parseJsonObject } from '../../../util/parse-json.js';
import { RoutesmithError } from '../../../util/errors.js';
import { formatCount } from '../../../util/format-number.js';
import { success, type Result } from '../../../util/result.js';

/**
 * The fields that `--map` can name: a test's variable or metadata that holds its task, and the metric
 * (`namedScores`) that is the quality.
 */
export const promptfooFields = ['task', 'quality'] as const;

/**
 * Imports results of promptfoo: `results.json` (`promptfoo eval --output`), or JSON Lines of its
 * results. The quality is `score` without assertions about cost and latency, or a metric. Errors of a
 * provider or of a grading model, empty answers, and results that no assertion graded are no outcomes.
 * A cost of 0 is unknown, and so is the latency of a cached answer where promptfoo did not keep it.
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
  const [metric] = options.map.get('quality') ?? [];
  const budgets = { none: 0, removed: 0, included: 0 };
  const settings = new PromptfooSettings();
  let thrown = 0;
  for (const file of files) {
    for (const { line, result: read } of await readResults(file)) {
      if (!read.ok) {
        collector.add(file, line, { kind: 'invalid', problem: read.problem });
        continue;
      }
      const result = read.value;
      const graded =
        metric === undefined
          ? computePromptfooQuality(result)
          : readPromptfooMetric(result, metric);
      const row = convertResult(result, taskName, graded);
      collector.add(file, line, row);
      if (row.kind !== 'row') continue;
      budgets[graded.budgets]++;
      if (hasThrownAssertion(result)) thrown++;
      settings.add(file, result, row.members);
    }
  }
  if (budgets.removed > 0) {
    target.note(
      `${formatCount(budgets.removed, 'score')} without their assertions about cost and latency`,
    );
  }
  if (budgets.included > 0) {
    target.note(
      `${formatCount(budgets.included, 'score')} of a function, with assertions about cost or ` +
        'latency in them; --map quality=METRIC reads a metric instead',
    );
  }
  const mixed = settings.describe();
  if (mixed !== undefined) target.note(mixed);
  if (thrown > 0) {
    target.note(
      `${formatCount(thrown, 'result')} with an assertion whose code threw an error, which promptfoo ` +
        'takes for a failed one: correct the code if the fault is not in the answers',
    );
  }
  collector.finish();
}

async function readResults(
  file: string,
): Promise<readonly { readonly line: number; readonly result: Result<JsonObject> }[]> {
  if (!/\.json(\.gz)?$/i.test(file)) {
    const { rows } = await readTable(file);
    return rows.map(({ line, members }) => ({ line, result: members }));
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
  return listObjects(list).map((result, index) => ({ line: index + 1, result: success(result) }));
}

function convertResult(
  result: JsonObject,
  taskName: string | undefined,
  { value: quality, missing }: PromptfooQuality,
): ConvertedRow {
  const reason = findPromptfooFailure(result);
  if (reason !== undefined) return { kind: 'failed', reason };
  const model = readProvider(result['provider']);
  const prompt = getMember(result['prompt'], 'raw');
  if (model === undefined) return { kind: 'invalid', problem: 'the result has no provider' };
  if (typeof prompt !== 'string') return { kind: 'invalid', problem: 'there is no "prompt.raw"' };
  if (quality === undefined) return { kind: 'failed', reason: missing ?? ungraded };
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
      quality,
      cost_usd: cost === 0 ? null : cost,
      // The latency of a cached result is the cache's; newer versions keep the provider's own.
      latency_ms: (isCached ? getMember(response, 'latencyMs') : result['latencyMs']) ?? null,
      input_tokens: getMember(usage, 'prompt') || null,
      output_tokens: countOutputTokens(usage),
    },
  };
}

/** Tokens of reasoning are part of OpenAI's completion tokens; Gemini counts them next to its own. */
function countOutputTokens(usage: JsonValue | undefined): JsonValue {
  const completion = getMember(usage, 'completion') || null;
  const reasoning = getMember(getMember(usage, 'completionDetails'), 'reasoning');
  const prompt = getMember(usage, 'prompt');
  const total = getMember(usage, 'total');
  if (
    typeof completion !== 'number' ||
    typeof reasoning !== 'number' ||
    typeof prompt !== 'number' ||
    total !== prompt + completion + reasoning
  ) {
    return completion;
  }
  return completion + reasoning;
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
