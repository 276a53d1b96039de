import type { Price } from './price.js';
import type { TokenUsage, Usage } from './usage.js';

const tokensPerPrice = 1_000_000;

/**
 * What a call cost, in USD, by the price table: uncached input, cached input, cache writes and
 * output, each at its own price.
 *
 * Without a price for cached input or cache writes, those tokens are charged as plain input.
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

/** What a call cost and how that is known. */
export interface Charge {
  /** Null if it is not known. */
  readonly costUsd: number | null;
  readonly costSource: 'provider' | 'price_table' | null;
  /** True if the number of tokens is partly a guess (see `TokenUsage`). */
  readonly isGuess: boolean;
}

/** No call costs as much in USD: a charge or a count that says so is mistaken, and the cost unknown. */
export const maxChargeUsd = 10_000;

/** The provider's own charge if it names one, else the price table; unknown without usage. */
export function computeCharge(tokens: TokenUsage, price: Price | undefined): Charge {
  const { usage, reportedCostUsd, isGuess } = tokens;
  if (reportedCostUsd !== undefined) {
    return reportedCostUsd > maxChargeUsd
      ? unknownCharge
      : { costUsd: reportedCostUsd, costSource: 'provider', isGuess: false };
  }
  if (usage === null || price === undefined) return unknownCharge;
  const costUsd = computeCostUsd(usage, price);
  return costUsd > maxChargeUsd ? unknownCharge : { costUsd, costSource: 'price_table', isGuess };
}

const unknownCharge: Charge = { costUsd: null, costSource: null, isGuess: false };
