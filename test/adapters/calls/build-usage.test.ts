import { describe, expect, it } from 'vitest';
import { buildUsage } from '../../../src/adapters/calls/build-usage.js';

const counted = {
  inputTokens: 12,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 5,
  reasoningTokens: 0,
};

const iteration = { type: 'message', input_tokens: 9000, output_tokens: 5 };

describe('the usage of a call that another library made', () => {
  it.each([
    [true, { cache_creation: { ephemeral_1h_input_tokens: 7 } }],
    [true, { server_tool_use: { web_search_requests: 1 } }],
    [true, { input_tokens: 9000, output_tokens: 5, iterations: [iteration, iteration] }],
    [false, { input_tokens: 9000, output_tokens: 5, iterations: [iteration] }],
    [false, { cache_creation: { ephemeral_1h_input_tokens: 0 } }],
    [false, undefined],
  ])('makes costs a guess (%s) by what the provider reported: %j', (isGuess, raw) => {
    expect(buildUsage({ ...counted, inputTokens: 9000, raw }).isGuess).toBe(isGuess);
  });

  it('has cached input as a part of the input', () => {
    const { usage } = buildUsage({ ...counted, inputTokens: 9000, cachedInputTokens: 8000 });
    expect(usage).toMatchObject({ inputTokens: 9000, cachedInputTokens: 8000 });
  });

  it.each([12, 0])('adds cached input that is no part of %i tokens', (inputTokens) => {
    const cached = { cachedInputTokens: 9000, cacheWriteTokens: 500 };
    const { usage } = buildUsage({ ...counted, ...cached, inputTokens });
    expect(usage).toMatchObject({ ...cached, inputTokens: inputTokens + 9500 });
  });

  it('adds cached input that is known to come in addition', () => {
    const given = { ...counted, inputTokens: 9000, cachedInputTokens: 8000, isCachedBeside: true };
    expect(buildUsage(given).usage?.inputTokens).toBe(17_000);
  });

  it('is not known where no input is counted, or more than a call can have', () => {
    expect(buildUsage({ ...counted, inputTokens: 0 }).usage).toBeNull();
    expect(buildUsage({ ...counted, inputTokens: 0, outputTokens: 0 }).usage).toBeNull();
    expect(buildUsage({ ...counted, inputTokens: 1e9 }).usage).toBeNull();
  });
});
