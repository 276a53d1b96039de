import { getMember, isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import { hasUnpricedUse } from './unpriced-use.js';

/**
 * Tokens of one call: `inputTokens` is everything that was read (uncached, read from a cache and
 * written to a cache), and `outputTokens` includes the reasoning.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** 0 also where the provider does not count it. */
  readonly reasoningTokens: number;
}

/** What a provider reports of the tokens and of their price. */
export interface TokenUsage {
  /** Null if the provider reported none, or none that makes sense: every call has input. */
  readonly usage: Usage | null;
  /**
   * True if their price is a guess: a part of the tokens is known from a total only, a charge is
   * reported in a form that is not known, or something was bought that the price table has no price of.
   */
  readonly isGuess: boolean;
  /**
   * Present if a charge is reported in a form that is not known, so that the tokens' price may lack any
   * part of it.
   */
  readonly hasUnreadCharge?: true;
  /** The charge in USD that the provider reports itself. */
  readonly reportedCostUsd: number | undefined;
}

/**
 * Adds a later report of the same call to an earlier one, member by member. What a report leaves out,
 * or gives as null or 0, does not replace a known count: servers do not repeat every count. Only
 * within Anthropic's three counts of input a 0 may, because cached input moves from one to another.
 */
export function mergeRawUsage(known: JsonObject | null, later: JsonObject): JsonObject {
  if (known === null) return later;
  const merged: Record<string, JsonValue> = { ...known };
  for (const [name, value] of Object.entries(later)) {
    const old = merged[name];
    if (isJsonObject(old) && isJsonObject(value)) merged[name] = mergeRawUsage(old, value);
    else if (old === undefined || old === null || (value !== null && value !== 0)) {
      merged[name] = value;
    }
  }
  const moved = inputNames.filter((name) => later[name] === 0);
  const split = { ...merged, ...Object.fromEntries(moved.map((name) => [name, 0])) };
  // Input that has moved is counted elsewhere: it never becomes less.
  return moved.length > 0 && sumInput(split) >= sumInput(known) ? split : merged;
}

/** Anthropic's counts of input, which add up. */
const inputNames = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;

function sumInput(rawUsage: JsonObject): number {
  return inputNames.reduce((sum, name) => sum + (readCount(rawUsage, name) ?? 0), 0);
}

/**
 * Reads the `usage` of OpenAI's protocol.
 *
 * Cached tokens are part of `prompt_tokens`. Reasoning is part of `completion_tokens`, except for
 * providers that count it separately: then the total is larger than its parts, and the difference is
 * output that is billed.
 */
