import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import { textDigest } from '../util/text-hash.js';
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

/** Characters of an id that OpenAI takes. */
const maxIdLength = 40;

/** The id, or a hash of one that is too long for OpenAI: vLLM's have 46 characters. */
export function shortenCallId(id: string): string {
  return id.length <= maxIdLength ? id : `call_${textDigest(id)}`;
}

/** A body of either protocol with the ids of its calls mapped; the same one if none is another. */
export function mapCallIds(body: JsonObject, map: (id: string) => string): JsonObject {
  return mapList(body, 'messages', (message) => {
    const answering = mapText(message, 'tool_call_id', map);
    const calling = mapList(answering, 'tool_calls', (call) => mapText(call, 'id', map));
    return mapList(calling, 'content', (block) =>
      mapText(block, block['type'] === 'tool_use' ? 'id' : 'tool_use_id', map),
    );
  });
}

function mapText(object: JsonObject, name: string, map: (text: string) => string): JsonObject {
  const text = object[name];
  const mapped = typeof text === 'string' ? map(text) : text;
  return mapped === undefined || mapped === text ? object : { ...object, [name]: mapped };
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
