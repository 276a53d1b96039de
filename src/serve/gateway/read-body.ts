import { isJsonObject, type JsonObject } from '../../util/json.js';
import { findJsonExcess, tryParseJson } from '../../util/parse-json.js';
import { GatewayError } from './gateway-error.js';
import type { GatewayLimits } from './settings.js';

/** Counts the bytes of the bodies that are held, so that all of them together stay below a limit. */
export interface BodyReader {
  /**
   * Reads a body as a JSON object.
   *
   * @throws GatewayError `body_too_large`, `overloaded`, `invalid_request`, `aborted`
   */
  read(request: Request): Promise<HeldBody>;
}

export interface HeldBody {
  readonly value: JsonObject;
  /** Gives the bytes back, once. */
  release(): void;
}

/** Creates the reader of all bodies of a gateway. */
export function createBodyReader({
  maxBodyBytes,
  maxBufferedBytes,
}: Pick<GatewayLimits, 'maxBodyBytes' | 'maxBufferedBytes'>): BodyReader {
  let buffered = 0;

  async function readText(request: Request, count: (bytes: number) => void): Promise<string> {
    const announced = Number(request.headers.get('content-length') ?? 0);
    if (announced > maxBodyBytes) refuseLength();
    // A body whose length is known is read in one piece, which servers can do faster.
    if (announced > 0 && !request.headers.has('transfer-encoding')) {
      count(announced);
      const whole = await request.text().catch(refuseCut);
      if (whole.length > maxBodyBytes) refuseLength();
      return whole;
    }
    if (request.body === null) return '';
    const decoder = new TextDecoder();
    const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    let text = '';
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text + decoder.decode();
        size += value.length;
        if (size > maxBodyBytes) refuseLength();
        count(value.length);
        text += decoder.decode(value, { stream: true });
      }
    } catch (error) {
      reader.cancel().catch(() => undefined);
      if (error instanceof GatewayError) throw error;
      return refuseCut();
    }
  }

  function refuseCut(): never {
    throw new GatewayError('aborted', 'The request ended before its body did.');
  }

  function refuseLength(): never {
    throw new GatewayError('body_too_large', `The body is longer than ${maxBodyBytes} bytes.`);
  }

  return {
    async read(request) {
      let held = 0;
      const release = (): void => {
        buffered -= held;
        held = 0;
      };
      const count = (bytes: number): void => {
        if (buffered + bytes > maxBufferedBytes) {
          throw new GatewayError('overloaded', 'Too many requests are being read.', {
            retryAfterMs: 1000,
          });
        }
        buffered += bytes;
        held += bytes;
      };
      try {
        return { value: parseBody(await readText(request, count)), release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

function parseBody(text: string): JsonObject {
  const value = tryParseJson(text);
  if (isJsonObject(value)) return value;
  const excess = findJsonExcess(text);
  const problem =
    excess === undefined ? 'The body is not a JSON object.' : `The JSON of the body ${excess}.`;
  throw new GatewayError('invalid_request', problem);
}
