import { hasSource, keepSources, listChangedNumbers, listSources } from '../../util/exact-json.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { findJsonExcess, tryParseJson } from '../../util/parse-json.js';
import { GatewayError } from './gateway-error.js';
import type { HttpCall } from './http-call.js';
import type { GatewayLimits } from './settings.js';

/** Counts the bytes of the bodies that are held, so that all of them together stay below a limit. */
export interface RequestBodyReader {
  /**
   * Reads a body as a JSON object.
   *
   * @throws GatewayError `body_too_large`, `overloaded`, `invalid_request`, `aborted`
   */
  read(call: HttpCall): Promise<HeldBody>;
}

export interface HeldBody {
  readonly value: JsonObject;
  /** Gives the bytes back, once. */
  release(): void;
}

/** Creates the reader of all bodies of a gateway. */
export function createRequestBodyReader({
  maxBodyBytes,
  maxBufferedBytes,
}: Pick<GatewayLimits, 'maxBodyBytes' | 'maxBufferedBytes'>): RequestBodyReader {
  let buffered = 0;

  return {
    async read(call) {
      let held = 0;
      let size = 0;
      const release = (): void => {
        buffered -= held;
        held = 0;
      };
      const hold = (bytes: number): void => {
        if (buffered + bytes > maxBufferedBytes) {
          throw new GatewayError('overloaded', 'Too many requests are being read.', {
            retryAfterMs: 1000,
          });
        }
        buffered += bytes;
        held += bytes;
      };
      const refuseLength = (): never => {
        throw new GatewayError('body_too_large', `The body is longer than ${maxBodyBytes} bytes.`);
      };
      // What is announced is held at once, so that many slow bodies do not exceed the limit later.
      const announced = Number(call.headers.get('content-length') ?? 0);
      const encoding = call.headers.get('content-encoding');
      try {
        if (encoding !== null && encoding !== 'identity') {
          const message = 'content-encoding: not supported. Send the body as it is.';
          throw new GatewayError('invalid_request', message, { param: 'content-encoding' });
        }
        if (announced > maxBodyBytes) refuseLength();
        if (announced > 0) hold(announced);
        const text = await call.readText((bytes) => {
          size += bytes;
          if (size > maxBodyBytes) refuseLength();
          if (size > held) hold(size - held);
        });
        return { value: parseBody(text), release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

function parseBody(text: string): JsonObject {
  const value = tryParseJson(text);
  if (isJsonObject(value)) {
    checkNumbers(value, text);
    return value;
  }
  const excess = findJsonExcess(text);
  const problem =
    excess === undefined ? 'The body is not a JSON object.' : `The JSON of the body ${excess}.`;
  throw new GatewayError('invalid_request', problem);
}

/** What callers do not write themselves: models write inputs, and generators of code write schemas. */
const keptPaths: readonly (readonly [string, ...string[]])[] = [
  ['messages', '*', 'content', '*', 'input'],
  ['tools', '*', 'input_schema'],
  ['tools', '*', 'input_examples', '*'],
  ['tools', '*', 'function', 'parameters'],
  ['functions', '*', 'parameters'],
  ['response_format', 'json_schema', 'schema'],
  ['output_format', 'schema'],
  ['output_config', 'format', 'schema'],
];

/**
 * Numbers that JavaScript has none for are kept in the inputs of tool calls and in schemas. Anywhere
 * else they are refused: another number would be sent.
 */
function checkNumbers(body: JsonObject, text: string): void {
  const changed = listChangedNumbers(text);
  if (changed.length === 0) return;
  const sources = listSources(text);
  const kept = keptPaths.map(([name, ...path]) => keepSources(body[name], sources.get(name), path));
  if (kept.reduce((sum, count) => sum + count, 0) === changed.length) return;
  const values = new Set(changed.map((number) => String(Number(number))));
  const param = findNumber(body, values);
  const where = param === undefined ? 'The body' : `${param}:`;
  const message = `${where} has a number that cannot be kept exactly. Send it as a string.`;
  throw new GatewayError('invalid_request', message, param === undefined ? {} : { param });
}

/** The path of the first number that JavaScript shows as one of these, outside of what is kept. */
function findNumber(value: JsonValue, shown: ReadonlySet<string>): string | undefined {
  if (typeof value === 'number') return shown.has(String(value)) ? '' : undefined;
  if (typeof value !== 'object' || value === null || hasSource(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const path = findNumber(member as JsonValue, shown);
    if (path !== undefined) return path === '' ? name : `${name}.${path}`;
  }
  return undefined;
}
