import { findPrice, estimateInputTokens } from '../file/estimates.js';
import type { PolicyModel } from '../file/policy.js';
import type { CurrentModel } from './decision.js';
import type { RequestNeeds } from './request-needs.js';

/** What the prompt cache of a conversation means for a model, in USD; 0 where prices are unknown. */
interface CacheEstimate {
  /** What the cache saves on the next request, if it is this model's. */
  readonly valueUsd: number;
  /** What a cache of its own costs another model, besides the price of the input. */
  readonly writeUsd: number;
}

/** Estimates what a conversation's prompt cache saves, and what it costs to fill a new one. */
export function estimateCache(
  model: PolicyModel,
  { cachedTokens }: CurrentModel,
  { earlierCharacters }: RequestNeeds,
): CacheEstimate {
  const known = findPrice(model);
  const tokens =
    typeof cachedTokens === 'number' && cachedTokens >= 0
      ? cachedTokens
      : estimateInputTokens(model.cost, earlierCharacters);
  const compare = (high: number | undefined, low: number | undefined): number =>
    high === undefined || low === undefined ? 0 : Math.max(0, (tokens * (high - low)) / 1e6);
  const input = known?.inputPerMillionUsd;
  return {
    valueUsd: compare(input, known?.cachedInputPerMillionUsd),
    writeUsd: compare(known?.cacheWritePerMillionUsd, input),
  };
}
