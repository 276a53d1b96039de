import { computeCharge, type Charge } from '../../llm/cost.js';
import type { Price } from '../../llm/price.js';
import type { TokenUsage } from '../../llm/usage.js';
import type { PoolModel } from '../models/model.js';

/**
 * What a provider asks for a request of a batch, as a share of the price of a call: OpenAI, Anthropic
 * and those that offer the same ask half.
 */
export function findBatchPriceShare({ batchPriceShare = 0.5 }: PoolModel): number {
  return batchPriceShare;
}

/** What a call costs by itself, and what was paid for it. */
export interface CallCharge {
  /** At the price of a call, which is what production would pay: this is what models are compared by. */
  readonly charge: Charge;
  /** USD; null if it is not known. */
  readonly paidUsd: number | null;
}

/**
 * The charge of an answer.
 *
 * @param priceShare of the price of a call, for an answer that came in a batch; otherwise 1
 */
export function computeCallCharge(
  tokens: TokenUsage,
  price: Price,
  priceShare: number,
): CallCharge {
  const charge = computeCharge(tokens, price);
  // A refusal that is not billed is not billed outside of a batch, either.
  if (priceShare === 1 || tokens.reportedCostUsd === 0) {
    return { charge, paidUsd: charge.costUsd };
  }
  // A charge that the provider names is that of the batch.
  const byTable = computeCharge({ ...tokens, reportedCostUsd: undefined }, price);
  if (charge.costSource === 'provider') return { charge: byTable, paidUsd: charge.costUsd };
  return {
    charge: byTable,
    paidUsd: byTable.costUsd === null ? null : priceShare * byTable.costUsd,
  };
}
