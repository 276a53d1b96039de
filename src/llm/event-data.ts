import { isJsonObject, unwrapList, type JsonObject, type JsonValue } from '../util/json.js';
import { listSources } from '../util/exact-json.js';
import { findJsonExcess, tryParseJson } from '../util/parse-json.js';
import type { SseEvent } from './sse.js';

/** The data of one server-sent event. */
export type EventData =
  | { readonly kind: 'object'; readonly value: JsonObject }
  /** OpenAI's mark of the end. */
  | { readonly kind: 'done' }
  /** A keep-alive: no data, or null. */
  | { readonly kind: 'empty' }
  /** No JSON, or more than is read. */
  | { readonly kind: 'text'; readonly text: string; readonly problem: string };

/** Events that only keep the connection open, whatever their data is. */
const keepAlive = /^(?:ping|keep-?alive|heartbeat)$/i;

/** Parses the data of an event. Gemini sends errors as a list with one object in it. */
export function parseEventData({ type, data }: Pick<SseEvent, 'type' | 'data'>): EventData {
  if (data.charCodeAt(0) !== 0x7b) {
    const text = data.trim();
    if (text === '[DONE]') return { kind: 'done' };
    if (text === '' || text === 'null') return { kind: 'empty' };
  }
  const value = parseBody(data);
  if (isJsonObject(value)) return { kind: 'object', value };
  if (keepAlive.test(type)) return { kind: 'empty' };
  return { kind: 'text', text: data, problem: findJsonExcess(data) ?? 'is not JSON' };
}

/**
 * The JSON of a body, after a byte order mark and out of its list if it has them, or the text if it is
 * no JSON.
 */
export function parseBody(text: string): JsonValue {
  const value = tryParseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  return value === undefined ? text : unwrapList(value);
}

/** A whole answer's body. */
export type AnswerBody =
  /** `json` is what the object was parsed from. */
  | { readonly kind: 'object'; readonly value: JsonObject; readonly json: string }
  /** The body ends before its JSON does. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'other'; readonly problem: string };

/** Parses the body of a whole answer. */
export function parseAnswerBody(text: string): AnswerBody {
  const value = parseBody(text);
  if (isJsonObject(value)) return { kind: 'object', value, json: findObject(text) };
  const excess = findJsonExcess(text);
  if (excess !== undefined) return { kind: 'other', problem: excess };
  const isCut = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
  return isCut ? { kind: 'cut' } : { kind: 'other', problem: 'is not a JSON object' };
}

/** The text of an object, without what `parseBody` ignores around it. */
function findObject(text: string): string {
  // Trimming removes a byte order mark, too.
  const json = text.trim();
  return json.startsWith('[') ? (listSources(json).get('0') as string) : json;
}
