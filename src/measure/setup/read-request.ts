import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import { ownJson, tryParseJson } from '../../util/parse-json.js';
import { readExportedMessages } from './exported-messages.js';

/** The request of a cell, as `prompt` or `messages`: a text, or messages in any form that tools export. */
export function readRequest(cell: JsonValue | undefined): JsonObject {
  // Tables hold messages as JSON, which no model is to be sent as a text.
  const isJson = typeof cell === 'string' && /^\s*\[\s*[[{]/.test(cell);
  const prompt = (isJson ? tryParseJson(cell, ownJson) : undefined) ?? cell;
  const messages = prompt === undefined ? undefined : readExportedMessages(prompt);
  if (messages !== undefined) return { messages };
  if (Array.isArray(prompt) && !isJson) return { messages: prompt };
  if (isJsonObject(prompt) && Array.isArray(prompt['messages']) && Array.isArray(prompt['tools'])) {
    return { messages: prompt['messages'], tools: prompt['tools'] };
  }
  if (isJsonObject(prompt)) return { prompt: JSON.stringify(prompt) };
  return { prompt: String(cell).replace(/\r\n?/g, '\n').trim() };
}

/** A request without the answer that its messages end with. */
export interface SplitRequest {
  readonly request: JsonObject;
  /** Undefined where there is none, or no text. */
  readonly answer: string | undefined;
  /** Whether the answer is a call of tools. */
  readonly isToolCall: boolean;
}

/** Rows that are made for fine-tuning end with the answer, which no model may be shown. */
export function splitAnswer(request: JsonObject): SplitRequest {
  const messages = listObjects(request['messages']);
  const last = messages.at(-1);
  const whole = { request, answer: undefined, isToolCall: false };
  if (last?.['role'] !== 'assistant') return whole;
  const cut = { ...request, messages: messages.slice(0, -1) };
  if (callsTools(last)) return { request: cut, answer: undefined, isToolCall: true };
  const text = readText(last['content']);
  if (text === undefined || messages.length < 2) return whole;
  return { request: cut, answer: text.trim() === '' ? undefined : text, isToolCall: false };
}

/** Calls in the forms of OpenAI, today's and its first, and of Anthropic. */
function callsTools(message: JsonObject): boolean {
  return (
    listObjects(message['tool_calls']).length > 0 ||
    isJsonObject(message['function_call']) ||
    listObjects(message['content']).some(({ type }) => type === 'tool_use')
  );
}

/** What a model thought before its answer, which is no part of it. */
const thoughtTypes: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking', 'reasoning']);

/** A text, also in parts; undefined where there is anything but text and thoughts. */
function readText(content: JsonValue | undefined): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const parts = listObjects(content).filter(({ type }) => !thoughtTypes.has(type));
  const texts = parts.flatMap(({ type, text }) =>
    type === 'text' && typeof text === 'string' ? [text] : [],
  );
  const isText = texts.length === parts.length && parts.length > 0;
  return isText && listObjects(content).length === content.length ? texts.join('') : undefined;
}
