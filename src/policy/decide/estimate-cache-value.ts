import { estimateInputTokens } from '../file/estimates.js';
import type { PolicyModel } from '../file/policy.js';
import type { CurrentModel } from './decision.js';
import type { RequestNeeds } from './request-needs.js';

/** USD that the prompt cache of a conversation saves on its next request; 0 if prices are unknown. */
export function estimateCacheValueUsd(
  { price, cost }: PolicyModel,
  { cachedTokens }: CurrentModel,
  { earlierCharacters }: RequestNeeds,
): number {
  const known = cost.kind === 'tokens' ? cost.price : price;
  const cachedPrice = known?.cachedInputPerMillionUsd;
  if (known === undefined || cachedPrice === undefined) return 0;
  const tokens =
    typeof cachedTokens === 'number' && cachedTokens >= 0
      ? cachedTokens
      : estimateInputTokens(cost, earlierCharacters);
  return Math.max(0, (tokens * (known.inputPerMillionUsd - cachedPrice)) / 1e6);
}
