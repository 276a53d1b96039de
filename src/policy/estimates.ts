import type { Price } from '../util/price.js';

/** What a request to a model is expected to cost. Arrays have one value per task. */
export type CostEstimate =
  | {
      /** Tokens are known, so a request is priced at the price of the day. */
      readonly kind: 'tokens';
      readonly price: Price;
      readonly fixedInputTokens: number;
      readonly inputTokensPerCharacter: number;
      readonly outputTokens: readonly number[];
    }
  | {
      /** Only the charge was recorded. */
      readonly kind: 'recorded';
      readonly costUsd: readonly number[];
    }
  | { readonly kind: 'unknown' };

/** How long a model is expected to take. Arrays have one value per task. */
export type LatencyEstimate =
  | {
      readonly kind: 'recorded';
      readonly medianMs: readonly number[];
      readonly p95Ms: readonly number[];
    }
  | { readonly kind: 'unknown' };

/** Expected cost in USD of a request of this many characters; NaN where unknown. */
export function estimateCostUsd(
  estimate: CostEstimate,
  characters: number,
  taskPosterior: ArrayLike<number>,
): number {
  if (estimate.kind === 'unknown') return Number.NaN;
  if (estimate.kind === 'recorded') return computeExpectation(estimate.costUsd, taskPosterior);
  const { price } = estimate;
  const inputTokens = estimate.fixedInputTokens + estimate.inputTokensPerCharacter * characters;
  const outputTokens = computeExpectation(estimate.outputTokens, taskPosterior);
  return (inputTokens * price.inputPerMillionUsd + outputTokens * price.outputPerMillionUsd) / 1e6;
}

/** Expected median latency in milliseconds; NaN where unknown. */
export function estimateLatencyMs(
  estimate: LatencyEstimate,
  taskPosterior: ArrayLike<number>,
): number {
  if (estimate.kind === 'unknown') return Number.NaN;
  return computeExpectation(estimate.medianMs, taskPosterior);
}

/** Expected 95th percentile of latency in milliseconds; NaN where unknown. */
export function estimateP95LatencyMs(
  estimate: LatencyEstimate,
  taskPosterior: ArrayLike<number>,
): number {
  if (estimate.kind === 'unknown') return Number.NaN;
  return computeExpectation(estimate.p95Ms, taskPosterior);
}

function computeExpectation(values: readonly number[], weights: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    sum += (values[index] as number) * (weights[index] as number);
  }
  return sum;
}
