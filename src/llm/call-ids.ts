import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import type { AnswerHead } from './answer-writer.js';

/** How ids of tool calls begin in the protocols. */
type CallIdPrefix = 'call' | 'toolu';

/** An id for a call whose server gave none. */
export function createCallId(prefix: CallIdPrefix, { id }: AnswerHead, call: number): string {
  return `${prefix}_${id.slice(0, 24)}_${call}`;
}

const createdId = /^(?:call|toolu)_[\w-]{1,24}_\d+$/;

/**
 * What a call is known by, as the model made it and as the caller sends it back: its id, or its name
 * where the server gave no id.
 */
export function identifyCall({ id, name }: { readonly id: string; readonly name: string }): string {
  return id === '' || createdId.test(id) ? name : toToolUseId(id);
}

/** The id in characters that Anthropic takes: other servers have ids such as "functions.f:0". */
export function toToolUseId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, '_');
}

/** A body of Anthropic's Messages with such ids of calls; the same one if it has them. */
export function cleanToolUseIds(body: JsonObject): JsonObject {
  return mapList(body, 'messages', (message) => mapList(message, 'content', cleanToolUseId));
}

/** A block of a message, likewise. */
export function cleanToolUseId(block: JsonObject): JsonObject {
  const name = block['type'] === 'tool_use' ? 'id' : 'tool_use_id';
  const id = block[name];
  if (typeof id !== 'string') return block;
  const cleaned = toToolUseId(id);
  return cleaned === id ? block : { ...block, [name]: cleaned };
}

/** The object with the objects in one of its lists replaced; the same one if none is another. */
function mapList(
  object: JsonObject,
  name: string,
  map: (item: JsonObject) => JsonObject,
): JsonObject {
  const list = object[name];
  if (!Array.isArray(list)) return object;
  const items = list as readonly JsonValue[];
  const mapped = items.map((item) => (isJsonObject(item) ? map(item) : item));
  const isSame = mapped.every((item, index) => item === items[index]);
  return isSame ? object : { ...object, [name]: mapped };
}
