import { computeDot } from '../../util/kernels.js';
import type { Price } from '../../llm/price.js';

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

/** The price that a model's costs are estimated with; undefined if none is known. */
export function findPrice({
  cost,
  price,
}: {
  readonly cost: CostEstimate;
  readonly price?: Price | undefined;
}): Price | undefined {
  return cost.kind === 'tokens' ? cost.price : price;
}

/**
 * Expected cost in USD of a request of this many characters; NaN where unknown. Recorded charges are the
 * same whatever the length.
 */
export function estimateCostUsd(
  estimate: CostEstimate,
  characters: number,
  taskPosterior: ArrayLike<number>,
  attachmentTokens = 0,
): number {
  if (estimate.kind === 'unknown') return Number.NaN;
  if (estimate.kind === 'recorded') return computeDot(estimate.costUsd, taskPosterior);
  const inputTokens =
    estimate.fixedInputTokens + estimate.inputTokensPerCharacter * characters + attachmentTokens;
  return computeTokensUsd(
    estimate.price,
    inputTokens,
    estimateOutputTokens(estimate, taskPosterior),
  );
}

/** What tokens cost in USD, none of them from a cache. */
export function computeTokensUsd(
  { inputPerMillionUsd, outputPerMillionUsd }: Price,
  inputTokens: number,
  outputTokens: number,
): number {
  return (inputTokens * inputPerMillionUsd + outputTokens * outputPerMillionUsd) / 1e6;
}

/**
 * Tokens that so many characters are likely to be. Where the model's own rate is not known,
 * four characters are taken for a token; no rate is taken for less than .15 tokens.
 */
export function estimateInputTokens(estimate: CostEstimate, characters: number): number {
  const isKnown = estimate.kind === 'tokens';
  const perCharacter = Math.max(0.15, isKnown ? estimate.inputTokensPerCharacter : 0.25);
  return (isKnown ? estimate.fixedInputTokens : 0) + perCharacter * characters;
}

/** Tokens that the answer is expected to have; 0 where unknown. */
export function estimateOutputTokens(
  estimate: CostEstimate,
  taskPosterior: ArrayLike<number>,
): number {
  return estimate.kind === 'tokens' ? computeDot(estimate.outputTokens, taskPosterior) : 0;
}

/** Expected median latency in milliseconds; NaN where unknown. */
export function estimateLatencyMs(
  estimate: LatencyEstimate,
  taskPosterior: ArrayLike<number>,
): number {
  if (estimate.kind === 'unknown') return Number.NaN;
  return computeDot(estimate.medianMs, taskPosterior);
}

/** Expected 95th percentile of latency in milliseconds; NaN where unknown. */
export function estimateP95LatencyMs(
  estimate: LatencyEstimate,
  taskPosterior: ArrayLike<number>,
): number {
  if (estimate.kind === 'unknown') return Number.NaN;
  return computeDot(estimate.p95Ms, taskPosterior);
}
