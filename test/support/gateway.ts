import { createHash } from 'node:crypto';
import type { ProtocolName } from '../../src/llm/protocol.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import type { Policy } from '../../src/policy/file/policy.js';
import { createGateway, type Gateway } from '../../src/serve/gateway/gateway.js';
import type { RequestLog } from '../../src/serve/gateway/request-log.js';
import type { GatewaySettings } from '../../src/serve/gateway/settings.js';
import type { Endpoint } from '../../src/serve/router/endpoint.js';
import { answer } from './router.js';
import { buildConstantPolicy, writePolicyFile } from './routing-policy.js';
import {
  event,
  startScriptedServer,
  stream,
  type Reply,
  type ScriptedServer,
} from './scripted-server.js';

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2026-01-01' };

/** One event of a stream of Anthropic's. */
export function typed(type: string, members: object = {}): string {
  return `event: ${type}\n${event({ type, ...members })}`;
}

/** The events of a whole streamed message of Anthropic's that says a text. */
export function messageEvents(text: string): readonly [string, string, string] {
  const usage = { input_tokens: 10, output_tokens: 1 };
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'served-claude', usage };
  return [
    typed('message_start', { message: { ...message, content: [] } }) +
      typed('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    typed('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    typed('content_block_stop', { index: 0 }) +
      typed('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }) +
      typed('message_stop'),
  ];
}

/** A whole message of Anthropic's. */
export function buildMessage(content: readonly object[], stopReason = 'end_turn') {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'served-claude',
    content,
    stop_reason: stopReason,
    usage: { input_tokens: 10, output_tokens: 5 },
  };
}

/** Answers as it is asked, in a protocol. */
export function answerAs(protocol: ProtocolName, text: string): Reply {
  if (protocol === 'openai') return answer(text);
  return (response, request) => {
    if (request.body['stream'] === true) return stream(...messageEvents(text))(response, request);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(buildMessage([{ type: 'text', text }])));
    return undefined;
  };
}

/** How a model of a test is served. */
export interface Served {
  readonly kind?: ProtocolName;
  readonly reply: Reply;
  readonly endpoint?: Partial<Endpoint>;
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly servers: Readonly<Record<string, ScriptedServer>>;
  readonly log: RequestLog[];
  readonly settings: GatewaySettings;
  /** Sends a JSON body. */
  post(
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Response>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

/**
 * A gateway over loopback servers. By quality, which is the default, `large` is asked first, then
 * `small`, then `local`; models that are not served have no endpoint.
 */
export async function startGateway(
  served: Readonly<Record<string, Served>>,
  {
    policy = {},
    ...changes
  }: Partial<Omit<GatewaySettings, 'policy' | 'pool'>> & { policy?: Partial<Policy> } = {},
): Promise<TestGateway> {
  const servers: Record<string, ScriptedServer> = {};
  const pool: Record<string, Endpoint> = {};
  for (const [model, { kind = 'openai', reply, endpoint }] of Object.entries(served)) {
    const server = await startScriptedServer(reply);
    servers[model] = server;
    const base = { baseUrl: server.baseUrl, model: `${model}-1`, price, apiKey: `sk-${model}-key` };
    const own = kind === 'openai' ? { kind } : { kind, maxTokens: 100 };
    pool[model] = { ...base, ...own, ...endpoint } as Endpoint;
  }
  const { text } = await writePolicyFile(buildConstantPolicy(policy));
  const log: RequestLog[] = [];
  let count = 0;
  const settings: GatewaySettings = {
    policy: await loadPolicy(text),
    pool,
    access: { kind: 'open' },
    createId: () => `id-${++count}`,
    log: (line) => void log.push(line),
    onFault: (error) => {
      throw error;
    },
    ...changes,
  };
  const gateway = createGateway(settings);
  return {
    gateway,
    servers,
    log,
    settings,
    post: (path, body, headers = {}, signal = undefined) =>
      gateway(
        new Request(`http://127.0.0.1:8080${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
          ...(signal === undefined ? {} : { signal }),
        }),
      ),
    get: (path, headers = {}) => gateway(new Request(`http://127.0.0.1:8080${path}`, { headers })),
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}

/** The request for an answer in a protocol. */
export function ask(protocol: ProtocolName, members: object = {}): Record<string, unknown> {
  const messages = [{ role: 'user', content: 'What is 2 + 2?' }];
  const limit = protocol === 'anthropic' ? { max_tokens: 50 } : {};
  return { model: 'auto', messages, ...limit, ...members };
}

/** Where a protocol is spoken. */
export const pathOf: Readonly<Record<ProtocolName, string>> = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
};

export function sha256Of(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The error in a body, in either protocol. */
export async function errorIn(
  response: Response,
): Promise<{ readonly message: string; readonly code: string; readonly type: string }> {
  const { error } = (await response.json()) as {
    error: { message: string; code: string; type: string };
  };
  return error;
}
