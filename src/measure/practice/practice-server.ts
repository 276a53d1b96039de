import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../models/model.js';
import { parsePool } from '../models/read-pool.js';
import { computePromptHash, type Example } from '../tasks/example.js';
import { promptText, type ChatMessage, type ChatRequest } from '../../llm/chat.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import {
  computeUnitHash,
  createPracticeBrain,
  type PracticeBrain,
  type PracticeSlip,
} from './practice-brain.js';
import { createPracticeLimiter, type PracticeLimiter } from './practice-limiter.js';
import { buildPracticeCompletion, formatChunks, formatCompletion } from './practice-completion.js';
import {
  listPracticeModels,
  practiceModels,
  type PracticeModel,
  practicePoolYaml,
} from './practice-models.js';

/** What the simulated models answer, and how fast. */
export interface PracticeSettings {
  /** The examples that the simulated models can answer. */
  readonly examples: readonly Example[];
  /** Decides which model answers which example correctly. */
  readonly seed: number;
  /** A fixed port keeps the cell keys, so that a run can be resumed. @default 0 (any free port) */
  readonly port?: number;
  /** Divides all delays; `Infinity` means no delay. @default 1 */
  readonly speed?: number;
  /** The share of requests that fail once, with 429 or 500, before they succeed. @default 0.02 */
  readonly failures?: number;
  /** Requests that each model takes in any 60 seconds; the others get 429. @default no limit */
  readonly requestsPerMinute?: number;
  /** A mistake to find. @default none */
  readonly slip?: PracticeSlip;
}

/** A running practice pool. */
export interface PracticeServer {
  /** The base URL, such as `http://127.0.0.1:41234/v1`. */
  readonly url: string;
  readonly pool: Pool;
  /** Requests so far by model, including failed ones. */
  calls(): ReadonlyMap<string, number>;
  /** Completions started so far, by model and prompt: `practice/clerk <prompt hash>`. */
  completions(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const maxBodyLength = 8 * 1024 * 1024;

/**
 * Starts the practice pool: SIMULATED models behind a real OpenAI-compatible server on the loopback
 * address, to try everything without API keys or costs.
 */
export async function startPracticeServer(settings: PracticeSettings): Promise<PracticeServer> {
  const handler = new PracticeHandler(settings);
  const server = createServer((request, response) => {
    handler.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    pool: parsePool(practicePoolYaml(url), 'practice pool (simulated)'),
    calls: () => new Map(handler.calls),
    completions: () => new Map(handler.completions),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const modelOf = new Map(practiceModels.map((model) => [model.id, model]));

/** An answer other than a completion. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** Answers the requests to the simulated models. */
class PracticeHandler {
  readonly #settings: PracticeSettings;
  readonly #speed: number;
  readonly #brain: PracticeBrain;
  readonly #limiter: PracticeLimiter;
  readonly #failedOnce = new Set<string>();
  readonly calls = new Map<string, number>();
  readonly completions = new Map<string, number>();

  constructor(settings: PracticeSettings) {
    this.#settings = settings;
    this.#speed = settings.speed ?? 1;
    this.#brain = createPracticeBrain(settings.examples, settings.seed, settings.slip);
    this.#limiter = createPracticeLimiter(settings.requestsPerMinute ?? Infinity);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/v1/models') {
      sendJson(response, 200, { data: listPracticeModels() });
      return;
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      const message = 'only GET /v1/models and POST /v1/chat/completions are supported';
      refuse(response, { status: 404, code: 'not_found', message });
      return;
    }
    const body = parseBody(await readBody(request));
    if (body === undefined || !Array.isArray(body['messages'])) {
      const message = 'a chat completion request needs model and messages';
      refuse(response, { status: 400, code: 'invalid_request', message });
      return;
    }
    const model = modelOf.get(String(body['model']));
    if (model === undefined) {
      const message = 'there is no such simulated model';
      refuse(response, { status: 404, code: 'model_not_found', message });
      return;
    }
    increment(this.calls, model.id);
    const chat = readChat(body);
    const requestKey = `${model.id} ${computePromptHash(chat)}`;
    const refusal = this.#findRefusal(model.id, requestKey);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    increment(this.completions, requestKey);
    await this.#sendCompletion(response, model, body, chat);
  }

  /** The simulated failure of a request: each fails at most once, and any beyond the limit. */
  #findRefusal(modelId: string, requestKey: string): Refusal | undefined {
    const waitMs = this.#limiter.findWaitMs(modelId);
    if (waitMs > 0) {
      const message = 'simulated limit of requests per minute';
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      return { status: 429, code: 'rate_limited', message, retryAfterSeconds };
    }
    const { seed, failures = 0.02 } = this.#settings;
    const luck = computeUnitHash(seed, 'failure', requestKey);
    if (luck >= failures || this.#failedOnce.has(requestKey)) return undefined;
    this.#failedOnce.add(requestKey);
    return luck < failures / 2
      ? {
          status: 429,
          code: 'rate_limited',
          message: 'simulated rate limit',
          retryAfterSeconds: 0,
        }
      : { status: 500, code: 'server_error', message: 'simulated server error' };
  }

  async #sendCompletion(
    response: ServerResponse,
    model: PracticeModel,
    body: JsonObject,
    chat: ChatRequest,
  ): Promise<void> {
    const limit = body['max_tokens'] ?? body['max_completion_tokens'];
    const maxTokens = typeof limit === 'number' ? limit : undefined;
    const answer = await this.#brain.answer(model, chat);
    const completion = buildPracticeCompletion(model.id, promptText(chat), answer, maxTokens);
    const writingMs = model.msPerToken * completion.outputTokens;
    if (body['stream'] !== true) {
      await pause((model.ttftMs + writingMs) / this.#speed);
      sendJson(response, 200, formatCompletion(completion));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const [role, first, ...others] = formatChunks(completion).map(
      (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
    );
    response.write(role as string);
    await pause(model.ttftMs / this.#speed);
    response.write(first as string);
    await pause(writingMs / this.#speed);
    for (const event of others) response.write(event);
    response.end('data: [DONE]\n\n');
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

async function pause(delayMs: number): Promise<void> {
  if (delayMs > 0) await sleep(delayMs);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBodyLength) throw new RangeError('the request is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseBody(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The request's conversation. It is not validated, because it is only hashed and measured. */
function readChat(body: JsonObject): ChatRequest {
  const { messages, tools } = body as { messages: JsonValue; tools?: JsonValue };
  return {
    messages: (messages as JsonValue[]).filter(isJsonObject) as unknown as ChatMessage[],
    ...(Array.isArray(tools) ? { tools: (tools as JsonValue[]).filter(isJsonObject) } : {}),
  };
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  const { status, code, message, retryAfterSeconds } = refusal;
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  sendJson(response, status, { error: { code, message } });
}

function sendJson(response: ServerResponse, status: number, value: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
