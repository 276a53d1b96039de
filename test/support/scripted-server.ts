import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the scripted server saw it. */
export interface SeenRequest {
  /** 0 for the first request of the server. */
  readonly index: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** The body as it was sent. */
  readonly text?: string;
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

export interface ScriptedServer {
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

/** Starts a server on the loopback address that answers every request with `reply`. */
export async function startScriptedServer(reply: Reply): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      const seen: SeenRequest = {
        index: requests.length,
        path: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(text || '{}') as Record<string, unknown>,
        text,
      };
      requests.push(seen);
      void reply(response, seen);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A loopback address that nothing listens on: a port that was just given back. */
export async function findClosedBaseUrl(): Promise<string> {
  const server = await startScriptedServer(() => {});
  await server.close();
  return server.baseUrl;
}

/** Answers the requests in turn; the last reply stands for all that come after it. */
export function inTurn(...replies: readonly Reply[]): Reply {
  return (response, request) => {
    const reply = replies[Math.min(request.index, replies.length - 1)] as Reply;
    return reply(response, request);
  };
}

/**
 * Writes a stream's head and the given pieces of its body, each in its own packet. A slow reader may
 * still find several of them at once.
 */
export async function writeStream(
  response: ServerResponse,
  pieces: readonly (string | Uint8Array)[],
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

/** Replies with a stream of exactly these pieces, and ends it. */
export function stream(...pieces: readonly (string | Uint8Array)[]): Reply {
  return async (response) => {
    await writeStream(response, pieces);
    response.end();
  };
}

/** Replies with an error in OpenAI's form. */
export function failWith(
  status: number,
  error: unknown = { message: 'scripted failure' },
  headers: Record<string, string> = {},
): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error }));
  };
}

/** Resets the connection before any byte of a response. */
export const reset: Reply = (response) => void response.socket?.resetAndDestroy();

/** Resets the connection after the headers and a piece of the body. */
export const resetWithin: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  // The piece arrives before the reset does.
  response.write('{"choices":[', () => setTimeout(() => response.socket?.resetAndDestroy(), 40));
};

/** One event of a stream. */
export function event(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** One event with a delta, and a finish reason where it is the last. */
export function delta(value: Record<string, unknown>, finishReason: string | null = null): string {
  return event({
    model: 'served-model',
    choices: [{ index: 0, delta: value, finish_reason: finishReason }],
  });
}

export const roleOnly = delta({ role: 'assistant', content: '' });
export const done = 'data: [DONE]\n\n';

/** The event that carries the usage, after the last choice. */
export function usageEvent(usage: Record<string, unknown>): string {
  return event({ model: 'served-model', choices: [], usage });
}

/** Replies with a whole, ordinary completion. */
export function say(text: string): Reply {
  return stream(
    roleOnly,
    delta({ content: text }),
    delta({}, 'stop'),
    usageEvent({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }),
    done,
  );
}
