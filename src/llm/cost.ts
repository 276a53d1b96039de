import type { Price } from './price.js';
import type { TokenUsage, Usage } from './usage.js';

const tokensPerPrice = 1_000_000;

/**
 * What a call cost, in USD, by the price table: uncached input, cached input, cache writes and
 * output, each at its own price.
 *
 * Without a price for cached input or cache writes, those tokens are charged as plain input, which
 * is a guess (see `isCacheUnpriced`).
 */
export function computeCostUsd(usage: Usage, price: Price): number {
  const separate = usage.cachedInputTokens + usage.cacheWriteTokens;
  const uncachedTokens = Math.max(0, usage.inputTokens - separate);
  const total =
    uncachedTokens * price.inputPerMillionUsd +
    usage.cachedInputTokens * (price.cachedInputPerMillionUsd ?? price.inputPerMillionUsd) +
    usage.cacheWriteTokens * (price.cacheWritePerMillionUsd ?? price.inputPerMillionUsd) +
    usage.outputTokens * price.outputPerMillionUsd;
  return total / tokensPerPrice;
}

/**
 * Whether tokens that were read from a cache or written to it have no price of their own. Charged as
 * plain input, reads cost too much and writes too little.
 */
function isCacheUnpriced(usage: Usage, price: Price): boolean {
  const { cachedInputTokens, cacheWriteTokens } = usage;
  return (
    price.inputPerMillionUsd > 0 &&
    ((cachedInputTokens > 0 && price.cachedInputPerMillionUsd === undefined) ||
      (cacheWriteTokens > 0 && price.cacheWritePerMillionUsd === undefined))
  );
}

/** What a call cost and how that is known. */
export interface Charge {
  /** Null if it is not known. */
  readonly costUsd: number | null;
  readonly costSource: 'provider' | 'price_table' | null;
  /** True if the tokens are partly a guess (see `TokenUsage`), or their price is (see `isCacheUnpriced`). */
  readonly isGuess: boolean;
}

/** No call costs as much in USD: a charge or a count that says so is mistaken, and the cost unknown. */
export const maxChargeUsd = 10_000;

/** The provider's own charge if it names one, else the price table; unknown without usage. */
export function computeCharge(tokens: TokenUsage, price: Price | undefined): Charge {
  const { usage, reportedCostUsd, isGuess } = tokens;
  if (reportedCostUsd !== undefined) {
    return isPossibleCharge(reportedCostUsd)
      ? { costUsd: reportedCostUsd, costSource: 'provider', isGuess: false }
      : unknownCharge;
  }
  if (usage === null || price === undefined) return unknownCharge;
  const costUsd = computeCostUsd(usage, price);
  if (!isPossibleCharge(costUsd)) return unknownCharge;
  return { costUsd, costSource: 'price_table', isGuess: isGuess || isCacheUnpriced(usage, price) };
}

/** Also not NaN. */
function isPossibleCharge(costUsd: number): boolean {
  return costUsd <= maxChargeUsd;
}

const unknownCharge: Charge = { costUsd: null, costSource: null, isGuess: false };
