import { stripReasoningOfMessage } from '../../llm/strip-reasoning.js';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';
import { readAnswer } from '../graders/texts/read-answer.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { readExportedMessages } from './exported-messages.js';
import { isFollowedByText, parseCell } from './parse-cell.js';
import { trimText } from '../../util/trim-text.js';
import { listsMessages, readPlainText, readWholeRequest } from './whole-request.js';

/** The request of a cell, and the members of the cell that are no part of it. */
export interface CellRequest {
  /** `prompt` or `messages`, as in a task set. */
  readonly request: JsonObject;
  readonly unused: readonly string[];
}

/**
 * The request of a cell: a text, messages in any form that tools export, or a whole request. Tables hold
 * messages as JSON, or as Python writes them, which no model is to be sent as a text.
 */
export function readCellRequest(cell: JsonValue | undefined): Result<CellRequest> {
  const isText = typeof cell === 'string';
  const value = isText ? parseCell(cell) : cell;
  if (isText && value === undefined && isUnreadableRequest(cell)) {
    return failure('the messages are no complete list in JSON or Python');
  }
  const messages = value === undefined ? undefined : readExportedMessages(value);
  if (messages !== undefined) return asRequest({ messages });
  if (Array.isArray(value) && (!isText || listsMessages(value))) {
    return asRequest({ messages: value as readonly JsonValue[] });
  }
  const prompt = isJsonObject(cell) ? JSON.stringify(cell) : String(cell);
  const asText = asRequest({ prompt: trimText(prompt) });
  if (!isJsonObject(value)) return asText;
  const single = listsMessages([value]) ? readExportedMessages([value]) : undefined;
  if (single !== undefined) return asRequest({ messages: single });
  const whole = readWholeRequest(value);
  if (whole === undefined) return asText;
  const { unused, ...request } = whole;
  return success({ request, unused });
}

function asRequest(request: JsonObject): Result<CellRequest> {
  return success({ request, unused: [] });
}

/** Whether nothing is asked in a cell: it is blank, or an empty list or object, as logs without prompts have. */
export function holdsNoPrompt(cell: JsonValue | undefined): boolean {
  if (typeof cell === 'string' && /^\s*(?:\{\s*\}|\[\s*\])\s*$/.test(cell)) return true;
  return isBlankCell(cell) || (isJsonObject(cell) && Object.keys(cell).length === 0);
}

const roleName = String.raw`["'](?:user|assistant|system|developer|tool|function|human|gpt|ai|model)["']`;
/** What only messages have, in any form that tools export. */
const messageMarks = [
  new RegExp(String.raw`["'](?:role|from)["']\s*:\s*${roleName}`),
  /["']type["']\s*:\s*["'](?:human|ai|system)["']/,
  /["']lc["']\s*:\s*\d/,
  /["'](?:messages|contents|conversations)["']\s*:\s*\[+\s*\{\s*["'](?:content|parts)["']/,
];
const pairList = new RegExp(String.raw`^\s*[[(]+\s*[[(]\s*${roleName}\s*,\s*["']`);
const requestMember = String.raw`\s*\{[^]*["'](?:messages|contents|conversations|input)["']\s*:`;
const objectList = new RegExp(String.raw`^(?:${requestMember})?\s*\[+\s*\{`);
/** Python's `[HumanMessage(content=...)]`, which is no data. */
const callList = new RegExp(
  String.raw`^(?:${requestMember}|\s*messages\s*=)?\s*\[+\s*\w*Message(?:Chunk)?\(`,
);

/** Whether a text that cannot be parsed holds messages and nothing else, such as a cell that was cut. */
function isUnreadableRequest(cell: string): boolean {
  const isMarked = (): boolean => messageMarks.some((mark) => mark.test(cell));
  const isList =
    callList.test(cell) || pairList.test(cell) || (objectList.test(cell) && isMarked());
  return isList && !isFollowedByText(cell);
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
  const text = readPlainText(last['content']);
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
