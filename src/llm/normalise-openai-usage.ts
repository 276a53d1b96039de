import type { Usage } from './usage.js';
import { isJsonObject, type JsonValue } from '../util/json.js';

/**
 * The `usage` of OpenAI's protocol, normalised; null where the two totals are missing or absurd.
 *
 * Cached tokens are part of `prompt_tokens` here, so they are not added. Reasoning is part of
 * `completion_tokens`, except where a provider counts it beside them, which shows in its total.
 */
export function normaliseOpenAiUsage(rawUsage: JsonValue | undefined): Usage | null {
  if (!isJsonObject(rawUsage)) return null;
  const inputTokens = parseCount(rawUsage['prompt_tokens']);
  const completionTokens = parseCount(rawUsage['completion_tokens']);
  if (inputTokens === undefined || completionTokens === undefined) return null;

  const inputDetails = rawUsage['prompt_tokens_details'];
  const cachedTokens =
    readCount(inputDetails, 'cached_tokens') ?? readCount(rawUsage, 'prompt_cache_hit_tokens') ?? 0;
  const cachedInputTokens = Math.min(cachedTokens, inputTokens);
  const cacheWriteTokens = Math.min(
    readCount(inputDetails, 'cache_write_tokens') ?? 0,
    inputTokens - cachedInputTokens,
  );

  const reasoningTokens = readCount(rawUsage['completion_tokens_details'], 'reasoning_tokens') ?? 0;
  const beside =
    reasoningTokens > 0 &&
    readCount(rawUsage, 'total_tokens') === inputTokens + completionTokens + reasoningTokens;
  const outputTokens = beside ? completionTokens + reasoningTokens : completionTokens;
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
  };
}

/** The charge in USD that a provider reports beside the tokens (OpenRouter's `usage.cost`). */
export function readReportedCostUsd(rawUsage: JsonValue | undefined): number | undefined {
  if (!isJsonObject(rawUsage)) return undefined;
  const cost = rawUsage['cost'];
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? cost : undefined;
}

function readCount(value: JsonValue | undefined, key: string): number | undefined {
  return isJsonObject(value) ? parseCount(value[key]) : undefined;
}

function parseCount(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
