import { isJsonObject, unwrapList, type JsonObject, type JsonValue } from '../util/json.js';
import type { SseEvent } from './sse.js';

/** The data of one server-sent event. */
export type EventData =
  | { readonly kind: 'object'; readonly value: JsonObject }
  /** OpenAI's mark of the end. */
  | { readonly kind: 'done' }
  /** A keep-alive: no data, or null. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string };

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
  return keepAlive.test(type) ? { kind: 'empty' } : { kind: 'text', text: data };
}

/** The JSON of a body, out of its list if it is in one, or the text if it is no JSON. */
export function parseBody(text: string): JsonValue {
  try {
    return unwrapList(JSON.parse(text) as JsonValue);
  } catch {
    return text;
  }
}

/** A whole answer's body. */
export type AnswerBody =
  | { readonly kind: 'object'; readonly value: JsonObject }
  /** The body ends before its JSON does. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'other' };

/** Parses the body of a whole answer. */
export function parseAnswerBody(text: string): AnswerBody {
  const value = parseBody(text);
  if (isJsonObject(value)) return { kind: 'object', value };
  const isCut = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
  return { kind: isCut ? 'cut' : 'other' };
}
