import { Agent, type Dispatcher } from 'undici';
import { attemptError } from '../router/failure.js';
import type {
  Fetch,
  FetchedBody,
  FetchedPiece,
  FetchedResponse,
  FetchInit,
} from '../router/send-request.js';

/**
 * A `fetch` over undici's `dispatch`, for the part of it that the router uses: without the streams, the
 * iterators and the signals that Node's own and undici's `request` build around each response.
 */
export function createPooledFetch(): Fetch {
  const agent = new Agent({
    // The router has its own limits of time, which also count while a request waits.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const targets = new Map<string, Pick<Dispatcher.DispatchOptions, 'origin' | 'path'>>();

  function findTarget(url: string): Pick<Dispatcher.DispatchOptions, 'origin' | 'path'> {
    const known = targets.get(url);
    if (known !== undefined) return known;
    const { origin, pathname, search } = new URL(url);
    const target = { origin, path: pathname + search };
    // Endpoints have few URLs; reloads may bring others.
    if (targets.size >= maxTargets) targets.clear();
    targets.set(url, target);
    return target;
  }

  const send = (url: string, init: FetchInit): Promise<FetchedResponse> =>
    new Promise((resolve, reject) => {
      const { method, body } = init;
      const headers = listHeaders(init.headers);
      agent.dispatch(
        { ...findTarget(url), method, headers, body },
        createHandler(init, resolve, reject),
      );
    });
  return Object.assign(send, { listensOnAbort: true });
}

const maxTargets = 1000;

/** Headers as undici takes them fastest. Those of an endpoint are the same object each time. */
const listed = new WeakMap<Headers, Record<string, string>>();

function listHeaders(headers: Headers): Record<string, string> {
  const known = listed.get(headers);
  if (known !== undefined) return known;
  // Without it, a server may compress its answer in any way.
  const list = { ...Object.fromEntries(headers), 'accept-encoding': 'identity' };
  listed.set(headers, list);
  return list;
}

/** Bytes that wait for the reader before the connection is paused. */
const maxWaitingBytes = 64 * 1024;

type ResponseHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Receives one response: resolves with its head, and then collects its body. */
function createHandler(
  init: FetchInit,
  resolve: (response: FetchedResponse) => void,
  reject: (error: Error) => void,
): Dispatcher.DispatchHandler {
  let controller: Dispatcher.DispatchController | undefined;
  let isAborted = false;
  let isOver = false;
  const body = createBody(abort, () => controller?.resume());

  function abort(): void {
    if (isAborted || isOver) return;
    isAborted = true;
    controller?.abort(new Error('aborted'));
  }
  const stopListening = init.onAbort(abort);

  function end(): void {
    isOver = true;
    stopListening();
  }

  return {
    onRequestStart(given) {
      controller = given;
      // Aborted while it waited for a connection: nothing has been sent.
      if (isAborted) given.abort(new Error('aborted'));
    },
    onResponseStart(_, status, headers) {
      if (status < 200) return;
      const response = createResponse(status, headers, body.fetched);
      resolve(response);
      if (!compression.test(response.headers.get('content-encoding') ?? '')) return;
      body.end(
        attemptError('malformed', 'the body is compressed, although the request forbids it'),
      );
      abort();
    },
    onResponseData(given, bytes) {
      if (body.push(bytes) > maxWaitingBytes) given.pause();
    },
    onResponseEnd() {
      end();
      body.end(undefined);
    },
    onResponseError(_, error) {
      end();
      reject(error);
      body.end(error);
    },
  };
}

/** Encodings of a body that cannot be read. Servers also name others that are none, such as utf-8. */
const compression = /\b(?:gzip|deflate|br|zstd|compress)\b/i;

/** A body that is filled as its bytes arrive. */
interface FilledBody {
  readonly fetched: FetchedBody;
  /** @returns how many bytes wait for the reader */
  push(bytes: Uint8Array): number;
  /** The first end counts. */
  end(error: Error | undefined): void;
}

function createBody(abort: () => void, resume: () => void): FilledBody {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let isEnded = false;
  let failure: Error | undefined;
  /** Ends the wait of the read in progress. */
  let wake: (() => void) | undefined;

  function readNow(): FetchedPiece | undefined {
    if (waiting.length > 0) {
      const value = waiting.length === 1 ? (waiting[0] as Uint8Array) : Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
      if (!isEnded) resume();
      return { value };
    }
    if (failure !== undefined) throw failure;
    return isEnded ? { done: true } : undefined;
  }

  async function read(): Promise<FetchedPiece> {
    for (;;) {
      const piece = readNow();
      if (piece !== undefined) return piece;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  const cancel = (): Promise<void> => {
    abort();
    return Promise.resolve();
  };
  return {
    fetched: { cancel, getReader: () => ({ read, readNow, cancel }) },
    push(bytes) {
      waiting.push(bytes);
      waitingBytes += bytes.length;
      wake?.();
      return waitingBytes;
    },
    end(error) {
      if (isEnded) return;
      isEnded = true;
      failure = error;
      wake?.();
    },
  };
}

function createResponse(
  status: number,
  headers: ResponseHeaders,
  body: FetchedBody,
): FetchedResponse {
  const find = (name: string): string | null => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const list = function* (): Generator<[string, string]> {
    for (const name of Object.keys(headers)) yield [name, find(name) ?? ''];
  };
  return {
    status,
    ok: status >= 200 && status <= 299,
    type: 'default',
    headers: { get: find, [Symbol.iterator]: list },
    body,
  };
}
