import {
  computeTokensUsd,
  estimateInputTokens,
  estimateOutputTokens,
  findPrice,
} from '../file/estimates.js';
import type { PolicyModel } from '../file/policy.js';
import type { CurrentModel } from './decision.js';
import { estimateTokens } from './find-excluded.js';
import type { RequestNeeds } from './request-needs.js';

/** What the prompt cache of a conversation means for a model, in USD; 0 where prices are unknown. */
interface CacheEstimate {
  /** What the cache saves on the next request, if it is this model's. */
  readonly valueUsd: number;
  /** What a cache of its own costs another model, besides the price of the input. */
  readonly writeUsd: number;
}

const unknown: CacheEstimate = { valueUsd: 0, writeUsd: 0 };

/**
 * Estimates what a conversation's prompt cache saves, and what it costs to fill a new one. At most the
 * request's input is cached, because its caller may have shortened the conversation.
 *
 * @param costUsd of the request without a cache; NaN where unknown
 */
export function estimateCache(
  model: PolicyModel,
  costUsd: number,
  taskPosterior: ArrayLike<number>,
  needs: RequestNeeds,
): CacheEstimate {
  const price = findPrice(model);
  if (price === undefined) return unknown;
  const { cost } = model;
  const {
    inputPerMillionUsd: input,
    cachedInputPerMillionUsd: read = input,
    cacheWritePerMillionUsd: write = input,
  } = price;
  const tokens = Math.min(
    needs.cachedTokens ?? estimateInputTokens(cost, needs.earlierCharacters),
    estimateTokens(model, needs),
  );
  const cachedUsd = (tokens * input) / 1e6;
  // Of a recorded charge, nobody knows what the answer cost.
  const inputUsd = costUsd - computeTokensUsd(price, 0, estimateOutputTokens(cost, taskPosterior));
  const savedShare = read < input ? 1 - read / input : 0;
  return {
    valueUsd: (cachedUsd > inputUsd ? inputUsd : cachedUsd) * savedShare,
    writeUsd: (tokens * Math.max(0, write - input)) / 1e6,
  };
}

/** The tokens that the caller says are cached; undefined where that is no such number. */
export function readCachedTokens({ cachedTokens }: CurrentModel): number | undefined {
  return Number.isFinite(cachedTokens) && (cachedTokens as number) >= 0 ? cachedTokens : undefined;
}
