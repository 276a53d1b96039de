import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request of a batch, as it arrived. */
export interface BatchedRequest {
  readonly id: string;
  readonly body: Record<string, unknown>;
  /** How often a request with this id has arrived, from 1. */
  readonly attempt: number;
}

/** What becomes of a request: an answer's text, an error, or nothing. */
export type BatchedReply =
  | string
  | { readonly status: number; readonly error: Record<string, unknown> }
  | { readonly notRun: 'expired' | 'canceled' }
  /** A line that is no result. */
  | { readonly raw: string };

export interface BatchServerSettings {
  readonly reply?: (request: BatchedRequest) => BatchedReply;
  /** Looks at a batch before it has ended. @default 1 */
  readonly looks?: number;
  /** Answers a request itself, by returning true. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Batches on a page of their list. @default 100 */
  readonly pageSize?: number;
  /** OpenAI only: why a batch of this size is not taken. */
  readonly refuse?: (requests: number) => { code: string; message: string } | undefined;
}

export interface ServedBatch {
  readonly id: string;
  readonly createdAt: Date;
  readonly metadata: unknown;
  readonly requests: readonly BatchedRequest[];
  looks: number;
}

export interface BatchServer {
  readonly baseUrl: string;
  readonly batches: readonly ServedBatch[];
  /** `authorization` or `x-api-key` of every request. */
  readonly keys: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * A server with the batch APIs of OpenAI (`/v1/files`, `/v1/batches`) and of Anthropic
 * (`/v1/messages/batches`), in the forms that their documentation gives.
 */
export async function startBatchServer(settings: BatchServerSettings = {}): Promise<BatchServer> {
  const { reply = () => 'It is 4.', looks = 1, intercept, refuse = () => undefined } = settings;
  const { pageSize = 100 } = settings;
  const files = new Map<string, string>();
  const batches: ServedBatch[] = [];
  const attempts = new Map<string, number>();
  const keys = new Set<string>();

  const receive = (id: string, body: Record<string, unknown>): BatchedRequest => {
    const attempt = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, attempt);
    return { id, body, attempt };
  };
  const add = (requests: readonly BatchedRequest[], metadata: unknown): ServedBatch => {
    const id = `batch_${batches.length + 1}`;
    const batch = { id, createdAt: new Date(), metadata, requests, looks: 0 };
    batches.push(batch);
    return batch;
  };

