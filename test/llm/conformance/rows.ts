import type { FailureClass } from '../../../src/llm/failure.js';
import type { Ending } from '../../../src/llm/finish-reason.js';
import type { ProtocolName } from '../../../src/llm/protocol.js';

/** What both consumers must make of a response. */
export type Reading =
  | {
      readonly kind: 'answer';
      readonly text?: string;
      readonly toolCalls?: readonly { readonly name: string; readonly arguments: unknown }[];
      readonly ending?: Ending;
      /** Input and output tokens. */
      readonly tokens?: readonly [number, number];
      readonly costIsGuess?: boolean;
    }
  | { readonly kind: 'failure'; readonly class: FailureClass; readonly text?: string };

/** One kind of response: what is on the wire, streamed and whole, and what it must be read as. */
export interface Row {
  readonly name: string;
  readonly protocol: ProtocolName;
  /** The bytes of a stream. */
  readonly stream?: string;
  /** The body of a whole answer: JSON, or its text. */
  readonly whole?: unknown;
  readonly reading: Reading;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: unknown, reason: string | null = null, more: object = {}): string =>
  data({ choices: [{ index: 0, delta, finish_reason: reason, ...more }] });
const done = 'data: [DONE]\n\n';
const message = (type: string, value: object): string =>
  `event: ${type}\n${data({ type, ...value })}`;
const usage = data({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } });
const whole = (message: object, reason: string | null = 'stop', more: object = {}) => ({
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }],
  ...more,
});
const answer = (text: string, more: object = {}): Reading => ({ kind: 'answer', text, ...more });
const failure = (failureClass: FailureClass, text?: string): Reading =>
  text === undefined
    ? { kind: 'failure', class: failureClass }
    : { kind: 'failure', class: failureClass, text };

/** A row in which the same message is a delta of a stream and the message of a whole answer. */
function both(name: string, message: object, reason: string | null, reading: Reading): Row {
  const stream = chunk(message) + chunk({}, reason) + usage + done;
  return { name, protocol: 'openai', stream, whole: whole(message, reason), reading };
}

const parts: readonly Row[] = [
  both(
    'a signature of Gemini beside the text',
    { content: '42', extra_content: { google: { thought_signature: 's' } } },
    'stop',
    answer('42'),
  ),
  both(
    'content in parts',
    {
      content: [
        { type: 'text', text: '4' },
        { type: 'text', text: '2' },
      ],
    },
    'stop',
    answer('42'),
  ),
  both(
    'a thinking part before the text',
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'six sevens' }] },
        { type: 'text', text: '42' },
      ],
    },
    'stop',
    answer('42'),
  ),
  ...['reasoning_content', 'reasoning', 'thinking'].map((name) =>
    both(`reasoning as ${name}`, { [name]: 'Hmm', content: '42' }, 'stop', answer('42')),
  ),
];

