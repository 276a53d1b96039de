import { describe, expect, it } from 'vitest';
import { findOverflowCause } from '../../../../src/measure/sweep/calls/overflow-cause.js';

describe('what does not fit in a context window', () => {
  it.each([
    [
      'vLLM',
      "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context length is 4096 tokens and your request has 19 input tokens (4096 > 4096 - 19).",
      'answer_limit',
    ],
    [
      'Kimi, which does not say what was counted',
      'Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)',
      'answer_limit',
    ],
    ['Groq, likewise', 'Please reduce the length of the messages or completion.', 'answer_limit'],
    [
      'vLLM since 0.12',
      "This model's maximum context length is 4096 tokens. However, you requested 4096 output tokens and your prompt contains at least 19 input tokens, for a total of at least 4115 tokens.",
      'answer_limit',
    ],
    [
      'vLLM, the prompt',
      "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens. Please reduce the length of the input messages.",
      'prompt',
    ],
    [
      'vLLM’s renderer',
      "You passed 3997 input tokens and requested 100 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 3996 tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value=3997)",
      'answer_limit',
    ],
    [
      'vLLM’s renderer, a prompt that does not fit by itself',
      "You passed 5001 input tokens and requested 100 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 3996 tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value=5001)",
      'prompt',
    ],
    [
      'vLLM’s renderer and Meta, without the advice',
      "You passed 4097 input tokens and requested 0 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 4096 tokens.",
      'prompt',
    ],
    [
      'OpenAI',
      "This model's maximum context length is 4097 tokens. However, you requested 4196 tokens (100 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
      'answer_limit',
    ],
    [
      'OpenAI, a prompt that does not fit by itself',
      "This model's maximum context length is 4097 tokens. However, you requested 9096 tokens (5000 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
      'prompt',
    ],
    [
      'OpenRouter',
      "This endpoint's maximum context length is 32768 tokens. However, you requested about 40030 tokens (30 of text input, 40000 in the output).",
      'answer_limit',
    ],
    [
      'Anthropic',
      'input length and `max_tokens` exceed context limit: 189136 + 20000 > 200000',
      'answer_limit',
    ],
    [
      'Anthropic, the prompt',
      'input length and `max_tokens` exceed context limit: 209136 + 20000 > 200000',
      'prompt',
    ],
    [
      'TGI',
      'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 6000 `inputs` tokens and 4096 `max_new_tokens`',
      'answer_limit',
    ],
    [
      'SGLang',
      "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9000 tokens: 8000 tokens from the input messages and 1000 tokens for the completion.",
      'answer_limit',
    ],
    ['Anthropic by length', 'prompt is too long: 213462 tokens > 200000 maximum', 'prompt'],
  ] as const)('%s', (_, message, cause) => {
    expect(findOverflowCause(message, 1000)).toBe(cause);
  });

  it.each([
    [
      'Cerebras',
      'Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192',
    ],
    [
      'Cloudflare',
      'AiError: The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (8192).',
    ],
    ['Kimi', 'Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)'],
  ])(
    'is the prompt where the sum exceeds the window by what the answer may take: %s',
    (_, message) => {
      expect(findOverflowCause(message, 808)).toBe('prompt');
      expect(findOverflowCause(message, 809)).toBe('answer_limit');
      expect(findOverflowCause(message, undefined)).toBe('answer_limit');
    },
  );

  it.each([
    [
      'vLLM to 0.10, whose limit is what the prompt leaves',
      'max_tokens must be at least 1, got -186.',
    ],
    [
      'SiliconFlow',
      'number of input tokens (167594) has exceeded max_prompt_tokens (163840) limit.',
    ],
    ['Titan', 'Too many input tokens. Max input tokens: 8192, request input token count: 9279'],
  ])('is the prompt where only it is counted: %s', (_, message) => {
    expect(findOverflowCause(message, undefined)).toBe('prompt');
  });
});
