import { describe, expect, it } from 'vitest';
import { hasUnpricedUse } from '../../src/llm/unpriced-use.js';
import { readAnthropicUsage, readOpenAiUsage } from '../../src/llm/usage.js';

describe('a usage at other prices than the usual ones', () => {
  it.each([
    ['inference_geo', 'us'],
    ['speed', 'fast'],
    ['service_tier', 'priority'],
  ])('makes the cost a guess: %s %s', (name, value) => {
    const anthropic = { input_tokens: 10, output_tokens: 5, [name]: value };
    expect(readAnthropicUsage(anthropic).isGuess).toBe(true);
    const openai = { prompt_tokens: 10, completion_tokens: 5, [name]: value };
    expect(readOpenAiUsage(openai).isGuess).toBe(true);
    const iterations = [{ type: 'message', ...anthropic }];
    expect(hasUnpricedUse({ input_tokens: 10, output_tokens: 5, iterations })).toBe(true);
  });

  it.each([
    ['inference_geo', 'global'],
    ['inference_geo', 'not_available'],
    ['inference_geo', null],
    ['speed', 'standard'],
    ['service_tier', 'standard'],
    ['service_tier', 'default'],
    ['service_tier', 'on_demand'],
    ['service_tier', 'batch'],
  ])('is none with %s %s', (name, value) => {
    const usage = { input_tokens: 10, output_tokens: 5, [name]: value };
    expect(readAnthropicUsage(usage).isGuess).toBe(false);
  });
});
