import { messageText, type ChatMessage } from './chat.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import { parseJsonObject } from '../util/parse-json-object.js';

/** What OpenAI's form can say and Anthropic's Messages cannot; the message says what. */
export class InexpressibleError extends Error {}

/** The system messages of a conversation in their order, joined; undefined where there are none. */
export function joinSystemMessages(messages: readonly ChatMessage[]): string | undefined {
  const system = messages.filter(isSystemMessage).map(messageText).join('\n\n');
  return system === '' ? undefined : system;
}

/** System messages stand apart from the others in Anthropic's Messages. */
function isSystemMessage(message: ChatMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}

/**
 * A conversation in OpenAI's form as the turns of Anthropic's Messages, without system messages.
 *
 * @throws InexpressibleError for what they have no words for
 */
export function convertMessages(messages: readonly ChatMessage[]): JsonObject[] {
  const converted: { role: string; content: JsonValue[] }[] = [];
  for (const message of messages) {
    if (isSystemMessage(message)) continue;
    if (message.name !== undefined) {
      throw new InexpressibleError('Anthropic Messages have no names of speakers');
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = convertContent(message);
    const last = converted.at(-1);
    // Results of tools called together belong into one turn.
    if (last?.role === role) last.content.push(...content);
    else converted.push({ role, content });
  }
  return converted;
}

function convertContent(message: ChatMessage): JsonValue[] {
  if (message.role === 'tool') {
    const result = { type: 'tool_result', tool_use_id: message.tool_call_id ?? '' };
    return [{ ...result, content: convertParts(message.content) }];
  }
  const parts = convertParts(message.content);
  return message.role === 'assistant'
    ? [...parts, ...(message.tool_calls ?? []).map(convertToolCall)]
    : parts;
}

function convertParts(content: ChatMessage['content'] | undefined): JsonValue[] {
  if (content === null || content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part): JsonValue => {
    if (part?.type === 'text') return { type: 'text', text: part.text };
    if (part?.type === 'image_url' && typeof part.image_url?.url === 'string') {
      return { type: 'image', source: convertImage(part.image_url.url) };
    }
    throw new InexpressibleError('Anthropic Messages have no such part of a message');
  });
}

function convertImage(url: string): JsonObject {
  const inline = /^data:([\w./+-]+);base64,(.*)$/s.exec(url);
  return inline === null
    ? { type: 'url', url }
    : { type: 'base64', media_type: inline[1] as string, data: inline[2] as string };
}

function convertToolCall(call: JsonValue): JsonValue {
  const called = isJsonObject(call) ? call['function'] : undefined;
  if (!isJsonObject(call) || !isJsonObject(called)) {
    throw new InexpressibleError('Anthropic Messages have calls of functions only');
  }
  const text = called['arguments'];
  const input = typeof text === 'string' ? parseJsonObject(text === '' ? '{}' : text) : undefined;
  if (input === undefined) {
    throw new InexpressibleError('Anthropic Messages take tool arguments as JSON objects only');
  }
  return { type: 'tool_use', id: call['id'] ?? '', name: called['name'] ?? '', input };
}

/**
 * A tool definition in OpenAI's form as one of Anthropic's Messages.
 *
 * @throws InexpressibleError for tools of other types than functions
 */
export function convertTool(tool: JsonObject): JsonObject {
  const described = tool['function'];
  if (tool['type'] !== 'function' || !isJsonObject(described)) {
    throw new InexpressibleError('Anthropic Messages have tools of type function only');
  }
  const { name, description, parameters } = described;
  return {
    name: name ?? '',
    ...(description === undefined ? {} : { description }),
    input_schema: parameters ?? { type: 'object' },
  };
}
