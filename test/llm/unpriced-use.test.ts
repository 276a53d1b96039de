import { describe, expect, it } from 'vitest';
import { computeCharge } from '../../src/llm/cost.js';
import { hasUnpricedUse } from '../../src/llm/unpriced-use.js';
import { readAnthropicUsage, readOpenAiUsage } from '../../src/llm/usage.js';

describe('a usage of what has a price of its own', () => {
  const openai = { prompt_tokens: 10, completion_tokens: 5 };

  it.each([
    ['audio that is read', { prompt_tokens_details: { audio_tokens: 9 } }],
    ['audio that is written', { completion_tokens_details: { audio_tokens: 3 } }],
    ['audio of another form', { input_tokens_details: { audio_tokens: 9 } }],
    ['seconds of audio', { prompt_audio_seconds: 300 }],
    ['searches', { server_tool_use: { web_search_requests: 1 } }],
    ['other tools of the provider', { server_tool_use: { code_execution_requests: 1 } }],
    ['a cache of an hour', { cache_creation: { ephemeral_1h_input_tokens: 1 } }],
    [
      'a cache of an hour, as LiteLLM has it',
      {
        prompt_tokens_details: {
          cache_creation_tokens: 8,
          cache_creation_token_details: {
            ephemeral_5m_input_tokens: 0,
            ephemeral_1h_input_tokens: 8,
          },
        },
      },
    ],
    [
      'a cache of an hour, as DashScope has it',
      { prompt_tokens_details: { cache_creation: { ephemeral_1h_input_tokens: 8 } } },
    ],
  ])('makes the cost a guess: %s', (_, members) => {
    expect(readOpenAiUsage({ ...openai, ...members }).isGuess).toBe(true);
    const counted = { input_tokens: 10, output_tokens: 5, ...members };
    expect(readAnthropicUsage(counted).isGuess).toBe(true);
    const reported = readOpenAiUsage({ ...openai, ...members, cost: 0.01 });
    expect(computeCharge(reported, undefined)).toMatchObject({ costUsd: 0.01, isGuess: false });
  });

  it.each([
    ['counts of 0', { prompt_tokens_details: { audio_tokens: 0 }, prompt_audio_seconds: 0 }],
    [
      'a cache of five minutes, however deep',
      {
        prompt_tokens_details: {
          cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 0 },
        },
      },
    ],
    ['no counts', { prompt_tokens_details: null, prompt_audio_seconds: {} }],
    ['pages that are fetched', { server_tool_use: { web_fetch_requests: 2 } }],
    ['texts in details', { prompt_tokens_details: { text_tokens: 10, cached_tokens: 2 } }],
  ])('is none with %s', (_, members) => {
    expect(readOpenAiUsage({ ...openai, ...members }).isGuess).toBe(false);
  });
});

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
