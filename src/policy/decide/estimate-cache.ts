import {
  computeTokensUsd,
  estimateInputTokens,
  estimateOutputTokens,
  findPrice,
} from '../file/estimates.js';
import type { PolicyModel } from '../file/policy.js';
import type { CurrentModel } from './decision.js';
import type { RequestNeeds } from './request-needs.js';

/** What the prompt cache of a conversation means for a model, in USD; 0 where prices are unknown. */
interface CacheEstimate {
  /** The least that the request costs without a cache, since what is cached is a part of its input. */
  readonly leastUsd: number;
  /** What the cache saves on the next request, if it is this model's; at most the least cost. */
  readonly valueUsd: number;
  /** What a cache of its own costs another model, besides the price of the input. */
  readonly writeUsd: number;
}

const unknown: CacheEstimate = { leastUsd: 0, valueUsd: 0, writeUsd: 0 };

/** Estimates what a conversation's prompt cache saves, and what it costs to fill a new one. */
export function estimateCache(
  model: PolicyModel,
  taskPosterior: ArrayLike<number>,
  { cachedTokens, earlierCharacters }: RequestNeeds,
): CacheEstimate {
  const price = findPrice(model);
  if (price === undefined) return unknown;
  const { cost } = model;
  const { inputPerMillionUsd: input } = price;
  const { cachedInputPerMillionUsd: read = input, cacheWritePerMillionUsd: write = input } = price;
  const tokens = cachedTokens ?? estimateInputTokens(cost, earlierCharacters);
  return {
    leastUsd: computeTokensUsd(price, tokens, estimateOutputTokens(cost, taskPosterior)),
    valueUsd: (tokens * Math.max(0, input - read)) / 1e6,
    writeUsd: (tokens * Math.max(0, write - input)) / 1e6,
  };
}

/** The tokens that the caller says are cached; undefined where that is no such number. */
export function readCachedTokens({ cachedTokens }: CurrentModel): number | undefined {
  return Number.isFinite(cachedTokens) && (cachedTokens as number) >= 0 ? cachedTokens : undefined;
}