export function readOpenAiUsage(rawUsage: JsonValue | undefined): TokenUsage {
  if (!isJsonObject(rawUsage)) return noUsage;
  const reportedCostUsd = readReportedCost(rawUsage);
  const unknown = { usage: null, isGuess: false, reportedCostUsd };
  const inputTokens = readCount(rawUsage, 'prompt_tokens', 'input_tokens');
  const completionTokens = readCount(rawUsage, 'completion_tokens', 'output_tokens');
  if (inputTokens === undefined || completionTokens === undefined) return unknown;
  // Every request has input: 0 stands for a count that the server does not keep.
  if (inputTokens === 0) return unknown;

  const inputDetails = rawUsage['prompt_tokens_details'] ?? rawUsage['input_tokens_details'];
  const outputDetails = rawUsage['completion_tokens_details'] ?? rawUsage['output_tokens_details'];
  // LiteLLM repeats Anthropic's counts beside `prompt_tokens`, which includes them.
  const repeated = 'prompt_tokens' in rawUsage ? rawUsage : undefined;
  const cachedTokens =
    readCount(inputDetails, 'cached_tokens') ??
    readCount(rawUsage, 'prompt_cache_hit_tokens', 'cached_tokens') ??
    readCount(repeated, 'cache_read_input_tokens') ??
    0;
  const cachedInputTokens = Math.min(cachedTokens, inputTokens);
  const writtenTokens =
    // The last is DashScope's.
    readCount(
      inputDetails,
      'cache_write_tokens',
      'cache_creation_tokens',
      'cache_creation_input_tokens',
    ) ??
    readCount(repeated, 'cache_creation_input_tokens') ??
    0;
  const cacheWriteTokens = Math.min(writtenTokens, inputTokens - cachedInputTokens);
  const reasoningTokens =
    readCount(outputDetails, 'reasoning_tokens') ?? readCount(rawUsage, 'reasoning_tokens') ?? 0;
  const total = readCount(rawUsage, 'total_tokens');
  const rest = Math.max(0, (total ?? 0) - inputTokens - completionTokens);
  // More reasoning than output cannot be part of it; without a total, how much to add is a guess.
  const isOutputKnown = rest > 0 || total !== undefined || reasoningTokens <= completionTokens;
  const outputTokens = completionTokens + (isOutputKnown ? rest : reasoningTokens);
  if (!isPossible(outputTokens)) return unknown;
  const isUnread = hasUnreadCharge(rawUsage, reportedCostUsd);
  // Parts that are more than the whole: one of the counts is mistaken.
  const contradicts = reasoningTokens > outputTokens || cachedTokens + writtenTokens > inputTokens;
  return {
    usage: {
      inputTokens,
      cachedInputTokens,
      cacheWriteTokens,
      outputTokens,
      reasoningTokens: Math.min(reasoningTokens === 0 ? rest : reasoningTokens, outputTokens),
    },
    isGuess:
      !isOutputKnown ||
      contradicts ||
      (rest > 0 && rest !== reasoningTokens) ||
      isUnread ||
      hasUnpricedUse(rawUsage),
    ...(isUnread ? { hasUnreadCharge: true } : {}),
    reportedCostUsd,
  };
}

/**
 * Reads the `usage` of Anthropic's Messages.
 *
 * Tokens read from and written to a cache come in addition to `input_tokens`, so they are added.
 * Reasoning is part of `output_tokens`. Where `iterations` are listed, all of them are billed: the usual
 * counts lack those that compacted the conversation.
 */
