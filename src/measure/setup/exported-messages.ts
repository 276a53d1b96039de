import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';

/** Roles as LangChain, Gemini, ShareGPT and others call them, by OpenAI's names. */
const roles: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
  function: 'tool',
  ...Object.fromEntries(
    ['user', 'assistant', 'system', 'developer', 'tool'].map((role) => [role, role]),
  ),
};

/** Whether a text is a role of messages, as one of these tools calls it. */
export function isRole(text: string): boolean {
  return Object.hasOwn(roles, text);
}

/**
 * The messages that a tracing tool recorded, in OpenAI's form; undefined if the value is no list of
 * messages. Reads messages of OpenAI, of Gemini (`parts`), of ShareGPT (`from`, `value`), and of
 * LangChain in each of its forms: serialized (`lc`), as objects with a `type`, as `[role, text]`, and
 * a batch of one conversation.
 */
export function readExportedMessages(value: JsonValue): readonly JsonObject[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const list = value as readonly JsonValue[];
  const [first] = list;
  // A call of a model in LangChain holds a batch.
  if (list.length === 1 && Array.isArray(first) && !isPair(first)) {
    return readExportedMessages(first as readonly JsonValue[]);
  }
  const messages = list.map(readMessage);
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

function readMessage(value: JsonValue): JsonObject | undefined {
  if (isPair(value)) {
    const [role = null, content = null] = value;
    return readRoleMessage({ role, content });
  }
  if (!isJsonObject(value)) return undefined;
  const serialized = value['kwargs'] ?? value['lc_kwargs'];
  if (isJsonObject(serialized)) {
    return readLangChainMessage(serialized, readClassName(value['id'] ?? value['lc_id']));
  }
  if ('role' in value) return readRoleMessage(value);
  if ('from' in value && 'value' in value) {
    return readRoleMessage({ role: value['from'] ?? null, content: value['value'] ?? null });
  }
  const { type, data } = value;
  if (typeof type !== 'string') return undefined;
  const fields = isJsonObject(data) ? data : value;
  return 'content' in fields ? readLangChainMessage(fields, type) : undefined;
}

function isPair(value: JsonValue): value is readonly [string, JsonValue] {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const [role] = list;
  return list.length === 2 && typeof role === 'string' && isRole(role);
}

/** `human` for `[..., "HumanMessage"]` and `[..., "HumanMessageChunk"]`. */
function readClassName(id: JsonValue | undefined): string {
  const name = Array.isArray(id) ? (id as readonly JsonValue[]).at(-1) : id;
  return String(name ?? '')
    .replace(/Message(Chunk)?$/, '')
    .toLowerCase();
}

function readLangChainMessage(fields: JsonObject, type: string): JsonObject | undefined {
  const role = roles[type] ?? roles[String(fields['type'])] ?? roles[String(fields['role'])];
  if (role === undefined) return undefined;
  const calls = listObjects(fields['tool_calls']).map(convertCall);
  const id = fields['tool_call_id'];
  return {
    role,
    content: convertParts(fields['content'] ?? null),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(typeof id === 'string' && { tool_call_id: id }),
  };
}

/** A tool call of LangChain, which has its arguments as an object. */
function convertCall(call: JsonObject): JsonObject {
  if ('function' in call) return call;
  const { id = null, name = null, args = null } = call;
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args ?? {}) } };
}

function readRoleMessage(message: JsonObject): JsonObject | undefined {
  const role = roles[String(message['role'])];
  if (role === undefined) return undefined;
  const { parts, ...rest } = message;
  if (!Array.isArray(parts) || 'content' in message) return readChatMessage(message, role);
  const texts = (parts as readonly JsonValue[]).map((part) =>
    typeof part === 'string' ? part : getMember(part, 'text'),
  );
  const isText = texts.every((text) => typeof text === 'string');
  return isText ? { ...rest, role, content: texts.join('\n') } : undefined;
}

function readChatMessage(message: JsonObject, role: string): JsonObject {
  if (!holdsResponseParts(message['content'])) return { ...message, role };
  // The item's own type, id and status are none of a chat's.
  return { role, content: convertParts(message['content'] ?? null) };
}

const responsePart = /^(?:in|out)put_(?:text|image)$/;

function holdsResponseParts(content: JsonValue | undefined): boolean {
  return listObjects(content).some(({ type }) => responsePart.test(String(type)));
}

/** Content with the parts of OpenAI's Responses as those of chats. */
function convertParts(content: JsonValue): JsonValue {
  if (!Array.isArray(content)) return content;
  return (content as readonly JsonValue[]).map((part): JsonValue => {
    if (!isJsonObject(part)) return part;
    const { type, text = null, image_url: url, detail } = part;
    if (type === 'input_text' || type === 'output_text') return { type: 'text', text };
    if (type !== 'input_image' || typeof url !== 'string') return part;
    const image = { url, ...(typeof detail === 'string' && { detail }) };
    return { type: 'image_url', image_url: image };
  });
}
