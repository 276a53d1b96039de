import { messageText, type ChatMessage } from '../util/chat.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import type { Endpoint } from './endpoint.js';
import { parseJsonObject } from './parse-json-object.js';
import type { RouterRequest } from './router-request.js';

/** Members of a request that have a counterpart in Anthropic's Messages. */
const expressible: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'tool_choice',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'user',
  'stream_options',
]);

/**
 * What of an OpenAI request Anthropic's Messages have no words for, as a sentence, or undefined.
 * Nothing is left out of a request in silence: an endpoint that cannot take all of it is not asked.
 */
export function findInexpressible(request: RouterRequest): string | undefined {
  const member = Object.keys(request).find(
    (name) => request[name] !== undefined && !expressible.has(name),
  );
  if (member !== undefined) return `Anthropic Messages have no "${member.slice(0, 60)}"`;
  if (typeof request['temperature'] === 'number' && request['temperature'] > 1) {
    return 'Anthropic Messages take no temperature above 1';
  }
  try {
    convertMessages(request.messages);
    (request.tools ?? []).forEach(convertTool);
    convertToolChoice(request['tool_choice'] as JsonValue | undefined);
    return undefined;
  } catch (error) {
    if (error instanceof InexpressibleError) return error.message;
    throw error;
  }
}

/** The request as a body for Anthropic's Messages. System messages come first, joined. */
export function buildAnthropicBody(
  request: RouterRequest,
  endpoint: Endpoint,
  stream: boolean,
): JsonObject {
  const system = request.messages.filter(isSystem).map(messageText).join('\n\n');
  const stop = request['stop'];
  const user = request['user'];
  const choice = convertToolChoice(request['tool_choice'] as JsonValue | undefined);
  const members: Record<string, unknown> = {
    ...endpoint.parameters,
    model: endpoint.model,
    messages: convertMessages(request.messages),
    system: system === '' ? undefined : system,
    max_tokens:
      request['max_completion_tokens'] ??
      request['max_tokens'] ??
      (endpoint.kind === 'anthropic' ? endpoint.maxTokens : undefined),
    temperature: request['temperature'] ?? endpoint.parameters?.['temperature'],
    top_p: request['top_p'] ?? endpoint.parameters?.['top_p'],
    stop_sequences: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    tools: request.tools?.map(convertTool),
    tool_choice: choice,
    metadata: typeof user === 'string' ? { user_id: user } : endpoint.parameters?.['metadata'],
    stream,
  };
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}

class InexpressibleError extends Error {}

function isSystem(message: ChatMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}

function convertMessages(messages: readonly ChatMessage[]): JsonObject[] {
  const converted: { role: string; content: JsonValue[] }[] = [];
  for (const message of messages) {
    if (isSystem(message)) continue;
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

function convertTool(tool: JsonObject): JsonObject {
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

function convertToolChoice(choice: JsonValue | undefined): JsonObject | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none') return { type: choice };
  if (choice === 'required') return { type: 'any' };
  const named = isJsonObject(choice) ? choice['function'] : undefined;
  if (isJsonObject(named) && typeof named['name'] === 'string') {
    return { type: 'tool', name: named['name'] };
  }
  throw new InexpressibleError('Anthropic Messages have no such choice of a tool');
}
