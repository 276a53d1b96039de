import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeCharge, computeCostUsd } from '../../src/llm/cost.js';
import type { Price } from '../../src/llm/price.js';

const usage = {
  inputTokens: 1000,
  cachedInputTokens: 600,
  cacheWriteTokens: 100,
  outputTokens: 50,
  reasoningTokens: 20,
};
const price = { inputPerMillionUsd: 2, outputPerMillionUsd: 10, date: '2025-01-01' };

describe('computeCostUsd', () => {
  it('charges uncached, cached and written input and the output at their own prices', () => {
    const full = { ...price, cachedInputPerMillionUsd: 0.5, cacheWritePerMillionUsd: 2.5 };
    // (300 x 2 + 600 x 0.5 + 100 x 2.5 + 50 x 10) / 1,000,000
    expect(computeCostUsd(usage, full)).toBeCloseTo(0.00165, 12);
  });

  it('charges cached tokens as input where the table has no price for them', () => {
    expect(computeCostUsd(usage, price)).toBeCloseTo((1000 * 2 + 50 * 10) / 1e6, 12);
  });

  it('does not charge reasoning twice', () => {
    expect(computeCostUsd({ ...usage, reasoningTokens: 50 }, price)).toBe(
      computeCostUsd({ ...usage, reasoningTokens: 0 }, price),
    );
  });

  it('is never negative, even where a provider counts more cached tokens than input', () => {
    const tokens = fc.nat(1_000_000);
    fc.assert(
      fc.property(
        fc.record({
          inputTokens: tokens,
          cachedInputTokens: tokens,
          cacheWriteTokens: tokens,
          outputTokens: tokens,
          reasoningTokens: tokens,
        }),
        (anyUsage) => {
          expect(computeCostUsd(anyUsage, price)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('a charge of tokens from or for a cache', () => {
  const isGuess = (tokens: Partial<typeof usage>, prices: Partial<Price> = {}): boolean => {
    const counted = { ...usage, cachedInputTokens: 0, cacheWriteTokens: 0, ...tokens };
    const reported = { usage: counted, isGuess: false, reportedCostUsd: undefined };
    return computeCharge(reported, { ...price, ...prices }).isGuess;
  };

  it('is a guess where the price table has no price for them', () => {
    expect(isGuess({})).toBe(false);
    expect(isGuess({ cachedInputTokens: 1 })).toBe(true);
    expect(isGuess({ cacheWriteTokens: 1 })).toBe(true);
    expect(isGuess({ cacheWriteTokens: 1 }, { cachedInputPerMillionUsd: 0.5 })).toBe(true);
  });

  it('is known with their price, where input is free, or as the provider reports it', () => {
    expect(isGuess({ cachedInputTokens: 1 }, { cachedInputPerMillionUsd: 0 })).toBe(false);
    expect(isGuess({ cacheWriteTokens: 1 }, { cacheWritePerMillionUsd: 2.5 })).toBe(false);
    expect(isGuess({ cachedInputTokens: 1 }, { inputPerMillionUsd: 0 })).toBe(false);
    const reported = { usage, isGuess: false, reportedCostUsd: 0.01 };
    expect(computeCharge(reported, price)).toMatchObject({ costUsd: 0.01, isGuess: false });
  });
});

describe('a charge that no call costs', () => {
  const usage = {
    inputTokens: 1,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 1,
    reasoningTokens: 0,
  };

  it.each([1e39, 1e300, 10_001])('is unknown, and not replaced by an estimate: %d', (cost) => {
    const tokens = { usage, isGuess: false, reportedCostUsd: cost };
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, date: '2026-01-01' };
    expect(computeCharge(tokens, price)).toMatchObject({ costUsd: null, costSource: null });
  });

  it('is unknown where a price and a count give it', () => {
    const tokens = {
      usage: { ...usage, inputTokens: 100_000_000 },
      isGuess: false,
      reportedCostUsd: undefined,
    };
    const price = { inputPerMillionUsd: 101, outputPerMillionUsd: 1, date: '2026-01-01' };
    expect(computeCharge(tokens, price)).toMatchObject({ costUsd: null, costSource: null });
  });
});
