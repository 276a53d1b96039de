import { keepSource } from '../../util/exact-json.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { parseJsonObject } from '../../util/parse-json.js';
import { toToolUseId } from '../call-ids.js';
import type { ChatMessage } from '../chat.js';
import { readStrict } from '../tool-calls.js';

/** What OpenAI's form can say and Anthropic's Messages cannot; the message says what. */
export class InexpressibleError extends Error {}

/** A conversation in the form of Anthropic's Messages. */
export interface AnthropicConversation {
  /** The system messages in their order; undefined if there are none. */
  readonly system: string | readonly JsonObject[] | undefined;
  readonly messages: readonly JsonObject[];
}

/**
 * Converts a conversation from OpenAI's form. Only blank texts are left out, which Anthropic refuses: a
 * member that has no counterpart and is not null makes the conversation inexpressible, as does one that
 * Anthropic always refuses, such as a message without anything but blank texts.
 *
 * @throws InexpressibleError
 */
export function convertConversation(messages: readonly ChatMessage[]): AnthropicConversation {
  const system: JsonObject[] = [];
  const turns: { role: string; content: JsonValue[] }[] = [];
  /** The names of the tools that were called, by the ids of the calls. */
  const calledNames = new Map<string, string>();
  for (const message of messages) {
    if (message.role === 'system' || message.role === 'developer') {
      checkMembers(message, ['role', 'content'], 'system messages');
      system.push(...convertTextParts(message.content));
      continue;
    }
    const content = convertTurn(message, calledNames);
    if (content.length === 0) refuse(`take no empty or blank ${message.role} message`);
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    // Results of tools that were called together belong into one turn.
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  if (turns[0] === undefined) refuse('need a message that is not a system message');
  if (turns[0]?.role === 'assistant') refuse('begin with a message of the user');
  return { system: joinSystem(system), messages: turns };
}

function refuse(what: string): never {
  throw new InexpressibleError(`Anthropic Messages ${what}`);
}

/** Callers without TypeScript may give anything. */
function checkList<T>(value: readonly T[], what: string): readonly T[] {
  return Array.isArray(value) ? value : refuse(`take ${what} as lists only`);
}

/** Refuses members that would be lost; null and empty lists say nothing. */
function checkMembers(value: object, known: readonly string[], where: string): void {
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    if (known.includes(name) || member === undefined || member === null) continue;
    if (Array.isArray(member) && member.length === 0) continue;
    refuse(
      name === 'name' ? 'have no names of speakers' : `have no "${name.slice(0, 60)}" in ${where}`,
    );
  }
}

/** One text where that is all there is; parts where one of them is marked for the cache. */
function joinSystem(parts: readonly JsonObject[]): AnthropicConversation['system'] {
  if (parts.length === 0) return undefined;
  if (parts.some((part) => part['cache_control'] !== undefined)) return parts;
  return parts.map((part) => part['text'] as string).join('\n\n');
}

function convertTextParts(content: ChatMessage['content']): JsonObject[] {
  return convertParts(content).map((part) => {
    if (part['type'] !== 'text') refuse('have system messages of text only');
    return part;
  });
}

function convertTurn(message: ChatMessage, calledNames: Map<string, string>): JsonValue[] {
  switch (message.role) {
    case 'user':
      checkMembers(message, ['role', 'content'], 'user messages');
      return convertParts(message.content);
    case 'assistant':
      return convertAssistant(message, calledNames);
    case 'tool': {
      checkMembers(message, ['role', 'content', 'tool_call_id', 'name'], 'tool messages');
      const { tool_call_id: id, name } = message;
      if (typeof id !== 'string' || id === '') refuse('need the tool_call_id of a tool message');
      // The name only repeats what the call says.
      if (
        name !== undefined &&
        name !== null &&
        calledNames.get(toToolUseId(id as string)) !== name
      ) {
        refuse('have no names of tools in their results');
      }
      const content = convertParts(message.content);
      const result = { type: 'tool_result', tool_use_id: id as string };
      return [content.length === 0 ? result : { ...result, content }];
    }
    default:
      return refuse(`have no role "${String(message.role).slice(0, 60)}"`);
  }
}

function convertAssistant(message: ChatMessage, calledNames: Map<string, string>): JsonValue[] {
  checkMembers(
    message,
    ['role', 'content', 'tool_calls', 'refusal', 'extra_content'],
    'assistant messages',
  );
  const { refusal } = message as { refusal?: JsonValue };
  const given = checkList(message.tool_calls ?? [], 'calls of tools');
  const calls = given.map((call) => convertToolCall(call as JsonObject));
  for (const call of calls) {
    calledNames.set(toToolUseId(call['id'] as string), call['name'] as string);
  }
  const said = typeof refusal === 'string' ? convertParts(refusal) : [];
  return [...convertParts(message.content), ...said, ...calls];
}

