import {
  hasUnpricedUse,
  isAnthropicUsage,
  maxTokensOfCall,
  readAnthropicUsage,
  type TokenUsage,
  type Usage,
} from '../../llm/usage.js';
import type { JsonValue } from '../../util/json.js';

/** The tokens of a call as another library counts them; each at least 0. */
export interface CountedTokens extends Usage {
  /** Whether cached input is known to come in addition to `inputTokens`. @default by its size */
  readonly isCachedBeside?: boolean;
  /** As the provider reported them, where the library passes that on. */
  readonly raw?: JsonValue | undefined;
}

/**
 * Builds the usage of a call that another library made. Cached input is part of the input, but some
 * libraries pass on Anthropic's counts, where it comes in addition: it is then often more than a part
 * can be, and is added.
 *
 * @returns no usage where no input is counted, which every call has, or more than a call can have
 */
export function buildUsage({
  inputTokens: counted,
  cachedInputTokens,
  cacheWriteTokens,
  outputTokens,
  reasoningTokens,
  isCachedBeside = cachedInputTokens + cacheWriteTokens > counted,
  raw,
}: CountedTokens): TokenUsage {
  const beside = isCachedBeside ? cachedInputTokens + cacheWriteTokens : 0;
  const inputTokens = counted + beside;
  const total = inputTokens + outputTokens;
  const usage = {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
  };
  const isPossible = inputTokens > 0 && total <= maxTokensOfCall;
  // Libraries may leave out iterations of Anthropic's that are billed.
  const billed = isAnthropicUsage(raw) ? readAnthropicUsage(raw).usage : null;
  const isLess = billed !== null && total < billed.inputTokens + billed.outputTokens;
  const isGuess = isPossible && (isLess || hasUnpricedUse(raw));
  return { usage: isPossible ? usage : null, isGuess, reportedCostUsd: undefined };
}
