import type { AIMessage, AIMessageChunk, UsageMetadata } from '@langchain/core/messages';
import { isAnthropicUsage, mergeRawUsage, type TokenUsage } from '../../llm/usage.js';
import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { buildUsage, hasOpenAiCounts, type CountedTokens } from '../calls/build-usage.js';

/** The counts of a package, which its type says always have the input. */
type PackageCounts = Omit<CountedTokens, 'inputTokens'> & {
  readonly inputTokens: number | undefined;
};

/** What a whole message says of its tokens. */
export function readMessageTokens(message: AIMessage): TokenUsage {
  const raw = findRawUsage(message);
  const counts = readCounts(message.usage_metadata);
  if ('tool_call_chunks' in message) return readJoined(counts, raw);
  const isAnthropics = getMember(raw, 'cache_read_input_tokens') !== undefined;
  const isCachedBeside = getMember(raw, 'input_tokens') === counts?.inputTokens;
  return build(counts && { ...counts, ...(isAnthropics && { isCachedBeside }) }, raw);
}

/**
 * The tokens of chunks that a package has joined to a whole message, where it was told to stream. It has
 * added up all counts, also those that chunks repeat: they are certain where two of them agree.
 */
function readJoined(counts: PackageCounts | undefined, raw: JsonValue | undefined): TokenUsage {
  if (!hasOpenAiCounts(raw)) return markGuess(build(counts, raw));
  const isSame =
    getMember(raw, 'prompt_tokens') === counts?.inputTokens &&
    getMember(raw, 'completion_tokens') === counts?.outputTokens;
  return isSame ? build(counts, raw) : markGuess(build(counts, undefined));
}

/** Reads what the chunks of a stream say of its tokens. */
export interface UsageReader {
  add(chunk: AIMessageChunk): void;
  readTokens(): TokenUsage;
}

export function createUsageReader(): UsageReader {
  const counted: PackageCounts[] = [];
  let raw: JsonObject | undefined;
  let isAnthropics = false;
  return {
    add(chunk) {
      isAnthropics ||= chunk.response_metadata?.['model_provider'] === 'anthropic';
      const counts = readCounts(chunk.usage_metadata);
      if (counts !== undefined) counted.push(counts);
      // Each chunk may have some of the provider's own counts.
      const reported = findRawUsage(chunk);
      if (isJsonObject(reported)) raw = mergeRawUsage(raw ?? null, reported);
    },
    readTokens() {
      const tokens = build(joinCounts(counted, isAnthropics || isAnthropicUsage(raw)), raw);
      return hasOpenAiCounts(raw) || !hasGrowingCache(counted) ? tokens : markGuess(tokens);
    },
  };
}

/**
 * Joins the counts of chunks. They are added up, as LangChain does, but for those that packages pass on
 * as they are, each of the whole answer so far: cached input, and all output of Anthropic's.
 */
function joinCounts(
  counted: readonly PackageCounts[],
  isAnthropics: boolean,
): PackageCounts | undefined {
  const [first, ...others] = counted;
  if (first === undefined) return undefined;
  return others.reduce((known, more): PackageCounts => {
    const join = isAnthropics ? Math.max : add;
    return {
      // Absent where no chunk has it: it is not known then.
      inputTokens: addKnown(known.inputTokens, more.inputTokens),
      cachedInputTokens: Math.max(known.cachedInputTokens, more.cachedInputTokens),
      cacheWriteTokens: Math.max(known.cacheWriteTokens, more.cacheWriteTokens),
      outputTokens: join(known.outputTokens, more.outputTokens),
      reasoningTokens: join(known.reasoningTokens, more.reasoningTokens),
      // Where output repeats, so does the total that a package computes of it.
      totalTokens: isAnthropics ? undefined : addKnown(known.totalTokens, more.totalTokens),
    };
  }, first);
}

function add(one: number, other: number): number {
  return one + other;
}

function addKnown(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

/** Whether chunks count different cached input, so that they may count parts of it. */
function hasGrowingCache(counted: readonly PackageCounts[]): boolean {
  return (['cachedInputTokens', 'cacheWriteTokens'] as const).some(
    (name) => new Set(counted.map((one) => one[name]).filter((count) => count > 0)).size > 1,
  );
}

function readCounts(usage: UsageMetadata | undefined): PackageCounts | undefined {
  return usage && countTokens(usage);
}

function countTokens(usage: Partial<UsageMetadata>): PackageCounts {
  const count = (value: number | undefined): number =>
    value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : 0;
  const input = usage.input_tokens;
  return {
    inputTokens: input === undefined ? undefined : count(input),
    cachedInputTokens: count(usage.input_token_details?.cache_read),
    cacheWriteTokens: count(usage.input_token_details?.cache_creation),
    outputTokens: count(usage.output_tokens),
    reasoningTokens: count(usage.output_token_details?.reasoning),
    totalTokens: count(usage.total_tokens),
  };
}

/** The provider's own usage, which a message or a chunk may hold. */
function findRawUsage({ response_metadata: metadata }: AIMessage): JsonValue | undefined {
  return getMember(metadata as JsonObject | undefined, 'usage');
}

function build(counts: PackageCounts | undefined, raw: JsonValue | undefined): TokenUsage {
  const { inputTokens, outputTokens = 0 } = counts ?? {};
  // Packages leave out or fill in 0 for what a server does not count, and no answer takes none.
  const isKnown = inputTokens !== undefined && outputTokens > 0;
  if (!isKnown && !hasOpenAiCounts(raw)) {
    return { usage: null, isGuess: false, reportedCostUsd: undefined };
  }
  return buildUsage({ ...(counts ?? countTokens({})), inputTokens: inputTokens ?? 0, raw });
}

function markGuess(tokens: TokenUsage): TokenUsage {
  return { ...tokens, isGuess: tokens.usage !== null };
}
