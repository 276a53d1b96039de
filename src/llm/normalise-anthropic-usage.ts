import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import type { Usage } from './usage.js';

/**
 * The `usage` of Anthropic's Messages, normalised; null where the two counts are missing or absurd.
 *
 * Tokens read from and written to a cache come in addition to `input_tokens` here, so they are
 * added. Reasoning is part of `output_tokens` and is not counted apart.
 */
export function normaliseAnthropicUsage(rawUsage: JsonValue | undefined): Usage | null {
  if (!isJsonObject(rawUsage)) return null;
  const uncachedTokens = parseCount(rawUsage, 'input_tokens');
  const outputTokens = parseCount(rawUsage, 'output_tokens');
  if (uncachedTokens === undefined || outputTokens === undefined) return null;
  const cachedInputTokens = parseCount(rawUsage, 'cache_read_input_tokens') ?? 0;
  const cacheWriteTokens = parseCount(rawUsage, 'cache_creation_input_tokens') ?? 0;
  return {
    inputTokens: uncachedTokens + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: 0,
  };
}

function parseCount(usage: JsonObject, key: string): number | undefined {
  const value = usage[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
