import type { Price } from './price.js';
import type { Usage } from './usage.js';

const tokensPerPrice = 1_000_000;

/**
 * What a call cost, in USD, by the price table: uncached input, cached input, cache writes and
 * output, each at its own price.
 *
 * A price table without a price for cached input or for cache writes charges those tokens as plain
 * input: where a provider gives no discount there is none to take.
 */
export function computeCostUsd(usage: Usage, price: Price): number {
  const apart = usage.cachedInputTokens + usage.cacheWriteTokens;
  const uncachedTokens = Math.max(0, usage.inputTokens - apart);
  const total =
    uncachedTokens * price.inputPerMillionUsd +
    usage.cachedInputTokens * (price.cachedInputPerMillionUsd ?? price.inputPerMillionUsd) +
    usage.cacheWriteTokens * (price.cacheWritePerMillionUsd ?? price.inputPerMillionUsd) +
    usage.outputTokens * price.outputPerMillionUsd;
  return total / tokensPerPrice;
}
