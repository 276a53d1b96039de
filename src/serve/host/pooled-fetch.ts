import { Agent } from 'undici';
import type { Fetch, FetchedBody, FetchedResponse } from '../router/send-request.js';

/**
 * A `fetch` over undici's `request`, for the part of it that the router uses: three times as many
 * requests per CPU second as Node's own, which spends most of its time on web streams.
 */
export function createPooledFetch(): Fetch {
  const agent = new Agent({
    // The router has its own limits of time, which also count while a request waits.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  return async (url, { method, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url);
    const response = await agent.request({
      origin,
      path: pathname + search,
      method: method as 'POST',
      headers: Object.fromEntries(headers as Headers),
      body: body as string,
      signal: signal ?? null,
    });
    return createResponse(response.statusCode, response.headers, response.body);
  };
}

type Incoming = Awaited<ReturnType<Agent['request']>>;

function createResponse(
  status: number,
  headers: Incoming['headers'],
  body: Incoming['body'],
): FetchedResponse {
  const find = (name: string): string | null => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const entries = Object.keys(headers).map((name): [string, string] => [name, find(name) ?? '']);
  return {
    status,
    ok: status >= 200 && status <= 299,
    type: 'default',
    headers: { get: find, [Symbol.iterator]: () => entries.values() },
    body: createBody(body),
  };
}

function createBody(body: Incoming['body']): FetchedBody {
  // An error after the last read, when nobody listens any more, must not end the process.
  body.on('error', () => undefined);
  const cancel = (): Promise<void> => {
    body.destroy();
    return Promise.resolve();
  };
  return {
    cancel,
    getReader() {
      const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      return {
        cancel,
        async read() {
          const next = await pieces.next();
          return next.done === true ? { done: true, value: undefined } : next;
        },
      };
    },
  };
}
