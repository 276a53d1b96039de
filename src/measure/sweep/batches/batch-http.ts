import { request, type Dispatcher, type FormData } from 'undici';
import { parseBody } from '../../../llm/event-data.js';
import { readFailure } from '../../../llm/failure.js';
import { responseLimits } from '../../../llm/response-limits.js';
import { isJsonObject, type JsonObject } from '../../../util/json.js';
import { decodeLine, LineSplitter } from '../../../util/split-lines.js';
import { buildCallFailure, readTransportError, toCallFailure } from '../calls/call-failure.js';
import { BatchCallError } from './batch-api.js';

/** Requests to one account of a provider. Failures are `BatchCallError`s without keys. */
export interface BatchHttp {
  get(path: string): Promise<JsonObject>;
  post(path: string, body: JsonObject | FormData): Promise<JsonObject>;
  /** The lines of a text, however long it is; a line that is too long is not held. */
  readLines(path: string): AsyncIterable<string>;
  /** By how much the provider's clock is ahead of ours, from its last answer; 0 if it does not say. */
  readClockLeadMs(): number;
}

export interface BatchHttpSettings {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly (string | undefined)[];
  readonly dispatcher: Dispatcher;
  readonly now: () => Date;
}

/** Providers look at the whole input before they answer. */
const headersTimeoutMs = 300_000;
const bodyTimeoutMs = 60_000;

type Response = Awaited<ReturnType<typeof request>>;

export function createBatchHttp(settings: BatchHttpSettings): BatchHttp {
  const { baseUrl, headers, secrets, dispatcher, now } = settings;

  let clockLeadMs = 0;

  const send = async (
    method: 'GET' | 'POST',
    path: string,
    body?: JsonObject | FormData,
  ): Promise<Response> => {
    const isJson = body !== undefined && !isForm(body);
    let response: Response;
    try {
      response = await request(`${baseUrl}${path}`, {
        method,
        headers: {
          'user-agent': 'routesmith',
          ...(isJson && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: isJson ? JSON.stringify(body) : ((body as FormData | undefined) ?? null),
        headersTimeout: headersTimeoutMs,
        bodyTimeout: bodyTimeoutMs,
        dispatcher,
      });
    } catch (error) {
      throw new BatchCallError(readTransportError(error, true, secrets));
    }
    const { statusCode } = response;
    const dateMs = Date.parse(String(response.headers['date']));
    if (!Number.isNaN(dateMs)) clockLeadMs = dateMs - now().getTime();
    if (statusCode >= 200 && statusCode < 300) return response;
    const { text } = await readText(response, responseLimits.maxErrorBytes);
    const failed = { status: statusCode, body: parseBody(text), headers: response.headers };
    throw new BatchCallError(toCallFailure(readFailure(failed, { secrets, now: now() })));
  };

  /** @returns the text up to the limit, and whether there is more */
  const readText = async (
    response: Response,
    maxBytes: number,
  ): Promise<{ readonly text: string; readonly isCut: boolean }> => {
    const pieces: Buffer[] = [];
    let size = 0;
    try {
      for await (const piece of response.body as AsyncIterable<Buffer>) {
        pieces.push(piece);
        size += piece.length;
        if (size > maxBytes) break;
      }
    } catch (error) {
      throw new BatchCallError(readTransportError(error, true, secrets));
    }
    const text = Buffer.concat(pieces).subarray(0, maxBytes).toString('utf8');
    return { text, isCut: size > maxBytes };
  };

  const readObject = async (response: Response): Promise<JsonObject> => {
    const { maxBodyBytes } = responseLimits;
    const { text, isCut } = await readText(response, maxBodyBytes);
    const body = isCut ? null : parseBody(text);
    if (isJsonObject(body)) return body;
    throw new BatchCallError(
      buildCallFailure('malformed', {
        message: isCut
          ? `the batch API's answer is longer than ${maxBodyBytes} bytes`
          : 'the batch API did not answer with JSON',
        mayBeCharged: true,
      }),
    );
  };

  return {
    readClockLeadMs: () => clockLeadMs,
    get: async (path) => readObject(await send('GET', path)),
    post: async (path, body) => readObject(await send('POST', path, body)),
    async *readLines(path) {
      const { body } = await send('GET', path);
      const splitter = new LineSplitter();
      try {
        for await (const piece of body as AsyncIterable<Buffer>) {
          for (const line of splitter.split(piece)) yield decodeLine(line);
        }
      } catch (error) {
        throw new BatchCallError(readTransportError(error, true, secrets));
      }
      const rest = splitter.end();
      if (rest !== undefined) yield decodeLine(rest);
    },
  };
}

function isForm(body: JsonObject | FormData): body is FormData {
  return typeof (body as FormData).append === 'function';
}