function convertParts(content: ChatMessage['content'] | undefined): JsonObject[] {
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return convertText(content);
  return checkList(content, 'content other than texts').flatMap((part): JsonObject[] => {
    if (part?.type === 'text' && typeof part.text === 'string') {
      checkMembers(part, ['type', 'text', 'cache_control'], 'text parts');
      return convertText(part.text).map((text) => ({ ...text, ...readCacheControl(part) }));
    }
    const image = part?.image_url;
    if (part?.type === 'image_url' && isJsonObject(image) && typeof image['url'] === 'string') {
      checkMembers(part, ['type', 'image_url', 'cache_control'], 'image parts');
      const { url, detail } = image;
      checkMembers(image, ['url', 'detail'], 'images');
      if (detail !== undefined && detail !== null && detail !== 'auto') {
        refuse('have no "detail" of images');
      }
      const source = convertImage(url);
      return [{ type: 'image', source, ...readCacheControl(part) }];
    }
    if (ownParts.has(String(part?.type))) return [part as unknown as JsonObject];
    return refuse(`have no parts of type "${String(part?.type).slice(0, 60)}"`);
  });
}

/**
 * Parts of Anthropic's own form, which are sent as they are (docs.anthropic.com/en/api/messages). Which
 * role may have which is for the server to say.
 */
const ownParts: ReadonlySet<string> = new Set([
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
  'web_search_tool_result',
  'container_upload',
]);

/** No part for a blank text, which Anthropic refuses also beside others. */
function convertText(text: string): JsonObject[] {
  return isBlank(text) ? [] : [{ type: 'text', text }];
}

function isBlank(text: unknown): boolean {
  return typeof text === 'string' && text.trim() === '';
}

/**
 * Texts that end an answer, as `stop` has them.
 *
 * @throws InexpressibleError for blank ones, which Anthropic refuses
 */
export function convertStop(stop: JsonValue | undefined): JsonValue | undefined {
  const texts = typeof stop === 'string' ? [stop] : stop;
  if (Array.isArray(texts) && texts.some(isBlank)) refuse('take no blank stop sequences');
  return texts;
}

/** Gateways take Anthropic's marks for its cache in OpenAI's form, too. */
function readCacheControl(value: object): JsonObject {
  const { cache_control: mark } = value as { cache_control?: JsonValue };
  return mark === undefined || mark === null ? {} : { cache_control: mark };
}

function convertImage(url: string): JsonObject {
  const inline = /^data:([\w./+-]+)(?:;[^;,]*)*;base64,(.*)$/is.exec(url);
  if (inline === null) {
    if (/^data:/i.test(url)) refuse('take inline images in base64 only');
    return { type: 'url', url };
  }
  const type = (inline[1] as string).toLowerCase();
  // Clients write it for the type of .jpg files, which has another name.
  const mediaType = type === 'image/jpg' ? 'image/jpeg' : type;
  return { type: 'base64', media_type: mediaType, data: inline[2] as string };
}

function convertToolCall(call: JsonValue): JsonObject {
  const called = isJsonObject(call) ? call['function'] : undefined;
  if (!isJsonObject(call) || !isJsonObject(called)) refuse('have calls of functions only');
  // Gemini signs its calls in `extra_content`: like other reasoning, that is for Gemini only.
  const known = ['id', 'type', 'function', 'index', 'extra_content'];
  checkMembers(call as JsonObject, known, 'tool calls');
  checkMembers(called as JsonObject, ['name', 'arguments'], 'tool calls');
  const text = (called as JsonObject)['arguments'];
  const input = typeof text === 'string' ? parseJsonObject(text === '' ? '{}' : text) : undefined;
  if (input === undefined) refuse('take tool arguments as JSON objects only');
  keepSource(input as JsonObject, text as string);
  const { id: given } = call as JsonObject;
  const id = typeof given === 'string' ? given : '';
  const name = (called as JsonObject)['name'] ?? '';
  return { type: 'tool_use', id, name, input: input as JsonObject };
}

/**
 * Tool definitions in OpenAI's form as those of Anthropic's Messages.
 *
 * @throws InexpressibleError for tools of other types than functions, and for members that would be
 * lost
 */
export function convertTools(tools: readonly object[] | undefined): JsonObject[] {
  return checkList(tools ?? [], 'tools').map((tool) => convertTool(tool as JsonObject));
}

function convertTool(tool: JsonValue): JsonObject {
  const described = isJsonObject(tool) ? tool['function'] : undefined;
  if (!isJsonObject(tool) || tool['type'] !== 'function' || !isJsonObject(described)) {
    return refuse('have tools of type function only');
  }
  checkMembers(tool, ['type', 'function', 'cache_control'], 'tools');
  checkMembers(
    described,
    ['name', 'description', 'parameters', 'strict', 'cache_control'],
    'tools',
  );
  const { name, description, parameters, strict } = described;
  return {
    name: name ?? '',
    ...(description === undefined || description === null ? {} : { description }),
    input_schema: parameters ?? { type: 'object' },
    ...readStrict(strict),
    ...readCacheControl(described),
    ...readCacheControl(tool),
  };
}
