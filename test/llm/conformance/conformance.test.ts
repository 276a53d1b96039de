import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeCharge } from '../../../src/llm/cost.js';
import type { FailureClass } from '../../../src/llm/failure.js';
import type { CallResult } from '../../../src/measure/sweep/calls/call-result.js';
import { createProviderClient } from '../../../src/measure/sweep/calls/provider-client.js';
import type { AnswerFigures } from '../../../src/serve/router/answer-charge.js';
import { RouterError } from '../../../src/serve/router/router-error.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { question, startRouter } from '../../support/router.js';
import {
  startScriptedServer,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { rows, type Reading, type Row } from './rows.js';

/** What both consumers say, in one form. */
interface Outcome {
  readonly text: string;
  readonly failure?: { readonly class: FailureClass | string; readonly message: string };
  readonly tokens?: readonly [number, number] | null;
  readonly costIsGuess?: boolean;
}

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2025-01-01' };
const key = 'planted-key-0123456789';

/** What the servers reply with; set by each test. */
let reply: Reply;
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer((response, request) => reply(response, request));
});

afterAll(async () => {
  await server.close();
});

function replyWith(type: string, body: string): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(body);
  };
}

/** The body of a whole answer; a text is taken as it is. */
function writeWhole({ whole }: Row): string {
  return typeof whole === 'string' ? whole : JSON.stringify(whole);
}

async function askSweep({ protocol }: Row): Promise<CallResult> {
  const client = createProviderClient();
  const parameters = { maxTokens: 100 };
  const model = buildPoolModel({ baseUrl: server.baseUrl, protocol, parameters, price });
  const result = await client.complete({ model, prompt: 'What is 6 x 7?', apiKey: key });
  await client.close();
  return result;
}

function describeCall(result: CallResult): Outcome {
  if (result.kind === 'failed') {
    const { class: failureClass, message } = result.failure;
    // The sweep counts an answer that broke off as a fault of the network.
    const shared = failureClass === 'network' ? 'truncated' : failureClass;
    return { text: '', failure: { class: shared, message } };
  }
  const { usage } = result.tokens;
  return {
    text: result.answer,
    tokens: usage === null ? null : [usage.inputTokens, usage.outputTokens],
    costIsGuess: computeCharge(result.tokens, price).isGuess,
  };
}

function describeFigures(text: string, { usage, costIsGuess }: Partial<AnswerFigures>): Outcome {
  const tokens =
    usage === null || usage === undefined
      ? null
      : ([usage.inputTokens, usage.outputTokens] as const);
  return { text, tokens, costIsGuess: costIsGuess ?? false };
}

function describeError(error: unknown): Outcome {
  if (!(error instanceof RouterError)) throw error;
  const { class: failureClass = '', detail = '', providerMessage = '' } = error.failure ?? {};
  const message = `${detail} ${providerMessage}`;
  return { text: '', failure: { class: failureClass, message } };
}

/** Each call has a router of its own: a failure closes its endpoint. */
async function askRouter({ protocol: kind }: Row, isStreamed: boolean): Promise<Outcome> {
  const endpoint = { kind, price, ...(kind === 'anthropic' ? { maxTokens: 100 } : {}) };
  const { router, close } = await startRouter(
    { large: reply },
    { endpoint, exposeProviderMessages: true },
  );
  try {
    if (!isStreamed) {
      const whole = await router.complete(question);
      return describeFigures(whole.text, whole);
    }
    const { events } = await router.stream(question);
    let text = '';
    for await (const event of events) {
      if (event.kind === 'end') return describeFigures(text, event);
      text += event.text;
    }
    throw new Error('the stream has no end');
  } catch (error) {
    return describeError(error);
  } finally {
    await close();
  }
}

function check(outcome: Outcome, reading: Reading): void {
  if (reading.kind === 'failure') {
    expect(outcome.failure?.class).toBe(reading.class);
    expect(outcome.failure?.message).toContain(reading.text ?? '');
    return;
  }
  expect(outcome.failure).toBeUndefined();
  if (reading.text !== undefined) expect(outcome.text).toBe(reading.text);
  if (reading.tokens !== undefined) expect(outcome.tokens).toEqual(reading.tokens);
  if (reading.costIsGuess !== undefined) expect(outcome.costIsGuess).toBe(reading.costIsGuess);
}

function checkSweep(result: CallResult, reading: Reading): void {
  check(describeCall(result), reading);
  if (reading.kind === 'failure' || result.kind === 'failed') return;
  if (reading.ending !== undefined) expect(result.ending).toBe(reading.ending);
  if (reading.toolCalls === undefined) return;
  expect(JSON.parse(result.answer)).toEqual({ tool_calls: reading.toolCalls });
}

const streamed = rows.filter((row) => row.stream !== undefined);
const wholes = rows.filter((row) => row.whole !== undefined);

describe('a stream', () => {
  it.each(streamed)('is read by the sweep: $name', async (row) => {
    reply = replyWith('text/event-stream', row.stream as string);
    checkSweep(await askSweep(row), row.reading);
  });

  it.each(streamed)('is read by the router: $name', async (row) => {
    reply = replyWith('text/event-stream', row.stream as string);
    check(await askRouter(row, true), row.reading);
  });
});

describe('a whole answer', () => {
  it.each(wholes)('is read by the sweep: $name', async (row) => {
    reply = replyWith('application/json', writeWhole(row));
    checkSweep(await askSweep(row), row.reading);
  });

  it.each(wholes)('is read by the router: $name', async (row) => {
    reply = replyWith('application/json', writeWhole(row));
    check(await askRouter(row, false), row.reading);
  });

  it.each(wholes)('is read by the router in place of a stream: $name', async (row) => {
    reply = replyWith('application/json', writeWhole(row));
    check(await askRouter(row, true), row.reading);
  });
});