export function readAnthropicUsage(rawUsage: JsonValue | undefined): TokenUsage {
  if (!isJsonObject(rawUsage)) return noUsage;
  const reportedCostUsd = readReportedCost(rawUsage);
  const unknown = { usage: null, isGuess: false, reportedCostUsd };
  const usual = readCounts(rawUsage);
  if (usual === undefined) return unknown;
  const { counts, isWhole } = addIterations(usual, rawUsage['iterations']);
  const { uncachedTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = counts;
  const inputTokens = uncachedTokens + cachedInputTokens + cacheWriteTokens;
  if (inputTokens === 0) return unknown;
  if (!isPossible(inputTokens) || !isPossible(outputTokens)) return unknown;
  const isUnread = hasUnreadCharge(rawUsage, reportedCostUsd);
  const thinkingTokens = readCount(rawUsage['output_tokens_details'], 'thinking_tokens') ?? 0;
  const reasoningTokens = Math.min(thinkingTokens, outputTokens);
  return {
    usage: { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens },
    isGuess: isUnread || !isWhole || hasUnpricedUse(rawUsage),
    ...(isUnread ? { hasUnreadCharge: true } : {}),
    reportedCostUsd,
  };
}

/** Counts of Anthropic's, which add up. */
interface AnthropicCounts {
  readonly uncachedTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
}

/** Undefined without the counts that are always there. */
function readCounts(value: JsonValue | undefined): AnthropicCounts | undefined {
  const uncachedTokens = readCount(value, 'input_tokens');
  const outputTokens = readCount(value, 'output_tokens');
  if (uncachedTokens === undefined || outputTokens === undefined) return undefined;
  const cachedInputTokens = readCount(value, 'cache_read_input_tokens') ?? 0;
  const cacheWriteTokens = readCount(value, 'cache_creation_input_tokens') ?? 0;
  return { uncachedTokens, cachedInputTokens, cacheWriteTokens, outputTokens };
}

/**
 * The sums of all iterations (platform.claude.com, compaction), and never less than the usual counts.
 * They are whole if every iteration can be read, and together they are at least the usual counts.
 */
function addIterations(
  usual: AnthropicCounts,
  iterations: JsonValue | undefined,
): { readonly counts: AnthropicCounts; readonly isWhole: boolean } {
  const list = Array.isArray(iterations) ? (iterations as readonly JsonValue[]) : undefined;
  if (list === undefined || list.length === 0) {
    return { counts: usual, isWhole: list !== undefined || (iterations ?? null) === null };
  }
  const read = list.map(readCounts);
  let isWhole = !read.includes(undefined);
  const add = (name: keyof AnthropicCounts): number => {
    const sum = read.reduce((total, counts) => total + (counts?.[name] ?? 0), 0);
    isWhole &&= sum >= usual[name];
    return Math.max(sum, usual[name]);
  };
  const counts = {
    uncachedTokens: add('uncachedTokens'),
    cachedInputTokens: add('cachedInputTokens'),
    cacheWriteTokens: add('cacheWriteTokens'),
    outputTokens: add('outputTokens'),
  };
  return { counts, isWhole };
}

/**
 * Whether a usage is of Anthropic's Messages, where nothing else says so: both protocols may say
 * `input_tokens`, but only Anthropic's counts what is cached beside them. Proxies that answer in
 * OpenAI's form may repeat these counts beside `prompt_tokens`, which includes them.
 */
export function isAnthropicUsage(rawUsage: JsonValue | undefined): boolean {
  return (
    getMember(rawUsage, 'prompt_tokens') === undefined &&
    ['cache_read_input_tokens', 'cache_creation_input_tokens', 'iterations'].some(
      (name) => getMember(rawUsage, name) !== undefined,
    )
  );
}

const noUsage: TokenUsage = { usage: null, isGuess: false, reportedCostUsd: undefined };

/**
 * The charge that a provider reports beside the tokens: OpenRouter as a number, Perplexity as the
 * `total_cost` of an object with its fees, xAI in ticks. With a key of one's own at the upstream
 * provider (`is_byok`), `cost` is OpenRouter's fee only, and the upstream charge is added.
 */
function readReportedCost(rawUsage: JsonObject): number | undefined {
  const cost =
    readAmount(rawUsage['cost']) ??
    readAmount(getMember(rawUsage['cost'], 'total_cost')) ??
    readTicks(rawUsage['cost_in_usd_ticks']);
  if (cost === undefined || rawUsage['is_byok'] !== true) return cost;
  const upstream = readAmount(getMember(rawUsage['cost_details'], 'upstream_inference_cost'));
  return upstream === undefined ? undefined : cost + upstream;
}

/** xAI's unit of cost (docs.x.ai, usage): 1 USD is 10^10 ticks. */
const ticksPerUsd = 10_000_000_000;

function readTicks(value: JsonValue | undefined): number | undefined {
  const ticks = readAmount(value);
  return ticks === undefined ? undefined : ticks / ticksPerUsd;
}

/** Whether a charge is reported in a form that is not understood, so that the price table may lack some of it. */
function hasUnreadCharge(rawUsage: JsonObject, reportedCostUsd: number | undefined): boolean {
  const isCharge = (value: JsonValue | undefined): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return reportedCostUsd === undefined && isCharge(rawUsage['cost']);
}

function readAmount(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** No call has as many tokens: a provider that counts more is mistaken, and the count unknown. */
export const maxTokensOfCall = 100_000_000;

/** The first of these members that is a whole number from 0 to the maximum. */
function readCount(value: JsonValue | undefined, ...names: readonly string[]): number | undefined {
  return names
    .map((name) => getMember(value, name))
    .find((count): count is number => Number.isSafeInteger(count) && isPossible(count as number));
}

function isPossible(count: number): boolean {
  return count >= 0 && count <= maxTokensOfCall;
}
