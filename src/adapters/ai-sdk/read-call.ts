import type { ChatMessage, ContentPart } from '../../llm/chat.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import { buildCallerRequest } from '../../serve/router/router-request.js';
import { isJsonObject } from '../../util/json.js';
import type { AiCallOptions, AiContentPart, AiMessage, AiTool } from './model.js';

/**
 * A call in the words of chat completions, for decisions: the same conversation is decided on alike
 * whether it comes through the AI SDK or the router. Files are named and not copied.
 */
export function readCall(options: AiCallOptions): CallerRequest {
  const { prompt, tools, maxOutputTokens, reasoning, responseFormat } = options;
  const hasEffort = reasoning !== undefined && reasoning !== 'provider-default';
  return buildCallerRequest({
    messages: prompt.flatMap(readMessage),
    tools: tools?.map(readTool),
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
    ...(hasEffort && { reasoning_effort: reasoning }),
    ...(responseFormat?.type === 'json' && { response_format: readFormat(responseFormat) }),
  });
}

function readFormat({
  schema,
  name,
  description,
}: {
  schema?: unknown;
  name?: string;
  description?: string;
}): object {
  if (schema === undefined) return { type: 'json_object' };
  const described = description === undefined ? {} : { description };
  // Strict, as the AI SDK's own packages ask for it.
  const json_schema = { schema, strict: true, name: name ?? 'response', ...described };
  return { type: 'json_schema', json_schema };
}

function readTool({ type, name, description, inputSchema, id }: AiTool): object {
  if (type !== 'function') return { type: id ?? type, name };
  const described = description === undefined ? {} : { description };
  return { type, function: { name, ...described, parameters: inputSchema } };
}

function readMessage({ role, content }: AiMessage): ChatMessage[] {
  if (typeof content === 'string') return [{ role, content }];
  if (role === 'tool') return content.flatMap(readToolResult);
  if (role === 'assistant') return readAssistant(content);
  const [first] = content;
  if (content.length === 1 && first?.type === 'text') return [{ role, content: first.text ?? '' }];
  return [{ role, content: content.map(readPart) }];
}

/** Files of prompts and, with a second word in version 3, those that tools have returned. */
const fileType = /^(file|image|media)(?:-data|-url|-id|-file-id)?$/;

function readPart({ type, text, mediaType = '' }: AiContentPart): ContentPart {
  const isFile = fileType.exec(type);
  if (isFile === null) return { type, ...(text !== undefined && { text }) };
  const kind = /^(image|audio|video)(?:\/|$)/.exec(mediaType)?.[1];
  return { type: isFile[1] === 'image' || kind === 'image' ? 'image_url' : (kind ?? 'file') };
}

function readAssistant(content: readonly AiContentPart[]): ChatMessage[] {
  const texts = content.filter(({ type }) => type === 'text').map(({ text }) => text ?? '');
  const files = content.filter(({ type }) => type === 'file').map(readPart);
  const text = texts.length === 0 ? null : texts.join('');
  const calls = content.filter(({ type }) => type === 'tool-call').map(readToolCall);
  const message: ChatMessage = {
    role: 'assistant',
    content: files.length === 0 ? text : [{ type: 'text', text: text ?? '' }, ...files],
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return [message, ...content.flatMap(readToolResult)];
}

function readToolCall({ toolCallId, toolName, input }: AiContentPart): object {
  const call = { name: toolName, arguments: writeJson(input) };
  return { id: toolCallId, type: 'function', function: call };
}

function readToolResult({ type, toolCallId, output }: AiContentPart): ChatMessage[] {
  if (type !== 'tool-result' || !isJsonObject(output)) return [];
  const { type: kind, value } = output as { readonly type?: unknown; readonly value?: unknown };
  const text = typeof value === 'string' ? value : undefined;
  const parts =
    kind === 'content' && Array.isArray(value)
      ? (value as readonly unknown[]).filter(isJsonObject).map((part) => readPart(part as never))
      : undefined;
  return [{ role: 'tool', tool_call_id: toolCallId, content: text ?? parts ?? writeJson(value) }];
}

/** Empty for what cannot be JSON: the model's own package says so. */
function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
