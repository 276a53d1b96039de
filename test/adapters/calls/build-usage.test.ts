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
    [false, { input_tokens: 9000, output_tokens: 5, iterations: [iteration] }],
    [false, { cache_creation: { ephemeral_1h_input_tokens: 0 } }],
    [false, undefined],
  ])('makes costs a guess (%s) by what the provider reported: %j', (isGuess, raw) => {
    expect(buildUsage({ ...counted, inputTokens: 9000, raw }).isGuess).toBe(isGuess);
  });

  it('is what Anthropic bills, where the library counts less', () => {
    const raw = { input_tokens: 9000, output_tokens: 5, iterations: [iteration, iteration] };
    const tokens = buildUsage({ ...counted, inputTokens: 9000, raw });
    expect(tokens).toMatchObject({
      isGuess: false,
      usage: { inputTokens: 18_000, outputTokens: 10 },
    });
  });

  it('is that of chat completions, where the library passes it on', () => {
    const raw = { prompt_tokens: 32, completion_tokens: 9, total_tokens: 135 };
    const details = { completion_tokens_details: { reasoning_tokens: 94 } };
    expect(buildUsage({ ...counted, raw: { ...raw, ...details } })).toMatchObject({
      isGuess: false,
      usage: { inputTokens: 32, outputTokens: 103, reasoningTokens: 94 },
    });
  });

  it.each([
    [{ totalTokens: 817 }, { outputTokens: 805, reasoningTokens: 800 }, true],
    [{ totalTokens: 817, reasoningTokens: 800 }, { outputTokens: 805 }, false],
    [{ totalTokens: 17, reasoningTokens: 800 }, { outputTokens: 805 }, true],
    [{ reasoningTokens: 800 }, { outputTokens: 805, reasoningTokens: 800 }, true],
    [{ totalTokens: 17, reasoningTokens: 3 }, { outputTokens: 5, reasoningTokens: 3 }, false],
  ])('has the output that is not counted as such: %j', (given, usage, isGuess) => {
    expect(buildUsage({ ...counted, ...given })).toMatchObject({ usage, isGuess });
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
