import { RoutesmithError } from '../../util/errors.js';
import { writeExactJson } from '../../util/exact-json.js';
import type { Protocol } from '../../llm/types.js';
import type { JsonObject } from '../../util/json.js';
import type { Cutoff } from './cutoff.js';
import type { Endpoint, Supplied } from './endpoint.js';
import { attemptError } from './failure.js';
import { describeNetworkError, sendOnceMoreIfStale } from './network-error.js';
import { findHeadLimit, type RouterTimeouts } from './timeouts.js';

/** What one read of a body gives. */
export type FetchedPiece =
  | { readonly done: true; readonly value?: Uint8Array | undefined }
  | { readonly done?: false; readonly value: Uint8Array };

/** The part of a response's body that the router uses. */
export interface FetchedBody {
  getReader(): {
    read(): Promise<FetchedPiece>;
    /** What has arrived already; undefined if the next piece is still to come. */
    readNow?(): FetchedPiece | undefined;
    cancel(): Promise<void>;
  };
  cancel(): Promise<void>;
}

/** The part of a `Response` that the router uses. */
export interface FetchedResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly type: string;
  readonly headers: Iterable<[string, string]> & { get(name: string): string | null };
  readonly body: FetchedBody | null;
}

/** What the router passes to `fetch`. */
export interface FetchInit extends RequestInit {
  readonly method: 'POST';
  readonly headers: Headers;
  readonly body: string;
  /** Missing for a function with `listensOnAbort`. */
  readonly signal?: AbortSignal;
  /** Calls back when the request is to be aborted. @returns stops that */
  onAbort(listener: () => void): () => void;
}

/** The part of `fetch` that the router uses. */
export interface Fetch {
  (url: string, init: FetchInit): Promise<FetchedResponse>;
  /** True for a function that uses `onAbort` and needs no signal, which is costly. */
  readonly listensOnAbort?: boolean | undefined;
}

/** A response whose headers have arrived. */
export interface SentRequest {
  readonly response: FetchedResponse;
  /** Values that must not appear in messages about this request. */
  readonly secrets: readonly string[];
}

/** How one request is sent. */
export interface SendSettings {
  readonly endpoint: Endpoint;
  readonly fetch: Fetch;
  readonly cutoff: Cutoff;
  readonly timeouts: RouterTimeouts;
  /** Milliseconds since the attempt began. */
  readonly elapsedMs: () => number;
  /** Whether to send the request once more if its connection was stale. */
  readonly resendsOnReset: boolean;
}

/**
 * Sends one request and waits for the headers of its response.
 *
 * @param passed headers of the caller's, beside those of the endpoint
 * @throws AttemptError `connect_timeout`, `network`, `invalid_credentials`, or the cutoff's reason
 */
export async function sendRequest(
  { endpoint, cutoff, timeouts, fetch, elapsedMs, resendsOnReset }: SendSettings,
  { path, buildHeaders }: Pick<Protocol, 'path' | 'buildHeaders'>,
  request: JsonObject,
  passed?: Readonly<Record<string, string>>,
): Promise<SentRequest> {
  const { href, parameters } = findTarget(endpoint, path);
  const body = writeJson(request);
  const known = findHeaders(endpoint, buildHeaders);
  const { headers: fixed, secrets } = known instanceof Promise ? await cutoff.wait(known) : known;
  const headers = passed === undefined ? fixed : addHeaders(fixed, passed);
  const [limitMs, limitClass] = findHeadLimit(timeouts);
  const send = (): Promise<FetchedResponse> => {
    const sent = fetch(href, {
      method: 'POST',
      headers,
      body,
      // Following a redirect would send the key to another server.
      redirect: 'manual',
      ...(fetch.listensOnAbort === true ? {} : { signal: cutoff.signal }),
      onAbort: (listener) => cutoff.onCut(listener),
    });
    discardLate(sent, cutoff);
    return cutoff.wait(sent, Math.max(1, limitMs - elapsedMs()), limitClass);
  };
  try {
    // The response is read later.
    const again = { cutoff, elapsedMs, mayResend: () => resendsOnReset };
    const response = await sendOnceMoreIfStale(send, again);
    return { response, secrets: parameters.length === 0 ? secrets : [...secrets, ...parameters] };
  } catch (error) {
    throw cutoff.reason === undefined
      ? attemptError('network', describeNetworkError(error))
      : attemptError(cutoff.reason);
  }
}

/** Where an endpoint's requests go. */
interface Target {
  readonly href: string;
  /** Values of the query, which may be keys. */
  readonly parameters: readonly string[];
}

/** Kept by endpoint, which has one path. */
const targets = new WeakMap<Endpoint, Target>();

function findTarget(endpoint: Endpoint, path: string): Target {
  const known = targets.get(endpoint);
  if (known !== undefined) return known;
  const url = new URL(endpoint.baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  const target = { href: url.href, parameters: [...url.searchParams.values()] };
  targets.set(endpoint, target);
  return target;
}

function writeJson(body: JsonObject): string {
  try {
    return writeExactJson(body);
  } catch {
    // Without the cause: its message names members of the request.
    throw new RoutesmithError('invalid_input', 'cannot be written as JSON', {
      where: 'request',
      fix: 'Remove circular references and values such as BigInt.',
    });
  }
}

/** The headers of an endpoint's requests, and what of them is secret. */
interface BuiltHeaders {
  readonly headers: Headers;
  readonly secrets: readonly string[];
}

type HeaderBuilder = Protocol['buildHeaders'];

/** Kept by endpoint where they do not change: each header is checked when it is set. */
const fixedHeaders = new WeakMap<Endpoint, BuiltHeaders>();

function findHeaders(
  endpoint: Endpoint,
  build: HeaderBuilder,
): BuiltHeaders | Promise<BuiltHeaders> {
  const known = fixedHeaders.get(endpoint);
  if (known !== undefined) return known;
  const built = makeHeaders(endpoint, build);
  const isFixed = typeof endpoint.apiKey !== 'function' && typeof endpoint.headers !== 'function';
  if (!isFixed) return built;
  return built.then((headers) => {
    fixedHeaders.set(endpoint, headers);
    return headers;
  });
}

/** Adds headers; lists of the same name are joined. */
function addHeaders(fixed: Headers, passed: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(fixed);
  for (const [name, value] of Object.entries(passed)) headers.append(name, value);
  return headers;
}

async function makeHeaders(endpoint: Endpoint, build: HeaderBuilder): Promise<BuiltHeaders> {
  try {
    const apiKey = await supply(endpoint.apiKey);
    if (endpoint.apiKey !== undefined && !apiKey) throw new Error('no key');
    const given = (await supply(endpoint.headers)) ?? {};
    const headers = new Headers({ 'content-type': 'application/json', ...build(apiKey) });
    for (const [name, value] of Object.entries(given)) headers.set(name, value);
    const values = apiKey === undefined ? [] : [apiKey];
    return { headers, secrets: [...values, ...Object.values(given)] };
  } catch {
    // Without the cause, because errors about invalid headers contain their value.
    throw attemptError('invalid_credentials', 'the key or the headers are unavailable or invalid');
  }
}

async function supply<T>(value: Supplied<T> | undefined): Promise<T | undefined> {
  return typeof value === 'function' ? await (value as () => T | Promise<T>)() : value;
}

/** Discards a response that arrives after the cutoff, if fetch ignores its signal. */
function discardLate(sent: Promise<FetchedResponse>, cutoff: Cutoff): void {
  const stop = cutoff.onCut(() => {
    sent.then((response) => response.body?.cancel()).catch(() => undefined);
  });
  sent.then(stop, stop);
}
