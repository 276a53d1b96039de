import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseOpenAiUsage, readReportedCostUsd } from '../../src/llm/normalise-openai-usage.js';

describe('normaliseOpenAiUsage', () => {
  it('counts cached tokens inside the prompt and reasoning inside the completion', () => {
    expect(
      normaliseOpenAiUsage({
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920 },
        completion_tokens_details: { reasoning_tokens: 192 },
      }),
    ).toEqual({
      inputTokens: 2006,
      cachedInputTokens: 1920,
      cacheWriteTokens: 0,
      outputTokens: 300,
      reasoningTokens: 192,
    });
  });

  it('adds reasoning that a provider counts beside the completion', () => {
    const usage = normaliseOpenAiUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    });
    expect(usage).toMatchObject({ outputTokens: 105, reasoningTokens: 100 });
  });

  it('knows cache writes, and the other name for cache hits', () => {
    const written = normaliseOpenAiUsage({
      prompt_tokens: 100,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 50 },
    });
    expect(written).toMatchObject({ cachedInputTokens: 30, cacheWriteTokens: 50 });
    const hit = { prompt_tokens: 100, completion_tokens: 1, prompt_cache_hit_tokens: 64 };
    expect(normaliseOpenAiUsage(hit)).toMatchObject({ cachedInputTokens: 64 });
  });

  it('takes null details, which some servers send', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, prompt_tokens_details: null };
    expect(normaliseOpenAiUsage(usage)).toMatchObject({ inputTokens: 3, cachedInputTokens: 0 });
  });

  it.each([[null], [undefined], [{}], [{ prompt_tokens: 1 }], [[1, 2]]])(
    'is unknown, not zero, for %j',
    (usage) => {
      expect(normaliseOpenAiUsage(usage)).toBeNull();
    },
  );

  it.each([-1, 1.5, '7', null])('does not take %j for a number of tokens', (count) => {
    expect(normaliseOpenAiUsage({ prompt_tokens: count, completion_tokens: 1 })).toBeNull();
  });

  it('never gives parts that are more than the whole', () => {
    const tokens = fc.nat(1000);
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, tokens, (a, b, c, d, e, total) => {
        const usage = normaliseOpenAiUsage({
          prompt_tokens: a,
          completion_tokens: b,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: c, cache_write_tokens: d },
          completion_tokens_details: { reasoning_tokens: e },
        });
        if (usage === null) throw new Error('it is known');
        expect(usage.cachedInputTokens + usage.cacheWriteTokens).toBeLessThanOrEqual(a);
        expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
      }),
    );
  });
});

describe('readReportedCostUsd', () => {
  it('reads a charge, zero included', () => {
    expect(readReportedCostUsd({ cost: 0.00014 })).toBe(0.00014);
    expect(readReportedCostUsd({ cost: 0 })).toBe(0);
  });

  it.each([[null], [{}], [{ cost: '0.1' }], [{ cost: -1 }], [{ cost: { total: 1 } }]])(
    'reads none in %j',
    (usage) => {
      expect(readReportedCostUsd(usage)).toBeUndefined();
    },
  );
});
