import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { readExportedMessages } from './exported-messages.js';
import { readTools, readWholeRequest, settings } from './whole-request.js';

/** Members that hold the text or the messages of a prompt, the most telling first. */
export const promptMembers: readonly string[] = [
  'messages',
  'input',
  'question',
  'prompt',
  'query',
  'text',
  'output',
  'answer',
  'expected',
  'message',
  'content',
];

/** The text or messages in an object such as `{"question": "..."}`; other objects stay. */
export function unwrap(
  value: JsonValue,
  onUnused: (member: string) => void,
  wrappers: readonly string[] = promptMembers,
  depth = 0,
): JsonValue {
  const messages = readExportedMessages(value);
  if (messages !== undefined) return messages;
  if (!isJsonObject(value) || depth > 3) return value;
  // A single message: what an answer is recorded as.
  if ('role' in value && 'content' in value) {
    return Array.isArray(value['content']) ? [value] : value['content'];
  }
  const generated = readGeneration(value);
  if (generated !== undefined) return generated;
  const request = wrappers === promptMembers ? readWholeRequest(value) : undefined;
  if (request !== undefined) {
    request.unused.forEach(onUnused);
    const { messages, tools } = request;
    return tools === undefined ? messages : { messages, tools };
  }
  const names = Object.keys(value);
  const wrapper = names.length === 1 ? names[0] : wrappers.find((name) => name in value);
  if (wrapper === undefined) return value;
  const content = unwrap(value[wrapper] ?? null, onUnused, wrappers, depth + 1);
  const tools = Array.isArray(content) ? readTools(value['tools']) : undefined;
  for (const name of names) {
    if (name === wrapper || (name === 'tools' && tools !== undefined) || settings.test(name))
      continue;
    if (!isBlankCell(value[name])) onUnused(name);
  }
  return tools === undefined ? content : { messages: content, tools };
}

/** The text of `{"generations": [[{"text": "..."}]]}`, LangChain's result of a call. */
function readGeneration({ generations }: JsonObject): JsonValue | undefined {
  let first: JsonValue | undefined = generations;
  while (Array.isArray(first)) first = (first as readonly JsonValue[])[0];
  return isJsonObject(first) ? first['text'] : undefined;
}
