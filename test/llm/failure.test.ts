import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFailure, type FailureClass } from '../../src/llm/failure.js';
import type { JsonValue } from '../../src/util/json.js';

const now = new Date('2026-01-01T00:00:00Z');

function read(status: number | undefined, body: unknown, secrets: readonly string[] = []) {
  return readFailure({ status, body: body as JsonValue }, { secrets, now });
}

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });

/** Provider, status, body and meaning, in the words of each provider. */
const rows: readonly (readonly [string, number, unknown, FailureClass])[] = [
  // A prompt that is too long.
  [
    'OpenAI',
    400,
    error("This model's maximum context length is 8192 tokens.", {
      code: 'context_length_exceeded',
    }),
    'context_overflow',
  ],
  [
    'OpenAI by code',
    400,
    error('too long', { code: 'context_length_exceeded' }),
    'context_overflow',
  ],
  [
    'OpenAI Responses',
    400,
    error('Your input exceeds the context window of this model.'),
    'context_overflow',
  ],
  [
    'Anthropic',
    400,
    error('prompt is too long: 213462 tokens > 200000 maximum'),
    'context_overflow',
  ],
  [
    'Anthropic with max_tokens',
    400,
    error('input length and `max_tokens` exceed context limit: 189136 + 20000 > 200000'),
    'context_overflow',
  ],
  [
    'Anthropic by size',
    413,
    {
      type: 'error',
      error: { type: 'request_too_large', message: 'Request exceeds the maximum size' },
    },
    'context_overflow',
  ],
  ['a proxy by size', 413, '<html>413 Request Entity Too Large</html>', 'context_overflow'],
  [
    'Gemini, in a list',
    400,
    [
      error(
        'The input token count (314175) exceeds the maximum number of tokens allowed (131072).',
      ),
    ],
    'context_overflow',
  ],
  [
    'xAI',
    400,
    {
      code: 'Client specified an invalid argument',
      error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    },
    'context_overflow',
  ],
  [
    'Mistral',
    400,
    {
      object: 'error',
      message:
        'Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length',
      code: 3051,
    },
    'context_overflow',
  ],
  [
    'Qwen',
    400,
    error('<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]'),
    'context_overflow',
  ],
  [
    'Kimi',
    400,
    error('Invalid request: Your request exceeded model token limit: 131072 (requested: 140000)'),
    'context_overflow',
  ],
  [
    'MiniMax',
    400,
    error('invalid params, context window exceeds limit (2013)'),
    'context_overflow',
  ],
  [
    'MiniMax by number',
    200,
    { base_resp: { status_code: 1039, status_msg: 'token limit' } },
    'context_overflow',
  ],
  ['GLM', 400, error('Prompt exceeds max length', { code: '1261' }), 'context_overflow'],
  [
    'Cohere',
    400,
    { message: 'too many tokens: total number of tokens in the prompt cannot exceed 4081' },
    'context_overflow',
  ],
  [
    'Together',
    422,
    error('Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.'),
    'context_overflow',
  ],
  [
    'Groq',
    400,
    error('Please reduce the length of the messages or completion.', {
      code: 'context_length_exceeded',
    }),
    'context_overflow',
  ],
  [
    'OpenRouter, with the upstream error inside',
    400,
    error('Provider returned error', {
      code: 400,
      metadata: { raw: '{"error":{"message":"prompt is too long: 9 tokens > 8 maximum"}}' },
    }),
    'context_overflow',
  ],
  ['Ollama', 400, { error: 'the input length exceeds the context length' }, 'context_overflow'],
  [
    'LM Studio',
    400,
    { error: 'However, the model is loaded with context length of only 4096 tokens' },
    'context_overflow',
  ],
  [
    'llama.cpp',
    400,
    error('the request exceeds the available context size', { type: 'exceed_context_size_error' }),
    'context_overflow',
  ],
  [
    'vLLM before 0.10',
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens. However, you requested 5000.",
      type: 'BadRequestError',
      code: 400,
    },
    'context_overflow',
  ],
  [
    'vLLM since 0.10',
    400,
    error('The decoder prompt (length 9000) is longer than the maximum model length of 8192.'),
    'context_overflow',
  ],
  [
    'SGLang',
    400,
    {
      object: 'error',
      message: "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    },
    'context_overflow',
  ],
  [
    'TGI',
    422,
    { error: 'Input validation error: `inputs` must have less than 1024 tokens. Given: 2000' },
    'context_overflow',
  ],
  ['Bedrock', 400, { message: 'Input is too long for requested model.' }, 'context_overflow'],
  [
    'Vertex',
    400,
    error(
      'Unable to submit request because the input token count is 1251952 but model only supports up to 1048576.',
      { code: 400, status: 'INVALID_ARGUMENT' },
    ),
    'context_overflow',
  ],
  [
    'DeepInfra',
    400,
    error('Requested input length 39818 exceeds maximum input length 32767'),
    'context_overflow',
  ],
  [
    'IBM watsonx',
    400,
    {
      errors: [
        {
          code: 'invalid_input_argument',
          message:
            'Invalid input argument for Model: the number of input tokens 4098 cannot exceed the total tokens limit 4096 for this model',
        },
      ],
    },
    'context_overflow',
  ],
  [
    'Volcengine',
    400,
    error('Input length 132078 exceeds the maximum length 98304', { code: 'InvalidParameter' }),
    'context_overflow',
  ],
  [
    'TabbyAPI',
    400,
    { detail: 'Prompt length 9000 is greater than max_seq_len 8192' },
    'context_overflow',
  ],
  [
    'vLLM to 0.10',
    400,
    {
      object: 'error',
      message: 'max_tokens must be at least 1, got -186.',
      type: 'BadRequestError',
      code: 400,
    },
    'context_overflow',
  ],
  [
    'SiliconFlow',
    400,
    {
      code: 20015,
      message: 'number of input tokens (167594) has exceeded max_prompt_tokens (163840) limit.',
      data: null,
    },
    'context_overflow',
  ],
  [
    'Bedrock’s Titan',
    400,
    {
      message:
        '400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9279',
    },
    'context_overflow',
  ],
  [
    'Bedrock’s Nova',
    400,
    error(
      'Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.',
    ),
    'context_overflow',
  ],
  [
    'Cloudflare',
    413,
    {
      errors: [
        {
          message:
            'AiError: The estimated number of input and maximum output tokens (500064) exceeded this model context window limit (256000).',
          code: 5021,
        },
      ],
      success: false,
      result: {},
    },
    'context_overflow',
  ],
  [
    'Cerebras',
    400,
    {
      message:
        'Please reduce the length of the messages or completion. Current length is 42328 while limit is 40000',
      param: 'messages',
      code: 'context_length_exceeded',
    },
    'context_overflow',
  ],
  ['ERNIE', 400, error('the max input characters is 20000'), 'context_overflow'],
  ['ERNIE', 400, error('Prompt tokens too long'), 'context_overflow'],
  // What only sounds like it.
  ['a limit of the answer', 400, error('max_tokens 9000 exceeds the maximum 8192'), 'bad_request'],
  ['a limit below 1', 400, error('max_tokens must be at least 1, got 0.'), 'bad_request'],
  ['Bedrock', 429, { message: 'Too many tokens, please wait' }, 'rate_limited'],
  [
    'Anthropic, input tokens',
    429,
    error('Number of input tokens has exceeded your per-minute rate limit (see docs)', {
      type: 'rate_limit_error',
    }),
    'rate_limited',
  ],
  ['Vertex', 429, error('Too many input tokens per minute, slow down'), 'rate_limited'],
  ['a count of images', 400, error('the number of input images 9 cannot exceed 8'), 'bad_request'],
  ['a server error that repeats the words', 500, error('maximum context length'), 'server_error'],
  [
    'Groq, more than a minute’s tokens',
    413,
    error(
      'Request too large for model `x` in organization `o` on tokens per minute (TPM): Limit 6000',
      {
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    ),
    'unsupported',
  ],
  ...['messages', 'messages[3].content', 'messages.[1].content[0].text', 'input', null].map(
    (param) =>
      [
        `OpenAI, a long ${param}`,
        400,
        error(`Invalid string: too long.`, { code: 'string_above_max_length', param }),
        'context_overflow',
      ] as const,
  ),
  ...[
    'tools[13].function.description',
    'user',
    'messages[2].tool_calls[0].id',
    'messages[0].name',
    'messages[0].content[1].image_url.url',
  ].flatMap((param) => {
    const said = `Invalid '${param}': string too long. Expected a string with maximum length 64.`;
    const code = 'string_above_max_length';
    const inParam = error('too long', { code, param });
    const inText = error(said, { code, param: null });
    const liteLlm = error(`ContextWindowExceededError: OpenAIException - ${said}`, {
      type: 'ContextWindowExceededError',
    });
    return [
      [`OpenAI, a long ${param}`, 400, inParam, 'unsupported'],
      [`OpenAI, a long ${param} by its text`, 400, inText, 'unsupported'],
      [`LiteLLM, a long ${param}`, 400, liteLlm, 'unsupported'],
    ] as const;
  }),
  // Ids of calls and names of functions, which each server has its own limits for.
  ...[
    [
      'OpenAI',
      "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    ],
    [
      'Anthropic',
      "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ],
    ['Anthropic', 'tools.0.custom.name: String should have at most 128 characters'],
    [
      'Bedrock',
      "Value 'functions.f:0' at 'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
    ],
    ['Mistral', 'Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.'],
    [
      'Gemini',
      '* GenerateContentRequest.tools[0].function_declarations[0].name: Invalid function name. Must start with a letter or an underscore.',
    ],
  ].map(
    ([provider, said]) => [`${provider}, a name`, 400, error(said ?? ''), 'unsupported'] as const,
  ),
  ...[
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
    'messages.2.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1.',
    "Invalid value for 'tools[0].function.parameters': not a schema",
  ].map((said) => ['a conversation that is not whole', 400, error(said), 'bad_request'] as const),
  // Money.
  ['OpenAI', 429, error('no money', { code: 'insufficient_quota' }), 'quota_exhausted'],
  ['Anthropic', 400, error('Your credit balance is too low'), 'quota_exhausted'],
  [
    'DeepSeek',
    402,
    error('Insufficient Balance', { code: 'invalid_request_error' }),
    'quota_exhausted',
  ],
  ['Kimi', 429, error('suspended', { type: 'exceeded_current_quota_error' }), 'quota_exhausted'],
  [
    'GLM',
    429,
    error('Insufficient balance or no resource package. Please recharge.', { code: '1113' }),
    'quota_exhausted',
  ],
  ['Qwen', 400, { code: 'Arrearage', message: 'Access denied' }, 'quota_exhausted'],
  [
    'LiteLLM',
    400,
    error('Budget has been exceeded! Current cost: 1.2, Max budget: 1.0', {
      type: 'budget_exceeded',
      code: '400',
    }),
    'quota_exhausted',
  ],
  ['new-api', 403, error('no', { code: 'insufficient_user_quota' }), 'quota_exhausted'],
  ['Volcengine', 403, error('no', { code: 'AccountOverdueError' }), 'quota_exhausted'],
  ['Novita', 403, { code: 403, message: 'not enough balance' }, 'quota_exhausted'],
  ['OpenRouter', 403, error('Key limit exceeded (monthly limit)'), 'quota_exhausted'],
  ['xAI', 403, { error: "Your team doesn't have any credits or licenses yet." }, 'quota_exhausted'],
  [
    'Gemini, whose quota is one of a minute',
    429,
    [error('You exceeded your current quota.', { code: 429, status: 'RESOURCE_EXHAUSTED' })],
    'rate_limited',
  ],
  // Keys.
  ['a status', 401, error('no'), 'authentication'],
  ['a status', 403, error('no'), 'authentication'],
  [
    'Gemini',
    400,
    [error('API key not valid. Please pass a valid API key.', { status: 'INVALID_ARGUMENT' })],
    'authentication',
  ],
  ['xAI', 400, { error: 'Incorrect API key provided: xa***' }, 'authentication'],
  ...['model_terms_required', 'organization_restricted'].map(
    (code) => ['Groq', 400, error('no', { code }), 'authentication'] as const,
  ),
  // Models that are gone, or that the endpoint does not have.
  [
    'SiliconFlow',
    400,
    { code: 20012, message: 'Model does not exist. Please check it carefully.', data: null },
    'model_not_found',
  ],
  [
    'Cloudflare',
    400,
    { errors: [{ message: 'No such model @cf/x or task', code: 5007 }], success: false },
    'model_not_found',
  ],
  [
    'OpenAI',
    400,
    error('This model is only supported in v1/responses and not in v1/chat/completions.'),
    'model_not_found',
  ],
  [
    'Azure',
    400,
    error('The chatCompletion operation does not work with the specified model, o3-pro.', {
      code: 'OperationNotSupported',
    }),
    'model_not_found',
  ],
  ['Ollama', 404, { error: "model 'x' not found" }, 'model_not_found'],
  [
    'OpenRouter',
    400,
    error('acme/gone-1 is not a valid model ID', { code: 400 }),
    'model_not_found',
  ],
  [
    'Groq',
    400,
    error('has been decommissioned', { code: 'model_decommissioned' }),
    'model_not_found',
  ],
  ['DeepSeek', 400, error('Model Not Exist'), 'model_not_found'],
  [
    'Mistral',
    400,
    { object: 'error', message: 'Invalid model: x', type: 'invalid_model' },
    'model_not_found',
  ],
  ['LiteLLM', 400, error('Invalid model name passed in model=x.'), 'model_not_found'],
  ['vLLM', 404, { object: 'error', message: 'The model `x` does not exist.' }, 'model_not_found'],
  ['OpenRouter', 404, error('No endpoints found for this model'), 'model_not_found'],
  // Filters.
  ['OpenAI', 400, error('no', { code: 'content_policy_violation' }), 'content_filtered'],
  [
    'Azure',
    400,
    error('filtered', {
      code: 'content_filter',
      innererror: { code: 'ResponsibleAIPolicyViolation' },
    }),
    'content_filtered',
  ],
  [
    'OpenRouter',
    403,
    error('flagged', { metadata: { reasons: ['violence'] } }),
    'content_filtered',
  ],
  [
    'Qwen',
    400,
    error('Input data may contain ...', { code: 'data_inspection_failed' }),
    'content_filtered',
  ],
  ['GLM', 400, error('sensitive', { code: '1301' }), 'content_filtered'],
  ['DeepSeek', 400, error('Content Exists Risk'), 'content_filtered'],
  [
    'OpenAI, of a topic',
    400,
    error("Invalid prompt: we've limited access to this content for safety reasons.", {
      code: 'invalid_prompt',
    }),
    'content_filtered',
  ],
  ['OpenAI, any prompt', 400, error('Invalid prompt', { code: 'invalid_prompt' }), 'bad_request'],
  ...[
    'SensitiveContentDetected',
    'SensitiveContentDetected.Violence',
    'InputTextSensitiveContentDetected',
    'OutputTextSensitiveContentDetected',
  ].map((code) => ['Volcengine', 400, error('no', { code }), 'content_filtered'] as const),
  ['new-api', 500, error('no', { code: 'sensitive_words_detected' }), 'content_filtered'],
  ['StepFun', 451, error('no', { type: 'censorship_blocked' }), 'content_filtered'],
  // What the model cannot do.
  ['OpenAI', 400, error('no', { code: 'unsupported_value' }), 'unsupported'],
  ['OpenRouter', 404, error('No endpoints found that support image input'), 'unsupported'],
  [
    'Anthropic',
    400,
    error('This model does not support assistant message prefill.'),
    'unsupported',
  ],
  [
    'vLLM',
    400,
    error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    'unsupported',
  ],
  ['nothing of that', 400, error('We support images. Yours is broken.'), 'bad_request'],
  // Schemas that another provider may take.
  [
    'OpenAI, a schema by its code',
    400,
    error('no', { code: 'invalid_function_parameters', param: 'tools[0].function.parameters' }),
    'unsupported',
  ],
  ...[
    "Invalid schema for function 'f': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'id'.",
    "Invalid schema for response_format 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.",
  ].map((said) => ['OpenAI, a schema', 400, error(said), 'unsupported'] as const),
  ...[
    "tools.1.custom: For 'integer' type, properties maximum, minimum are not supported",
    'tools.12.custom.input_schema: int too big to convert',
    'tools.0.custom.strict: Extra inputs are not permitted',
    "output_format.schema: For 'integer' type, property 'minimum' is not supported",
    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools.',
    'Schema is too complex for compilation. Try reducing the number of tools or simplifying tool schemas.',
    'Schemas contains too many optional parameters (28), which would make grammar compilation inefficient.',
    'Too many strict tools (49). The maximum number of strict tools supported is 20.',
  ].map((said) => {
    const body = { type: 'error', error: { type: 'invalid_request_error', message: said } };
    return ['Anthropic, a schema', 400, body, 'unsupported'] as const;
  }),
  [
    'a list of tools that is none',
    400,
    error('tools: Input should be a valid list'),
    'bad_request',
  ],
  // Statuses.
  ['a status', 400, error('x'), 'bad_request'],
  ['a status', 408, error('x'), 'timeout'],
  ['a status', 409, error('x'), 'server_error'],
  ['TGI', 424, { error: 'Generation failed', error_type: 'generation' }, 'server_error'],
  ['a status', 429, error('x'), 'rate_limited'],
  ['Groq', 498, error('flex tier capacity exceeded'), 'rate_limited'],
  ['a status', 503, error('x'), 'server_error'],
  ['Anthropic', 529, error('x', { type: 'overloaded_error' }), 'server_error'],
];

describe('a refused schema', () => {
  it('refuses no member of the request, whatever its properties are called', () => {
    const said =
      "Invalid schema for function 'f': In context=('properties', 'temperature'), 'minimum' is not permitted.";
    const failure = readFailure(
      { status: 400, body: error(said) },
      { secrets: [], now: new Date(0) },
    );
    expect(failure.class).toBe('unsupported');
    expect(failure.refusedMember).toBeUndefined();
  });
});

describe('the text of an overflow', () => {
  it('is read to a limit, so that no text takes long', () => {
    const { overflowText = '' } = read(400, error(`maximum context length ${'1'.repeat(100_000)}`));
    expect(overflowText).toHaveLength(4000);
  });

  it('is whole and without keys', () => {
    const key = 'planted-key-0123456789';
    const failure = read(400, error(`${'x'.repeat(500)} maximum context length ${key}`), [key]);
    expect(failure.class).toBe('context_overflow');
    expect(failure.overflowText).toMatch(/^x{500} maximum context length (?!planted)/);
  });

  it('is absent where only the status says so', () => {
    expect(read(413, '<html>413 Request Entity Too Large</html>')).not.toHaveProperty(
      'overflowText',
    );
  });

  it('is absent from other failures', () => {
    expect(read(400, error('max_tokens is too large: 9'))).not.toHaveProperty('overflowText');
    const user = error('too long', { code: 'string_above_max_length', param: 'user' });
    expect(read(400, user)).not.toHaveProperty('overflowText');
  });
});

describe('what a provider’s error means', () => {
  it.each(rows)('%s, %i %j', (_, status, body, expected) => {
    expect(read(status === 200 ? undefined : status, body).class).toBe(expected);
  });

  it.each([
    [{ code: 429 }, 'rate_limited', 429],
    [{ code: '503' }, 'server_error', 503],
    [{ code: 200 }, 'server_error', null],
    [{ type: 'overloaded_error' }, 'server_error', null],
    [{ type: 'rate_limit_error' }, 'rate_limited', null],
    [{ code: 'rate_limit_exceeded' }, 'rate_limited', null],
    [{ type: 'invalid_request_error' }, 'bad_request', null],
    [{ message: 'This model’s maximum context length is 4096' }, 'context_overflow', null],
    [{ message: 'x' }, 'server_error', null],
    ['broken', 'server_error', null],
  ])('inside a 200, %j is %s', (inner, failureClass, status) => {
    const failure = read(undefined, { error: inner });
    expect(failure).toMatchObject({ class: failureClass, status, detail: 'an error inside a 200' });
  });
});

describe('the text of an error', () => {
  it.each([
    ['an object', error('too bad'), 'too bad'],
    ['a text', { error: 'too bad' }, 'too bad'],
    ['a list', [error('too bad')], 'too bad'],
    ['a list of errors', { errors: [{ message: 'too bad' }] }, 'too bad'],
    ['FastAPI’s detail', { detail: 'too bad' }, 'too bad'],
    [
      'FastAPI’s validation',
      { detail: [{ loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }] },
      'body.seed: Extra inputs are not permitted',
    ],
    [
      'the same in a message',
      { message: { detail: [{ loc: ['body', 'seed'], msg: 'no' }] } },
      'body.seed: no',
    ],
    ['plain text', 'too bad', 'too bad'],
  ])('is found in %s', (_, body, expected) => {
    expect(read(400, body).providerMessage).toBe(expected);
  });

  it('is one short line without control characters', () => {
    const { providerMessage } = read(500, `\u001b[31mno\r\n${'x'.repeat(5000)}`);
    expect(providerMessage).toMatch(/^\[31mno x+$/);
    expect(providerMessage?.length).toBeLessThanOrEqual(400);
  });

  it('holds no key, not even a part of one where it is cut', () => {
    const key = 'planted-key-0123456789';
    const { providerMessage } = read(401, error(`${'x'.repeat(390)} ${key}`), [key]);
    expect(providerMessage).not.toContain('planted');
  });

  it('holds no part of a key that crosses the limit of what is read', () => {
    const key = 'Zx9qT7vLm2Kd8wRb5YpQ';
    const text = `maximum context length ${' '.repeat(3962)}${key}`;
    const { providerMessage, overflowText } = read(400, error(text), [key]);
    expect(providerMessage).not.toContain(key.slice(0, 8));
    expect(overflowText).not.toContain(key.slice(0, 8));
  });
});

describe('a refused member of the request', () => {
  it.each([
    [
      error(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        { param: 'max_tokens', code: 'unsupported_parameter' },
      ),
      'max_tokens',
    ],
    [
      {
        detail: [
          {
            type: 'extra_forbidden',
            loc: ['body', 'stream_options'],
            msg: 'Extra inputs are not permitted',
          },
        ],
      },
      'stream_options',
    ],
    [error("property 'stream_options' is unsupported, did you mean 'stream'?"), 'stream_options'],
    [error('Unrecognized request argument supplied: stream_options'), 'stream_options'],
    [error('Invalid JSON payload received. Unknown name "seed": Cannot find field.'), 'seed'],
    [error("Unsupported value: 'temperature' does not support 0 with this model."), 'temperature'],
    [error('`temperature` is deprecated for this model.'), 'temperature'],
    [error('temperature: Extra inputs are not permitted'), 'temperature'],
  ])('of %j is %s', (body, member) => {
    expect(read(400, body)).toMatchObject({ class: 'unsupported', refusedMember: member });
  });

  it('is none where its value is wrong', () => {
    const failure = read(400, error('max_tokens is too large: 100000'));
    expect(failure).toMatchObject({ class: 'bad_request' });
    expect(failure.refusedMember).toBeUndefined();
  });
});

describe('any body', () => {
  it('has a class and a text', () => {
    const status = fc.option(fc.integer({ min: 400, max: 599 }), { nil: undefined });
    const names = ['error', 'errors', 'message', 'detail', 'code', 'type', 'metadata', 'base_resp'];
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue()),
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue()).map((inner) => ({ error: inner })),
    );
    fc.assert(
      fc.property(status, body, (code, value) => {
        const failure = read(code, value);
        expect(failure.class).toMatch(/^[a-z_]+$/);
        expect(failure.providerMessage?.length).toBeLessThanOrEqual(400);
        if (code !== undefined) expect(failure.status).toBe(code);
      }),
    );
  });
});
