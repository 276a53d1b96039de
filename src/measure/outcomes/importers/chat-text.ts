import { isJsonObject, type JsonObject } from '../../../util/json.js';
import { ownJson, tryParseJson } from '../../../util/parse-json.js';

/**
 * The members of a prompt that another tool recorded as one text: messages, where the text is a JSON
 * list of them, as tools write what they send to a chat API; or else the text as the prompt.
 */
export function readChatText(text: string): JsonObject {
  if (!/^\s*\[\s*\{/.test(text)) return { prompt: text };
  const value: unknown = tryParseJson(text, ownJson);
  const isChat =
    Array.isArray(value) &&
    value.every((item) => isJsonObject(item) && 'role' in item && 'content' in item);
  return isChat ? { messages: value as readonly JsonObject[] } : { prompt: text };
}
