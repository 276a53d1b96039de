import { isJsonObject, type JsonObject } from '../util/json.js';
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
export function parseEventData({ type, data }: SseEvent): EventData {
  if (data.charCodeAt(0) !== 0x7b) {
    const text = data.trim();
    if (text === '[DONE]') return { kind: 'done' };
    if (text === '' || text === 'null') return { kind: 'empty' };
  }
  try {
    const value: unknown = JSON.parse(data);
    if (isJsonObject(value)) return { kind: 'object', value };
    if (Array.isArray(value) && isJsonObject(value[0])) return { kind: 'object', value: value[0] };
  } catch {
    // Told below.
  }
  return keepAlive.test(type) ? { kind: 'empty' } : { kind: 'text', text: data };
}
