import { stripReasoningOfMessage } from '../../llm/strip-reasoning.js';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import { ownJson, tryParseJson } from '../../util/parse-json.js';
import { readAnswer } from '../graders/texts/read-answer.js';
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

/**
 * Rows that are made for fine-tuning end with the answer, which no model may be shown; nor what another
 * model thought in earlier turns, which providers refuse.
 */
export function splitAnswer(given: JsonObject): SplitRequest {
  const request = stripThoughts(given);
  const messages = listObjects(request['messages']);
  const last = messages.at(-1);
  const whole = { request, answer: undefined, isToolCall: false };
  if (last?.['role'] !== 'assistant') return whole;
  const cut = { ...request, messages: messages.slice(0, -1) };
  if (callsTools(last)) return { request: cut, answer: undefined, isToolCall: true };
  const text = readText(last['content']);
  if (text === undefined || messages.length < 2) return whole;
  return { request: cut, answer: readStatedAnswer(text), isToolCall: false };
}

/** An expected answer without the reasoning before it; undefined where there is no answer. */
export function readStatedAnswer(text: string): string | undefined {
  const answer = readAnswer(text);
  return answer.kind === 'answered' ? answer.text : undefined;
}

function stripThoughts(request: JsonObject): JsonObject {
  const { messages } = request;
  if (!Array.isArray(messages)) return request;
  const stripped = (messages as readonly JsonValue[]).flatMap((message): readonly JsonValue[] =>
    isJsonObject(message) ? stripReasoningOfMessage(message) : [message],
  );
  return { ...request, messages: stripped };
}

/** Calls in the forms of OpenAI, today's and its first, and of Anthropic. */
function callsTools(message: JsonObject): boolean {
  return (
    listObjects(message['tool_calls']).length > 0 ||
    isJsonObject(message['function_call']) ||
    listObjects(message['content']).some(({ type }) => type === 'tool_use')
  );
}

/** A text, also in parts; undefined where there is anything but text. */
function readText(content: JsonValue | undefined): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = listObjects(content).flatMap(({ type, text }) =>
    type === 'text' && typeof text === 'string' ? [text] : [],
  );
  return texts.length === content.length && texts.length > 0 ? texts.join('') : undefined;
}