  const describeOpenAi = (batch: ServedBatch): object => {
    const problem = refuse(batch.requests.length);
    const isEnded = batch.looks > looks;
    const { length: total } = batch.requests;
    const replies = batch.requests.map((request) => [request, reply(request)] as const);
    const isBad = (answer: BatchedReply): boolean =>
      typeof answer === 'object' && 'notRun' in answer;
    if (isEnded && problem === undefined) {
      const lines = (wanted: boolean): string =>
        replies
          .filter(([, answer]) => isBad(answer) === wanted)
          .map(([request, answer]) => `${formatOpenAiLine(request, answer)}\n`)
          .toReversed()
          .join('');
      files.set(`out_${batch.id}`, lines(false));
      files.set(`err_${batch.id}`, lines(true));
    }
    return {
      id: batch.id,
      object: 'batch',
      created_at: Math.floor(batch.createdAt.getTime() / 1000),
      metadata: batch.metadata,
      ...(problem !== undefined
        ? { status: 'failed', errors: { object: 'list', data: [problem] } }
        : isEnded
          ? {
              status: replies.some(([, answer]) => isBad(answer)) ? 'expired' : 'completed',
              output_file_id: `out_${batch.id}`,
              ...(replies.some(([, answer]) => isBad(answer)) && {
                error_file_id: `err_${batch.id}`,
              }),
            }
          : { status: 'in_progress' }),
      request_counts: { total, completed: isEnded ? total : 0, failed: 0 },
    };
  };
  const describeAnthropic = (batch: ServedBatch): object => {
    const { length } = batch.requests;
    const isEnded = batch.looks > looks;
    return {
      id: batch.id,
      type: 'message_batch',
      created_at: batch.createdAt.toISOString(),
      processing_status: isEnded ? 'ended' : 'in_progress',
      request_counts: {
        processing: isEnded ? 0 : length,
        succeeded: isEnded ? length : 0,
        errored: 0,
        canceled: 0,
        expired: 0,
      },
      results_url: 'http://203.0.113.1/elsewhere',
    };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    keys.add(String(request.headers.authorization ?? request.headers['x-api-key'] ?? ''));
    const bytes = await readAll(request);
    if (intercept?.(request, response) === true) return;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const listPage = (cursor: string, describe: (batch: ServedBatch) => object): object => {
      const newest = batches.toReversed();
      const start = newest.findIndex(({ id: one }) => one === searchParams.get(cursor)) + 1;
      const page = newest.slice(start, start + pageSize);
      return { data: page.map(describe), has_more: start + pageSize < newest.length };
    };
    const send = (body: object): void => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const isPost = request.method === 'POST';
    const id = pathname.split('/').at(-1) ?? '';
    const find = (batchId: string | undefined): ServedBatch | undefined =>
      batches.find((batch) => batch.id === batchId);
    if (isPost && pathname === '/v1/files') {
      const type = request.headers['content-type'] ?? '';
      const form = await new Response(new Uint8Array(bytes), {
        headers: { 'content-type': type },
      }).formData();
      const fileId = `file_${files.size + 1}`;
      files.set(fileId, await (form.get('file') as File).text());
      send({ id: fileId, object: 'file', purpose: form.get('purpose') });
    } else if (isPost && pathname === '/v1/batches') {
      const { input_file_id: fileId, metadata } = JSON.parse(bytes.toString()) as {
        input_file_id: string;
        metadata: unknown;
      };
      const lines = (files.get(fileId) ?? '').trim().split('\n');
      const requests = lines.map((line) => {
        const { custom_id: customId, body } = JSON.parse(line) as {
          custom_id: string;
          body: Record<string, unknown>;
        };
        return receive(customId, body);
      });
      send(describeOpenAi(add(requests, metadata)));
    } else if (pathname === '/v1/batches') {
      send(listPage('after', describeOpenAi));
    } else if (pathname.endsWith('/content')) {
      response.end(files.get(pathname.split('/').at(-2) ?? '') ?? '');
    } else if (isPost && pathname === '/v1/messages/batches') {
      const { requests } = JSON.parse(bytes.toString()) as {
        requests: { custom_id: string; params: Record<string, unknown> }[];
      };
      const received = requests.map(({ custom_id: customId, params }) => receive(customId, params));
      send(describeAnthropic(add(received, undefined)));
    } else if (pathname === '/v1/messages/batches') {
      send(listPage('after_id', describeAnthropic));
    } else if (pathname.endsWith('/results')) {
      const batch = find(pathname.split('/').at(-2));
      const lines = batch?.requests.map((one) => formatAnthropicLine(one, reply(one))) ?? [];
      response.end(`${lines.join('\n')}\n`);
    } else {
      const batch = find(id);
      if (batch === undefined) {
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"no such thing"}}');
        return;
      }
      batch.looks += 1;
      send(pathname.startsWith('/v1/messages') ? describeAnthropic(batch) : describeOpenAi(batch));
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    batches,
    keys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function formatOpenAiLine({ id, body }: BatchedRequest, answer: BatchedReply): string {
  if (typeof answer === 'object' && 'raw' in answer) return answer.raw;
  if (typeof answer === 'object' && 'notRun' in answer) {
    const error = {
      code: `batch_${answer.notRun}`,
      message: 'This request could not be executed.',
    };
    return JSON.stringify({ id: `r_${id}`, custom_id: id, response: null, error });
  }
  const response =
    typeof answer === 'string'
      ? {
          status_code: 200,
          body: {
            id: 'chatcmpl-1',
            object: 'chat.completion',
            model: body['model'],
            choices: [
              { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: answer } },
            ],
            usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
          },
        }
      : { status_code: answer.status, body: { error: answer.error } };
  return JSON.stringify({ id: `r_${id}`, custom_id: id, response, error: null });
}

function formatAnthropicLine({ id, body }: BatchedRequest, answer: BatchedReply): string {
  if (typeof answer === 'object' && 'raw' in answer) return answer.raw;
  const result =
    typeof answer === 'string'
      ? {
          type: 'succeeded',
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            model: body['model'],
            content: [{ type: 'text', text: answer }],
            stop_reason: 'end_turn',
            usage: { input_tokens: 10, output_tokens: 20 },
          },
        }
      : 'notRun' in answer
        ? { type: answer.notRun }
        : { type: 'errored', error: { type: 'error', error: answer.error } };
  return JSON.stringify({ custom_id: id, result });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
