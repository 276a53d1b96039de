import { describe, expect, it } from 'vitest';
import { normaliseAnthropicUsage } from '../../src/llm/normalise-anthropic-usage.js';

describe('normaliseAnthropicUsage', () => {
  it('adds what was read from a cache and written to one', () => {
    expect(
      normaliseAnthropicUsage({
        input_tokens: 10,
        cache_read_input_tokens: 200,
        cache_creation_input_tokens: 30,
        output_tokens: 7,
      }),
    ).toEqual({
      inputTokens: 240,
      cachedInputTokens: 200,
      cacheWriteTokens: 30,
      outputTokens: 7,
      reasoningTokens: 0,
    });
  });

  it('takes null for no cache', () => {
    const usage = { input_tokens: 1, cache_read_input_tokens: null, output_tokens: 2 };
    expect(normaliseAnthropicUsage(usage)).toMatchObject({ inputTokens: 1, cachedInputTokens: 0 });
  });

  it.each([
    [null],
    [undefined],
    [{}],
    [{ input_tokens: 1 }],
    [{ input_tokens: -1, output_tokens: 2 }],
  ])('is unknown, not zero, for %j', (usage) => {
    expect(normaliseAnthropicUsage(usage)).toBeNull();
  });
});
