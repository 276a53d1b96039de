import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../util/json.js';
import type { CallerRequest } from './caller-request.js';
import type { ChatMessage } from './chat.js';
import { isSignedCall } from './tool-calls.js';

/** Members of an assistant message that servers of chat completions put reasoning into. */
const reasoningMembers: ReadonlySet<string> = new Set([
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'thinking_blocks',
  // Gemini's signatures.
  'extra_content',
]);

const reasoningPart = /^(?:redacted_)?(?:thinking|reasoning)(?:_text)?$/;

/**
 * Removes the reasoning of earlier answers from a request. It is signed for, or only understood by, the
 * model that wrote it: providers refuse it from others.
 *
 * Where the last turn of a request for Anthropic's Messages is not over and lacks its reasoning then,
 * `thinking` becomes null, too, because thinking must go on from what was removed, and what Anthropic
 * only takes beside it is removed.
 *
 * @param before the index of the first message of the body that keeps its reasoning
 */
export function stripReasoning(request: CallerRequest, before = Infinity): CallerRequest {
  const { protocol, body, words } = request;
  if (!hasReasoning(body, before)) return request;
  if (protocol === 'anthropic') {
    // In the words of chat completions there are other messages than in the body.
    const messages = words.messages.flatMap(stripWords);
    return { ...request, words: { ...words, messages }, body: stripBody(body, before) };
  }
  const messages = words.messages.flatMap((message, index) =>
    index < before ? stripWords(message) : [message],
  );
  return {
    ...request,
    words: { ...words, messages },
    body: { ...body, messages: messages as never },
  };
}

/** Whether a request holds reasoning of earlier answers, in the messages before an index. */
export function hasReasoning({ messages }: JsonObject, before = Infinity): boolean {
  return listObjects(messages)
    .slice(0, before)
    .some(
      (message) =>
        message['role'] === 'assistant' &&
        (Object.entries(message).some(([name, value]) => isReasoning(name, value)) ||
          listObjects(message['tool_calls']).some(isSignedCall) ||
          listObjects(message['content']).some(isReasoningPart)),
    );
}

function isReasoning(name: string, value: unknown): boolean {
  return reasoningMembers.has(name) && value !== null && value !== undefined;
}

function isReasoningPart(part: JsonValue): boolean {
  const type = getMember(part, 'type');
  return typeof type === 'string' && reasoningPart.test(type);
}

function stripSignature(call: JsonObject): JsonObject {
  const { extra_content: _signature, ...others } = call;
  return others;
}

/** A message of OpenAI's or Anthropic's without reasoning; none if nothing is left of it. */
export function stripReasoningOfMessage(message: JsonObject): JsonObject[] {
  if (message['role'] !== 'assistant') return [message];
  const others: JsonObject = Object.fromEntries(
    Object.entries(message).filter(([name]) => !reasoningMembers.has(name)),
  );
  const calls = listObjects(others['tool_calls']);
  const kept = calls.some(isSignedCall)
    ? { ...others, tool_calls: calls.map(stripSignature) }
    : others;
  const { content } = kept;
  if (!Array.isArray(content)) return [kept];
  const parts = (content as readonly JsonValue[]).filter((part) => !isReasoningPart(part));
  if (parts.length > 0) return [{ ...kept, content: parts }];
  return kept['tool_calls'] === undefined ? [] : [{ ...kept, content: null }];
}

function stripWords(message: ChatMessage): ChatMessage[] {
  return stripReasoningOfMessage(message as unknown as JsonObject) as unknown as ChatMessage[];
}

function stripBody(body: JsonObject, before: number): JsonObject {
  const messages = listObjects(body['messages']);
  const isLostInTurn = before > findOpenTurn(messages);
  const stripped = messages.flatMap((message, index): JsonObject[] => {
    const { role, content } = message;
    if (role !== 'assistant' || !Array.isArray(content)) return [message];
    if (index >= before && !isLostInTurn) return [message];
    const blocks = listObjects(content as JsonValue).filter((block) => !isReasoningPart(block));
    return blocks.length === 0 ? [] : [{ ...message, content: blocks }];
  });
  return { ...(isLostInTurn ? stopThinking(body) : body), messages: stripped };
}

/**
 * Takes thinking away from a body for Anthropic's Messages whose tool calls are answered, where the turn
 * that they are in began without it, as with a model that does not think. Anthropic refuses thinking
 * that is `enabled` only then ("a final `assistant` message must start with a thinking block"; the tool
 * calls of a turn are one message: platform.claude.com, extended thinking), but not `adaptive`.
 */
export function stopUnbegunThinking(body: JsonObject): JsonObject {
  if (getMember(body['thinking'], 'type') !== 'enabled') return body;
  const messages = listObjects(body['messages']);
  if (messages.at(-1)?.['role'] !== 'user') return body;
  const first = messages.slice(findOpenTurn(messages)).find(({ role }) => role === 'assistant');
  const isBegun = first && listObjects(first['content']).findIndex(isReasoningPart) === 0;
  return isBegun === false ? stripBody(body, Infinity) : body;
}

/** The index of the first answer in a turn that is not over; infinite if the user is the last to speak. */
function findOpenTurn(messages: readonly JsonObject[]): number {
  let asked = -1;
  // Anthropic takes consecutive messages of the user for one.
  let askedBefore = asked;
  let isTold: boolean | undefined;
  messages.forEach((message, index) => {
    if (message['role'] !== 'user') return;
    if (messages[index - 1]?.['role'] !== 'user') {
      askedBefore = asked;
      isTold = false;
    }
    isTold ||= hasResult(message);
    asked = isTold ? askedBefore : index;
  });
  return asked === messages.length - 1 ? Infinity : asked + 1;
}

function hasResult({ content }: JsonObject): boolean {
  return listObjects(content).some(({ type }) => type === 'tool_result');
}

/** Edits of the context that Anthropic refuses where `thinking` is not enabled (claude-code 11971). */
const thinkingEdit = /^clear_thinking_/;

function stopThinking(body: JsonObject): JsonObject {
  const { thinking, context_management: management, ...others } = body;
  // Null, because the endpoint's parameters may have thinking, too.
  const stopped: JsonObject = { ...others, thinking: null };
  if (management === undefined) return stopped;
  if (!isJsonObject(thinking) || !isJsonObject(management)) {
    return { ...stopped, context_management: management };
  }
  const { edits, ...rest } = management;
  const kept = listObjects(edits).filter(({ type }) => !thinkingEdit.test(String(type)));
  const left = kept.length === 0 ? rest : { ...rest, edits: kept };
  return Object.keys(left).length === 0 ? stopped : { ...stopped, context_management: left };
}
