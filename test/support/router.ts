import { createRouter } from '../../src/serve/router/router.js';
import type { Router, RouterSettings } from '../../src/serve/router/router.js';
import type { RouterClock } from '../../src/serve/router/call.js';
import type { Endpoint } from '../../src/serve/router/endpoint.js';
import { RouterError } from '../../src/serve/router/router-error.js';
import type { RouterEvent } from '../../src/serve/router/router-event.js';
import type { RouterRequest } from '../../src/serve/router/router-request.js';
import type { AnswerEvent } from '../../src/serve/router/answer-events.js';
import type { Policy } from '../../src/policy/file/policy.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import { buildConstantPolicy, writePolicyFile } from './routing-policy.js';
import { say, startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.js';

export const question: RouterRequest = { messages: [{ role: 'user', content: 'What is 2 + 2?' }] };

export interface ManualClock extends RouterClock {
  advance(ms: number): void;
}

/** A clock that stands still until it is told to go on. */
export function createManualClock(): ManualClock {
  let nowMs = 1000;
  return {
    now: () => nowMs,
    date: () => new Date(Date.UTC(2025, 5, 30, 12) + nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** A whole answer in OpenAI's form. */
export function buildAnswer(
  text: string | null,
  changes: Record<string, unknown> = {},
  finishReason: string | null = 'stop',
) {
  return {
    id: 'answer-1',
    model: 'served-model',
    choices: [
      { index: 0, message: { role: 'assistant', content: text }, finish_reason: finishReason },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    ...changes,
  };
}

/** Replies with JSON. */
export function replyJson(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers as it is asked: streamed or whole. */
export function answer(text: string): Reply {
  return (response, request) =>
    (request.body['stream'] === true ? say(text) : replyJson(buildAnswer(text)))(response, request);
}

export interface TestRouter {
  readonly router: Router;
  /** One server per model, by the model's name. */
  readonly servers: Readonly<Record<string, ScriptedServer>>;
  readonly events: RouterEvent[];
  readonly clock: ManualClock;
  close(): Promise<void>;
}

/**
 * A router over loopback servers. By quality, which is the default, `large` is asked first, then
 * `small`, then `local`; models without a reply have no endpoint. Time stands still for cooldowns.
 */
export async function startRouter(
  replies: Readonly<Record<string, Reply>>,
  {
    policy = {},
    endpoint = {},
    ...settings
  }: Partial<Omit<RouterSettings, 'policy' | 'pool'>> & {
    policy?: Partial<Policy>;
    endpoint?: Partial<Endpoint>;
  } = {},
): Promise<TestRouter> {
  const servers: Record<string, ScriptedServer> = {};
  const pool: Record<string, Endpoint> = {};
  for (const [model, reply] of Object.entries(replies)) {
    const server = await startScriptedServer(reply);
    servers[model] = server;
    pool[model] = {
      kind: 'openai',
      baseUrl: server.baseUrl,
      model: `${model}-1`,
      ...endpoint,
    } as Endpoint;
  }
  const { text } = await writePolicyFile(buildConstantPolicy(policy));
  const events: RouterEvent[] = [];
  const clock = createManualClock();
  const router = createRouter({
    policy: await loadPolicy(text),
    pool,
    clock,
    onEvent: (event) => void events.push(event),
    ...settings,
  });
  return {
    router,
    servers,
    events,
    clock,
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}

/** The error that a call of a router ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<RouterError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof RouterError) return error;
  throw error;
}

/** Reads a stream to its end: its text, its last event, and the error it ended with. */
export async function readEvents(
  events: AsyncIterable<AnswerEvent>,
): Promise<{ text: string; chunks: number; end?: AnswerEvent; error?: RouterError }> {
  let text = '';
  let chunks = 0;
  let end: AnswerEvent | undefined;
  try {
    for await (const event of events) {
      if (event.kind === 'chunk') {
        text += event.text;
        chunks += 1;
      } else end = event;
    }
  } catch (error) {
    if (error instanceof RouterError) return { text, chunks, error };
    throw error;
  }
  return end === undefined ? { text, chunks } : { text, chunks, end };
}
