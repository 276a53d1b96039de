import { describe, expect, it } from 'vitest';
import { startBatchServer } from '../../support/batch-server.js';
import {
  delta,
  done,
  event,
  failWith,
  stream,
  usageEvent,
  type Reply,
} from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
/** It would be right, if it could be read as a call. */
const failedGeneration = '<function=add>{"a": 3, "b": 1} = 4</function>';
const toolUseFailed = {
  message: 'Failed to call a function. Please adjust your prompt.',
  type: 'invalid_request_error',
  code: 'tool_use_failed',
  failed_generation: failedGeneration,
};

const faults: readonly (readonly [string, Reply, string])[] = [
  ...[
    'function_call_filter: MALFORMED_FUNCTION_CALL',
    'malformed_function_call',
    'UNEXPECTED_TOOL_CALL',
    'malformed_tool_use',
    'malformed_model_output',
  ].map(
    (reason) =>
      [reason, stream(delta({ content: '' }, reason), usageEvent(usage), done), ''] as const,
  ),
  [
    'OpenRouter',
    stream(
      event({
        choices: [
          {
            index: 0,
            delta: { content: '' },
            finish_reason: 'error',
            native_finish_reason: 'MALFORMED_FUNCTION_CALL',
          },
        ],
      }),
      usageEvent({ ...usage, cost: 20e-6 }),
      done,
    ),
    '',
  ],
  ['Groq, 400', failWith(400, toolUseFailed), failedGeneration],
  [
    'Groq, JSON',
    failWith(400, {
      message: "Failed to generate JSON. See 'failed_generation' for more details.",
      type: 'invalid_request_error',
      code: 'json_validate_failed',
      failed_generation: '{"city": Paris',
    }),
    '{"city": Paris',
  ],
];

describe('a tool call or JSON that its server cannot read', () => {
  it.each(faults)('is an answer of quality 0, and asked for once: %s', async (_, reply, answer) => {
    const server = await bench.serve(reply);
    const models = bench.buildModels(server, ['small']);
    const summary = await bench.sweep(models, { taskCount: 2 });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 2, failed: 0 } });
    await bench.sweep(models, { taskCount: 2 });
    expect(server.requests).toHaveLength(2);
    const [entry] = await bench.readEntries();
    expect(entry).toMatchObject({
      outcome: 'malformed',
      answer,
      grade: { kind: 'graded', quality: 0 },
      costUsd: answer === '' ? 20e-6 : null,
      error: null,
    });
  });

  it('does not stop the model, however many there are in a row', async () => {
    const server = await bench.serve(failWith(400, toolUseFailed));
    const summary = await bench.sweep(bench.buildModels(server, ['small']), { taskCount: 30 });
    expect(summary).toMatchObject({ coverage: 1, totals: { done: 30 } });
  });

  it('is one in a batch, too', async () => {
    const server = await startBatchServer({ reply: () => ({ status: 400, error: toolUseFailed }) });
    await bench.sweep(bench.buildModels({ ...server, requests: [] }, ['small']), {
      taskCount: 2,
      batches: { pollMs: 1 },
    });
    await server.close();
    expect(server.batches).toHaveLength(1);
    const entries = await bench.readEntries();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['malformed', 'malformed']);
  });
});

describe('JSON that the token limit cut off, of which its server tells nothing', () => {
  const cutOff = {
    message: "Failed to generate JSON. Please adjust your prompt. See 'failed_generation'.",
    type: 'invalid_request_error',
    code: 'json_validate_failed',
    failed_generation: 'max completion tokens reached before generating a valid document',
  };
  const truncated = {
    outcome: 'truncated',
    answer: '',
    grade: { kind: 'graded', quality: 0 },
    costUsd: null,
    error: null,
  };

  it.each<[string, Reply]>([
    ['with an error status', failWith(400, cutOff)],
    ['inside a stream', stream(event({ error: cutOff }))],
  ])('is a truncated answer, and not what the server says in its place: %s', async (_, reply) => {
    const server = await bench.serve(reply);
    const summary = await bench.sweep(bench.buildModels(server, ['small']), { taskCount: 1 });
    expect(summary).toMatchObject({ totals: { done: 1, failed: 0 } });
    expect(await bench.readEntries()).toMatchObject([truncated]);
  });

  it('is one in a batch, too', async () => {
    const server = await startBatchServer({ reply: () => ({ status: 400, error: cutOff }) });
    await bench.sweep(bench.buildModels({ ...server, requests: [] }, ['small']), {
      taskCount: 1,
      batches: { pollMs: 1 },
    });
    await server.close();
    expect(await bench.readEntries()).toMatchObject([truncated]);
  });
});

it.each([
  ['network_error', 'STOP'],
  ['error', 'STOP'],
  ['error', 'OTHER'],
  ['error', null],
])(
  'asks again for a completion that was interrupted for %s, natively %s',
  async (reason, native) => {
    const choice = { index: 0, delta: { content: 'It' }, finish_reason: reason };
    const chunk = event({ choices: [{ ...choice, native_finish_reason: native }] });
    const server = await bench.serve(stream(chunk, done));
    await bench.sweep(bench.buildModels(server, ['small']), { taskCount: 1 });
    expect((await bench.readEntries()).map(({ outcome }) => outcome)).toEqual(['infrastructure']);
    expect(server.requests).toHaveLength(5);
  },
);
