import { describe, expect, it } from 'vitest';
import { readFailure } from '../../src/llm/failure.js';
import type { JsonValue } from '../../src/util/json.js';

function classify(status: number | undefined, message: string, more: object = {}): string {
  const body = { error: { message, ...more } } as JsonValue;
  return readFailure({ status, body }, { secrets: [], now: new Date(0) }).class;
}

describe('an account that may not ask', () => {
  it.each([
    [
      'Fireworks',
      412,
      'Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
      'quota_exhausted',
    ],
    ['Anthropic', 400, 'This organization has been disabled.', 'authentication'],
    ['Gemini', 400, 'User location is not supported for the API use.', 'authentication'],
    [
      'Bedrock',
      400,
      'Access to Anthropic models is not allowed from unsupported countries, regions, or territories.',
      'authentication',
    ],
    ['a precondition that nobody has named', 412, 'Precondition failed', 'unsupported'],
  ])('is told from a bad request: %s', (_, status, message, expected) => {
    expect(classify(status, message)).toBe(expected);
  });

  it.each([
    [400, 'The text "my account is suspended" must be a list', 'bad_request'],
    [400, "Field required, 'input': 'why the account acme is suspended'", 'bad_request'],
    [400, "Field required, 'input': 'the organization has been disabled'", 'bad_request'],
    [400, 'metadata.organization must be a string', 'bad_request'],
    [400, 'user_location: Input should be a valid dictionary', 'bad_request'],
    [429, 'Account acme has reached its requests per minute', 'rate_limited'],
    [503, 'Account acme is suspended', 'server_error'],
    [500, 'This organization has been disabled.', 'server_error'],
  ])('is not what %i says with %j', (status, message, expected) => {
    expect(classify(status, message)).toBe(expected);
  });
});

describe('what one model has a limit of, or does not know', () => {
  it.each<[string, number, string, object?]>([
    [
      'OpenAI',
      400,
      'max_tokens is too large: 20000. This model supports at most 16384 completion tokens, whereas you provided 20000.',
      { param: 'max_tokens', code: 'invalid_value' },
    ],
    [
      'Anthropic',
      400,
      'max_tokens: 20000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku-20241022',
    ],
    [
      'Groq',
      400,
      '`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model',
    ],
    ['Groq', 400, '`max_completion_tokens` must be less than or equal to `32768`'],
    ['DeepSeek', 400, 'Invalid max_tokens value, the valid range of max_tokens is [1, 8192]'],
    ['Qwen', 400, 'InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]'],
    ['Bedrock', 400, 'The maximum tokens you requested exceeds the model limit of 8192.'],
    [
      'Vertex',
      400,
      'Unable to submit request because it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 65537 (exclusive).',
    ],
    [
      'Volcengine',
      400,
      'The parameter max_tokens specified in the request is not valid: integer above maximum value, expected a value <= 32768, but got 64000 instead.',
    ],
    [
      'OpenAI',
      400,
      "Invalid 'max_completion_tokens': integer above maximum value. Expected a value <= 16384, but got 64000 instead.",
      { param: 'max_completion_tokens', code: 'integer_above_max_value' },
    ],
    [
      'OpenAI',
      400,
      "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
      { param: 'tools', code: 'array_above_max_length' },
    ],
    [
      'DeepSeek',
      400,
      'Failed to deserialize the JSON body into the target type: messages[0].role: unknown variant `developer`, expected one of `system`, `user`, `assistant`, `tool`',
    ],
    ['DeepSeek', 400, 'messages[0]: unknown variant `image_url`, expected `text`'],
    ['DeepSeek', 400, 'This response_format type is unavailable now'],
    [
      'Mistral',
      422,
      "Input tag 'developer' found using 'role' does not match any of the expected tags: 'system', 'user', 'assistant', 'tool'",
    ],
    ['Groq', 400, 'json mode cannot be combined with tool/function calling'],
    ['Groq', 400, "'n' : value must be 1"],
    [
      'OpenAI',
      400,
      'Invalid content type. image_url is only supported by certain models.',
      { param: 'messages.[0].content.[1].type' },
    ],
    ['Gemini', 400, 'Budget 0 is invalid. This model only works in thinking mode.'],
  ])('may be taken by another: %s, %i %j', (_, status, message, more) => {
    expect(classify(status, message, more)).toBe('unsupported');
    // A server error may repeat anything.
    expect(classify(500, message)).toBe('server_error');
  });

  it('is not a model that nobody can call', () => {
    const said =
      'Invocation of model ID anthropic.claude-3-7 with on-demand throughput isn’t supported.';
    expect(classify(400, said)).toBe('model_not_found');
  });

  it.each([
    'messages[0].role: unknown variant `bot`, expected one of `system`, `user`, `assistant`, `tool`',
    "Input tag 'foo' found using 'type' does not match any of the expected tags: 'text', 'image'",
    "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 200 instead.",
    "Invalid 'messages': array too long. Expected an array with maximum length 2048.",
    'max_tokens: Input should be a valid integer',
    'max_tokens must be at least 1, got 0.',
    "Invalid type for 'max_tokens': expected an integer, but got a string instead.",
    "Invalid value: 'wizard'. Supported values are: 'system', 'assistant', and 'user'.",
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    '`temperature` must be less than or equal to 2',
    'messages: at least one message is required',
    'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after',
    "'messages' must contain the word 'json' in some form",
    'response_format.json_schema: Input should be a valid dictionary',
    'image_url: the URL must start with https',
    'This model only takes what is valid',
  ])('is not the caller’s own mistake: %s', (message) => {
    expect(classify(400, message)).toBe('bad_request');
  });

  it.each([
    "'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 tokens and your request has 500 input tokens (8000 > 8192 - 500).",
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages, 8000 in the completion).",
    'input length and `max_tokens` exceed context limit: 189136 + 20000 > 200000',
    'Range of input length should be [1, 129024]',
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.',
    'max_tokens must be at least 1, got -186.',
  ])('is not a prompt that is too long: %s', (message) => {
    expect(classify(400, message)).toBe('context_overflow');
  });
});
