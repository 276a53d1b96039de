import { getMember, isJsonObject, listObjects } from '../../../util/json.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';

/** The tokens and the cost of a sample's answers, in the members of the exchange format. */
export interface SampleUsage {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost_usd: number | null;
}

/**
 * What a sample's answers used. A sample's own totals (`model_usage`) also count the calls of a scorer
 * that asks the same model, so the recorded calls outside of scorers are added up where there are any;
 * then the only answer's own usage; and the totals only where neither is known.
 */
export function computeSampleUsage(
  sample: JsonObject,
  model: string,
  answerCount: number,
): SampleUsage {
  const transcript = sample['events'] ?? getMember(sample['transcript'], 'events');
  const calls = listAnswerCalls(transcript, model);
  if (calls.length > 0) return sumUsages(calls.map((call) => getMember(call['output'], 'usage')));
  const own = getMember(sample['output'], 'usage');
  if (answerCount <= 1 && isJsonObject(own)) return sumUsages([own]);
  return sumUsages([getMember(sample['model_usage'], model)]);
}

/** The calls of a model that are not made by a scorer. */
function listAnswerCalls(events: JsonValue | undefined, model: string): readonly JsonObject[] {
  const calls: JsonObject[] = [];
  const scorerSpans = new Set<JsonValue | undefined>();
  let scorerSteps = 0;
  for (const event of listObjects(events)) {
    const isScorer = event['type'] === 'scorer' || event['type'] === 'scorers';
    if (event['event'] === 'span_begin') {
      if (isScorer || scorerSpans.has(event['parent_id'])) scorerSpans.add(event['id']);
    } else if (event['event'] === 'step' && isScorer) {
      scorerSteps += event['action'] === 'begin' ? 1 : -1;
    } else if (scorerSteps === 0 && !scorerSpans.has(event['span_id'])) {
      if (event['event'] === 'model' && event['model'] === model) calls.push(event);
      // Older logs nest the calls of a tool or subtask.
      calls.push(...listAnswerCalls(event['events'], model));
    }
  }
  return calls;
}

/** Sums of usages; a sum of which a part is unknown is unknown. */
function sumUsages(usages: readonly (JsonValue | undefined)[]): SampleUsage {
  const counts = usages.map(countTokens);
  return {
    input_tokens: sum(counts.map(({ input }) => input)),
    output_tokens: sum(counts.map(({ output }) => output)),
    cost_usd: sum(usages.map((usage) => readNumber(getMember(usage, 'total_cost')))),
  };
}

interface TokenCounts {
  readonly input: number | null;
  readonly output: number | null;
}

/**
 * All tokens of a usage. Providers and versions of Inspect differ in whether cached tokens are part of
 * the input, and reasoning is part of the output: which of them are is told by the total.
 */
function countTokens(usage: JsonValue | undefined): TokenCounts {
  const read = (name: string): number | null => readNumber(getMember(usage, name));
  const input = read('input_tokens');
  const output = read('output_tokens');
  if (input === null || output === null) return { input, output };
  const cached = (read('input_tokens_cache_read') ?? 0) + (read('input_tokens_cache_write') ?? 0);
  const reasoning = read('reasoning_tokens') ?? 0;
  const total = read('total_tokens');
  const rest = total === null || total < input + output ? cached : total - input - output;
  const isCacheBeside = rest >= cached && (rest === cached || rest !== reasoning);
  const more = isCacheBeside ? rest - cached : rest;
  return {
    input: isCacheBeside ? input + cached : input,
    output: more <= reasoning ? output + more : output,
  };
}

function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return values.length === 0 ? null : total;
}

function readNumber(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