const reasons: readonly Row[] = [
  ...(
    [
      ['stop', 'complete'],
      ['STOP', 'complete'],
      ['eos', 'complete'],
      ['eos_token', 'complete'],
      ['COMPLETE', 'complete'],
      ['FinishReason.STOP', 'complete'],
      ['length', 'truncated'],
      ['MAX_TOKENS', 'truncated'],
      ['model_length', 'truncated'],
      ['model_context_window_exceeded', 'truncated'],
      ['content_filter', 'refused'],
      ['content_filter: SAFETY', 'refused'],
      ['SAFETY', 'refused'],
      ['RECITATION', 'refused'],
      ['sensitive', 'refused'],
      ['MODEL_ARMOR', 'refused'],
    ] as const
  ).map(([reason, ending]) =>
    both(`the reason ${reason}`, { content: 'It' }, reason, answer('It', { ending })),
  ),
  ...['abort', 'network_error', 'error', 'insufficient_system_resource', 'OTHER', 'new', ''].map(
    (reason) =>
      both(
        `the interruption ${JSON.stringify(reason)}`,
        { content: 'It' },
        reason,
        failure('server_error'),
      ),
  ),
  {
    name: 'no reason at all, with content',
    protocol: 'openai',
    stream: data({ choices: [{ index: 0, delta: { content: 'It' } }] }) + usage + done,
    whole: whole({ content: 'It' }, null),
    reading: answer('It', { ending: 'complete' }),
  },
  {
    name: 'no reason at all, and the usage in a chunk of its own',
    protocol: 'openai',
    stream: data({ choices: [{ index: 0, delta: { content: 'It' } }] }) + usage + done,
    reading: answer('It', { ending: 'complete', tokens: [10, 5], costIsGuess: false }),
  },
  {
    name: 'no reason at all, and no end after the usage',
    protocol: 'openai',
    stream: data({ choices: [{ index: 0, delta: { content: 'It' } }] }) + usage,
    reading: failure('truncated'),
  },
  {
    name: 'a stream whose last word on the reason is null',
    protocol: 'openai',
    stream: chunk({ content: 'It' }) + usage + done,
    reading: failure('truncated'),
  },
  {
    name: 'an Anthropic stream that stops without its message_delta',
    protocol: 'anthropic',
    stream: [
      message('message_start', { message: { model: 'm', usage: { input_tokens: 3 } } }),
      message('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'It' } }),
      message('message_stop', {}),
    ].join(''),
    reading: failure('truncated'),
  },
  both('no reason at all, without content', { content: '' }, null, failure('truncated')),
  ...(
    [
      ['stop', 'length', answer('It', { ending: 'truncated' })],
      ['length', 'stop', answer('It', { ending: 'truncated' })],
      ['content_filter', 'stop', answer('It', { ending: 'refused' })],
      ['abort', 'stop', failure('server_error', 'abort')],
      ['stop', 'abort', failure('server_error', 'abort')],
    ] as const
  ).map(([first, second, reading]): Row => ({
    name: `the reason ${first} and then ${second}`,
    protocol: 'openai',
    stream: chunk({ content: 'It' }) + chunk({}, first) + chunk({}, second) + done,
    reading,
  })),
];

const errors: readonly Row[] = [
  ...(
    [
      ['an error member', { error: { message: 'CUDA', code: 500 } }, 'server_error'],
      ['an error text', { error: 'CUDA' }, 'server_error'],
      ['an error in a list', [{ error: { message: 'CUDA', code: 429 } }], 'rate_limited'],
      ['object: error', { object: 'error', message: 'CUDA', code: 500 }, 'server_error'],
      ['message and code', { message: 'CUDA', code: 'internal' }, 'server_error'],
      ['a detail', { detail: 'CUDA' }, 'server_error'],
      [
        'MiniMax’s base_resp',
        { base_resp: { status_code: 1000, status_msg: 'CUDA' } },
        'server_error',
      ],
      [
        'an overflow',
        { error: { message: 'CUDA: maximum context length is 4096', type: 'BadRequestError' } },
        'context_overflow',
      ],
      [
        'an error in the choice',
        { choices: [{ index: 0, error: { message: 'CUDA', code: 502 }, finish_reason: 'error' }] },
        'server_error',
      ],
    ] as const
  ).map(([name, body, failureClass]): Row => ({
    name: `${name}, inside a 200`,
    protocol: 'openai',
    stream: data(body) + done,
    whole: body,
    reading: failure(failureClass, 'CUDA'),
  })),
  ...(
    [
      ['SiliconFlow’s balance', { code: 30001, message: 'no money' }, 'quota_exhausted'],
      [
        'xAI’s spending limit',
        { error: 'Your team has either used all available credits or reached its limit' },
        'quota_exhausted',
      ],
      [
        'Together’s model',
        { error: { message: 'Unable to access model m', code: 'model_not_available' } },
        'model_not_found',
      ],
      ['LM Studio’s model', { error: { message: 'No models loaded.' } }, 'model_not_found'],
      [
        'SiliconFlow’s overflow',
        { code: 20015, message: 'length of prompt_tokens (9) must be less than max_seq_len (8)' },
        'context_overflow',
      ],
      [
        'Volcengine’s overflow',
        { error: { message: 'Total tokens of image and text exceed max message tokens' } },
        'context_overflow',
      ],
      ['Groq’s x_groq', { ...whole({}, null), x_groq: { error: 'CUDA' } }, 'server_error'],
    ] as const
  ).map(([name, body, failureClass]): Row => ({
    name: `${name}, inside a 200`,
    protocol: 'openai',
    stream: chunk({ content: 'It' }) + data(body) + done,
    whole: body,
    reading: failure(failureClass),
  })),
  ...(
    [
      ['an error field, as of llama.cpp', 'error: {"code":500,"message":"CUDA"}\n\n'],
      ['an error without a field', '{"error":{"message":"CUDA"}}\n\n'],
      ['an error without the line after it', 'data: {"error":{"message":"CUDA"}}'],
      ['a bare error without a line end', '{"error":{"message":"CUDA"}}'],
      ['event: error without the line after it', 'event: error\ndata: CUDA'],
    ] as const
  ).map(([name, text]): Row => ({
    name,
    protocol: 'openai',
    stream: chunk({ content: 'It' }) + text,
    reading: failure('server_error', 'CUDA'),
  })),
  {
    name: 'a body that is cut',
    protocol: 'openai',
    whole: '{"choices":[{"index":0,"mess',
    reading: failure('truncated'),
  },
  {
    name: 'an error after the text',
    protocol: 'openai',
    stream: chunk({ content: 'It' }) + data({ message: 'CUDA', code: 500 }) + done,
    reading: failure('server_error', 'CUDA'),
  },
  {
    name: 'event: error',
    protocol: 'openai',
    stream: `event: error\n${data({ message: 'CUDA' })}${done}`,
    reading: failure('server_error', 'CUDA'),
  },
  {
    name: 'event: error with a text',
    protocol: 'openai',
    stream: `event: error\ndata: CUDA\n\n${done}`,
    reading: failure('server_error', 'CUDA'),
  },
  {
    name: 'an event that is not JSON',
    protocol: 'openai',
    stream: `${chunk({ content: 'It' })}data: CUDA\n\n${done}`,
    reading: failure('malformed', 'CUDA'),
  },
  {
    name: 'nothing but the end',
    protocol: 'openai',
    stream: `: OPENROUTER PROCESSING\n\n${done}`,
    whole: { choices: [] },
    reading: failure('malformed'),
  },
  {
    name: 'a stream without its end',
    protocol: 'openai',
    stream: chunk({ content: 'It' }),
    reading: failure('truncated'),
  },
];

const framing: readonly Row[] = [
  {
    name: 'a byte order mark, comments and events without data',
    protocol: 'openai',
    stream: `\uFEFF${chunk({ content: '4' })}: hi\n\ndata:\n\ndata: \n\nevent: ping\ndata: x\n\n${chunk({ content: '2' }, 'stop')}${done}`,
    reading: answer('42'),
  },
  {
    name: 'an envelope that says success',
    protocol: 'openai',
    stream: data({ code: 0, message: 'Success' }) + chunk({ content: '42' }, 'stop') + done,
    whole: whole({ content: '42' }, 'stop', { code: 0, message: 'Success' }),
    reading: answer('42'),
  },
  {
    name: 'the mark of the end without the line after it',
    protocol: 'openai',
    stream: `${chunk({ content: '42' }, 'stop')}data: [DONE]`,
    reading: answer('42'),
  },
  {
    name: 'a second choice only',
    protocol: 'openai',
    stream:
      data({ choices: [{ index: 1, delta: { content: '4' }, finish_reason: 'stop' }] }) + done,
    reading: failure('malformed'),
  },
  {
    name: 'an only choice with another number',
    protocol: 'openai',
    whole: { choices: [{ index: 1, message: { content: '42' }, finish_reason: 'stop' }] },
    reading: answer('42'),
  },
  {
    name: 'an empty reason in every chunk',
    protocol: 'openai',
    stream: chunk({ content: '4' }, '') + chunk({ content: '2' }, '') + done,
    reading: answer('42'),
  },
  {
    name: 'a reason that is null again afterwards',
    protocol: 'openai',
    stream: chunk({ content: '42' }, 'stop') + chunk({ content: '' }, null),
    reading: answer('42', { ending: 'complete' }),
  },
];

const call = (
  index: number | undefined,
  id: string | undefined,
  name: string | undefined,
  text: unknown,
) => ({
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
  function: { ...(name === undefined ? {} : { name }), arguments: text },
});
const custom = (name: string, input: string) => ({
  index: 0,
  id: 'a',
  type: 'custom',
  custom: { name, input },
});
const paris = '{"city":"Paris"}';
const rome = '{"city":"Rome"}';
const towns = [
  { name: 'find', arguments: { city: 'Paris' } },
  { name: 'find', arguments: { city: 'Rome' } },
];

const tools: readonly Row[] = [
  {
    name: 'a call of a custom tool',
    protocol: 'openai',
    stream:
      chunk({ tool_calls: [custom('run', '')] }) +
      chunk({ tool_calls: [{ index: 0, custom: { input: 'print' } }] }) +
      chunk({ tool_calls: [{ index: 0, custom: { input: '(1)' } }] }) +
      chunk({}, 'tool_calls') +
      done,
    whole: whole({ content: null, tool_calls: [custom('run', 'print(1)')] }, 'tool_calls'),
    reading: {
      kind: 'answer',
      toolCalls: [{ name: 'run', arguments: 'print(1)' }],
      ending: 'tool_calls',
    },
  },
  ...(
    [
      ['an index each', [call(0, 'a', 'find', paris), call(1, 'b', 'find', rome)]],
      ['index 0 each', [call(0, 'a', 'find', paris), call(0, 'b', 'find', rome)]],
      ['no index', [call(undefined, 'a', 'find', paris), call(undefined, 'b', 'find', rome)]],
      [
        'neither index nor id',
        [call(undefined, undefined, 'find', paris), call(undefined, undefined, 'find', rome)],
      ],
      ['index 0 and no id', [call(0, undefined, 'find', paris), call(0, undefined, 'find', rome)]],
      ['one id for both', [call(0, 'a', 'find', paris), call(1, 'a', 'find', rome)]],
      [
        'arguments as JSON',
        [call(0, 'a', 'find', { city: 'Paris' }), call(1, 'b', 'find', { city: 'Rome' })],
      ],
    ] as const
  ).map(([name, calls]): Row => ({
    name: `tool calls with ${name}`,
    protocol: 'openai',
    stream:
      calls.map((one) => chunk({ tool_calls: [one] })).join('') + chunk({}, 'tool_calls') + done,
    whole: whole({ content: null, tool_calls: calls }, 'tool_calls'),
    reading: { kind: 'answer', toolCalls: towns, ending: 'tool_calls' },
  })),
  ...(
    [
      [
        'pieces without an index',
        [
          call(undefined, 'a', 'find', '{"city":'),
          call(undefined, undefined, undefined, '"Paris"}'),
          call(undefined, 'b', 'find', rome),
        ],
      ],
      [
        'a name that is repeated',
        [
          call(0, 'a', 'find', '{"city":'),
          call(0, 'a', 'find', '"Paris"}'),
          call(1, 'b', 'find', rome),
        ],
      ],
      [
        'pieces after an empty object',
        [
          call(0, 'a', 'find', '{}'),
          call(0, undefined, undefined, '{"city":'),
          call(0, undefined, undefined, '"Paris"}'),
          call(1, 'b', 'find', '{}'),
          call(1, undefined, undefined, rome),
        ],
      ],
      ['one id and index for all', [call(0, 'a', 'find', paris), call(0, 'a', 'find', rome)]],
      [
        'pieces that alternate',
        [
          call(0, 'a', 'find', '{"city":'),
          call(1, 'b', 'find', '{"city":'),
          call(0, undefined, undefined, '"Paris"}'),
          call(1, undefined, undefined, '"Rome"}'),
        ],
      ],
    ] as const
  ).map(([name, calls]): Row => ({
    name: `tool calls in ${name}`,
    protocol: 'openai',
    stream:
      calls.map((one) => chunk({ tool_calls: [one] })).join('') + chunk({}, 'tool_calls') + done,
    reading: { kind: 'answer', toolCalls: towns },
  })),
];

const emptyCalls = [call(0, 'a', 'now', '{}'), call(1, 'b', 'find', '{}')];
const emptyReading: Reading = {
  kind: 'answer',
  toolCalls: [
    { name: 'now', arguments: {} },
    { name: 'find', arguments: {} },
  ],
};

const callsWithoutArguments: readonly Row[] = [
  {
    name: 'tool calls without arguments',
    protocol: 'openai',
    stream:
      emptyCalls.map((one) => chunk({ tool_calls: [one] })).join('') +
      chunk({}, 'tool_calls') +
      done,
    whole: whole({ content: null, tool_calls: emptyCalls }, 'tool_calls'),
    reading: emptyReading,
  },
  {
    name: 'tool calls without arguments, and without a finish reason',
    protocol: 'openai',
    stream: data({ choices: [{ index: 0, delta: { tool_calls: emptyCalls } }] }) + done,
    reading: emptyReading,
  },
];

/** The last event of a stream: the answer again, as one message (MiniMax). */
const wholeEnd = (message: object, reason = 'stop'): string =>
  data(whole(message, reason, { usage: { prompt_tokens: 10, completion_tokens: 5 } }));

const wholeEnds: readonly Row[] = [
  {
    name: 'text that the end of the stream repeats as a message',
    protocol: 'openai',
    stream:
      chunk({ reasoning_content: 'six sevens' }) +
      chunk({ content: '4' }) +
      chunk({ content: '2' }, 'stop') +
      wholeEnd({ reasoning_content: 'six sevens', content: '42' }) +
      done,
    reading: answer('42', { ending: 'complete', tokens: [10, 5] }),
  },
  {
    name: 'a finish reason that only the repeated message has',
    protocol: 'openai',
    stream: chunk({ content: '42' }) + wholeEnd({ content: '42' }, 'length') + done,
    reading: answer('42', { ending: 'truncated', tokens: [10, 5] }),
  },
  {
    name: 'tool calls that the end of the stream repeats as a message',
    protocol: 'openai',
    stream:
      chunk({ tool_calls: [call(0, 'a', 'find', paris)] }) +
      chunk({ tool_calls: [call(1, 'b', 'find', rome)] }, 'tool_calls') +
      wholeEnd(
        { tool_calls: [call(0, 'a', 'find', paris), call(1, 'b', 'find', rome)] },
        'tool_calls',
      ) +
      done,
    reading: { kind: 'answer', toolCalls: towns, ending: 'tool_calls' },
  },
  {
    name: 'a message at the end whose text no delta had',
    protocol: 'openai',
    stream:
      chunk({ reasoning_content: 'six sevens' }) +
      wholeEnd({ reasoning_content: 'six sevens', content: '42' }) +
      done,
    reading: answer('42', { ending: 'complete', tokens: [10, 5] }),
  },
  {
    name: 'a message without any delta',
    protocol: 'openai',
    stream: wholeEnd({ content: '42' }) + done,
    reading: answer('42', { ending: 'complete', tokens: [10, 5] }),
  },
];

const counts: readonly Row[] = [
  {
    name: 'usage inside the choice',
    protocol: 'openai',
    stream:
      chunk({ content: '42' }, 'stop', { usage: { prompt_tokens: 10, completion_tokens: 5 } }) +
      done,
    whole: {
      choices: [
        {
          message: { content: '42' },
          finish_reason: 'stop',
          usage: { prompt_tokens: 10, completion_tokens: 5 },
        },
      ],
    },
    reading: answer('42', { tokens: [10, 5] }),
  },
  ...(
    [
      [
        'only in the total',
        { prompt_tokens: 20, completion_tokens: 424, total_tokens: 1016 },
        [20, 996],
        true,
      ],
      [
        'beside the output',
        {
          prompt_tokens: 21,
          completion_tokens: 0,
          total_tokens: 81,
          completion_tokens_details: { reasoning_tokens: 60 },
        },
        [21, 60],
        false,
      ],
      [
        'nowhere',
        { prompt_tokens: 20, completion_tokens: 424, total_tokens: 444 },
        [20, 424],
        false,
      ],
    ] as const
  ).map(([name, raw, tokens, costIsGuess]): Row => ({
    name: `thinking tokens ${name}`,
    protocol: 'openai',
    stream: chunk({ content: '42' }, 'stop') + data({ choices: [], usage: raw }) + done,
    whole: whole({ content: '42' }, 'stop', { usage: raw }),
    reading: answer('42', { tokens, costIsGuess }),
  })),
  ...(
    [
      ['flex', true],
      ['priority', true],
      ['scale', true],
      ['default', false],
      ['auto', false],
      ['on_demand', false],
      [null, false],
    ] as const
  ).flatMap(([tier, costIsGuess]): Row[] => {
    const reading = answer('42', { tokens: [10, 5], costIsGuess });
    const counted = { usage: { prompt_tokens: 10, completion_tokens: 5 } };
    const named = { service_tier: tier };
    const text = { choices: [{ index: 0, delta: { content: '42' }, finish_reason: 'stop' }] };
    return [
      {
        name: `the service tier ${tier} beside the usage`,
        protocol: 'openai',
        stream: data(text) + data({ choices: [], ...counted, ...named }) + done,
        whole: whole({ content: '42' }, 'stop', { ...counted, ...named }),
        reading,
      },
      {
        name: `the service tier ${tier} before the usage`,
        protocol: 'openai',
        stream: data({ ...text, ...named }) + data({ choices: [], ...counted }) + done,
        reading,
      },
      {
        name: `the service tier ${tier} after the usage`,
        protocol: 'openai',
        stream: data({ choices: [], ...counted }) + data({ ...text, ...named }) + done,
        reading,
      },
    ];
  }),
  {
    name: 'a charge that the provider names, at another service tier',
    protocol: 'openai',
    whole: whole({ content: '42' }, 'stop', {
      service_tier: 'flex',
      usage: { prompt_tokens: 10, completion_tokens: 5, cost: 0.1 },
    }),
    reading: answer('42', { tokens: [10, 5], costIsGuess: false }),
  },
  {
    name: 'usage that is followed by zeros',
    protocol: 'openai',
    stream:
      chunk({ content: '42' }, 'stop') +
      usage +
      data({ choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } }) +
      done,
    reading: answer('42', { tokens: [10, 5] }),
  },
];

