import {
  isAnthropicUsage,
  maxTokensOfCall,
  readAnthropicUsage,
  readOpenAiUsage,
  type TokenUsage,
  type Usage,
} from '../../llm/usage.js';
import { getMember, isJsonObject, type JsonValue } from '../../util/json.js';

/** The tokens of a call as another library counts them; each at least 0. */
export interface CountedTokens extends Usage {
  /** All tokens, where they are counted together: more than their parts where one has no count. */
  readonly totalTokens?: number | undefined;
  /** Whether cached input is known to come in addition to `inputTokens`. @default by its size */
  readonly isCachedBeside?: boolean;
  /** As the provider reported them, where the library passes that on. */
  readonly raw?: JsonValue | undefined;
}

/**
 * Builds the usage of a call that another library made: from the provider's own counts where they are
 * passed on whole, because libraries leave some out, else from those of the library.
 *
 * @returns no usage where no input is counted, which every call has, or more than a call can have
 */
export function buildUsage(counted: CountedTokens): TokenUsage {
  const { raw } = counted;
  if (hasOpenAiCounts(raw)) return readOpenAiUsage(raw);
  const known = readCounted(counted);
  const billed = isAnthropicUsage(raw) ? readAnthropicUsage(raw) : undefined;
  // Libraries may leave out iterations of Anthropic's that are billed.
  return billed !== undefined && sum(billed.usage) > sum(known.usage) ? billed : known;
}

/** Whether a usage has the counts of chat completions, whole. */
export function hasOpenAiCounts(raw: JsonValue | undefined): raw is JsonValue {
  return (getMember(raw, 'prompt_tokens') ?? null) !== null;
}

/**
 * Reads the counts of a library as if they were those of chat completions, which leave the same out.
 * Cached input is part of the input, but some libraries pass on Anthropic's counts, where it comes in
 * addition: it is then often more than a part can be, and is added.
 */
function readCounted({
  inputTokens: counted,
  cachedInputTokens,
  cacheWriteTokens,
  outputTokens,
  reasoningTokens,
  totalTokens = 0,
  isCachedBeside = cachedInputTokens + cacheWriteTokens > counted,
  raw,
}: CountedTokens): TokenUsage {
  const inputTokens = counted + (isCachedBeside ? cachedInputTokens + cacheWriteTokens : 0);
  const total = inputTokens + outputTokens;
  const read = readOpenAiUsage({
    // What the provider says of its charge, and of what has no price.
    ...(isJsonObject(raw) ? raw : {}),
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    // Libraries compute a total of their own, which says nothing of what they do not count.
    total_tokens: totalTokens > total ? totalTokens : null,
    prompt_tokens_details: {
      cached_tokens: cachedInputTokens,
      cache_write_tokens: cacheWriteTokens,
    },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  });
  const isPossible = inputTokens > 0 && total <= maxTokensOfCall;
  return isPossible ? read : { ...read, usage: null, isGuess: false };
}

function sum(usage: Usage | null): number {
  return usage === null ? 0 : usage.inputTokens + usage.outputTokens;
}