/** An Anthropic stream: its text, why it ended and its counts. */
function anthropicStream(reason: string | null, start: object, end: object): string {
  return [
    message('message_start', { message: { model: 'm', usage: start } }),
    message('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    message('ping', {}),
    message('content_block_delta', { index: 0, delta: { type: 'text_delta', text: '42' } }),
    message('content_block_stop', { index: 0 }),
    message('message_delta', { delta: { stop_reason: reason }, usage: end }),
    message('message_stop', {}),
  ].join('');
}

const anthropic: readonly Row[] = [
  ...(
    [
      ['end_turn', answer('42', { ending: 'complete' })],
      ['stop_sequence', answer('42', { ending: 'complete' })],
      ['max_tokens', answer('42', { ending: 'truncated' })],
      ['model_context_window_exceeded', answer('42', { ending: 'truncated' })],
      ['refusal', answer('42', { ending: 'refused' })],
      ['abort', failure('server_error')],
      ['', failure('server_error')],
      [null, answer('42', { ending: 'complete' })],
    ] as const
  ).map(([reason, reading]): Row => ({
    name: `Anthropic’s reason ${JSON.stringify(reason)}`,
    protocol: 'anthropic',
    stream: anthropicStream(reason, { input_tokens: 10, output_tokens: 1 }, { output_tokens: 5 }),
    whole: {
      type: 'message',
      content: [{ type: 'text', text: '42' }],
      stop_reason: reason,
      usage: { input_tokens: 10, output_tokens: 5 },
    },
    reading,
  })),
  ...(
    [
      ['output only', { input_tokens: 1000, output_tokens: 1 }, { output_tokens: 5 }],
      ['zero', { input_tokens: 1000, output_tokens: 1 }, { input_tokens: 0, output_tokens: 5 }],
      ['null', { input_tokens: 1000, output_tokens: 1 }, { input_tokens: null, output_tokens: 5 }],
      ['all', { input_tokens: 0, output_tokens: 0 }, { input_tokens: 1000, output_tokens: 5 }],
      [
        'null for what is cached',
        { input_tokens: 10, cache_read_input_tokens: 900, cache_creation_input_tokens: 90 },
        {
          input_tokens: 10,
          cache_read_input_tokens: null,
          cache_creation_input_tokens: null,
          output_tokens: 5,
        },
      ],
    ] as const
  ).map(([name, start, end]): Row => ({
    name: `Anthropic’s usage whose end has ${name}`,
    protocol: 'anthropic',
    stream: anthropicStream('end_turn', start, end),
    reading: answer('42', { tokens: [1000, 5] }),
  })),
  {
    name: 'Anthropic’s tool calls, at index 0 each',
    protocol: 'anthropic',
    stream: [
      message('message_start', { message: {} }),
      ...[paris, rome].flatMap((text, position) => [
        message('content_block_start', {
          index: 0,
          content_block: { type: 'tool_use', id: `t${position}`, name: 'find', input: {} },
        }),
        message('content_block_delta', {
          index: 0,
          delta: { type: 'input_json_delta', partial_json: text },
        }),
      ]),
      message('message_delta', { delta: { stop_reason: 'tool_use' } }),
      message('message_stop', {}),
    ].join(''),
    whole: {
      content: [
        { type: 'thinking', thinking: 'Hmm' },
        { type: 'tool_use', id: 'a', name: 'find', input: { city: 'Paris' } },
        { type: 'tool_use', id: 'b', name: 'find', input: { city: 'Rome' } },
      ],
      stop_reason: 'tool_use',
    },
    reading: { kind: 'answer', toolCalls: towns, ending: 'tool_calls' },
  },
  {
    name: 'Anthropic’s tool call with its input at the start',
    protocol: 'anthropic',
    stream: [
      message('message_start', { message: {} }),
      message('content_block_start', {
        index: 0,
        content_block: { type: 'tool_use', id: 'a', name: 'find', input: { city: 'Paris' } },
      }),
      message('content_block_stop', { index: 0 }),
      message('message_delta', { delta: { stop_reason: 'tool_use' } }),
      message('message_stop', {}),
    ].join(''),
    reading: { kind: 'answer', toolCalls: [{ name: 'find', arguments: { city: 'Paris' } }] },
  },
  {
    name: 'a tool that Anthropic runs itself',
    protocol: 'anthropic',
    stream: [
      message('message_start', { message: {} }),
      message('content_block_start', {
        index: 0,
        content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      }),
      message('content_block_delta', {
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"query":"6 x 7"}' },
      }),
      message('content_block_stop', { index: 0 }),
      message('content_block_start', { index: 1, content_block: { type: 'text', text: '' } }),
      message('content_block_delta', { index: 1, delta: { type: 'text_delta', text: '42' } }),
      message('message_delta', { delta: { stop_reason: 'end_turn' } }),
      message('message_stop', {}),
    ].join(''),
    whole: {
      content: [
        { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: '6 x 7' } },
        { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
        { type: 'text', text: '42' },
      ],
      stop_reason: 'end_turn',
    },
    reading: answer('42', { ending: 'complete' }),
  },
  {
    name: 'a status in http_code, as of MiniMax',
    protocol: 'anthropic',
    stream: message('error', { error: { message: 'CUDA', http_code: '401' } }),
    whole: { type: 'error', error: { message: 'CUDA', http_code: '401' } },
    reading: failure('authentication', 'CUDA'),
  },
  {
    name: 'a refusal by Anthropic’s filter',
    protocol: 'anthropic',
    stream: message('error', {
      error: {
        type: 'invalid_request_error',
        message: 'Output blocked by content filtering policy',
      },
    }),
    reading: failure('content_filtered'),
  },
  {
    name: 'Anthropic’s error',
    protocol: 'anthropic',
    stream: message('error', { error: { type: 'overloaded_error', message: 'CUDA' } }),
    whole: { type: 'error', error: { type: 'overloaded_error', message: 'CUDA' } },
    reading: failure('server_error', 'CUDA'),
  },
  {
    name: 'an error in OpenAI’s form behind Anthropic’s protocol',
    protocol: 'anthropic',
    stream: data({ error: { message: 'CUDA', code: 429 } }),
    whole: { error: { message: 'CUDA', code: 429 } },
    reading: failure('rate_limited', 'CUDA'),
  },
  {
    name: 'Anthropic’s end alone',
    protocol: 'anthropic',
    stream: message('ping', {}) + message('message_stop', {}),
    whole: { type: 'message', stop_reason: 'end_turn' },
    reading: failure('malformed'),
  },
];

/** Every kind of response, read the same by the sweep and by the router. */
export const rows: readonly Row[] = [
  ...parts,
  ...reasons,
  ...errors,
  ...framing,
  ...tools,
  ...callsWithoutArguments,
  ...wholeEnds,
  ...counts,
  ...anthropic,
];
