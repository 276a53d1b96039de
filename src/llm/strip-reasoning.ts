import { listObjects, type JsonObject, type JsonValue } from '../util/json.js';
import { isReasoningPart, stripThinking } from './anthropic/strip-thinking.js';
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
    return { ...request, words: { ...words, messages }, body: stripThinking(body, before) };
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
  if (!Array.isArray(content)) {
    const hadReasoning = Object.entries(message).some(([name, value]) => isReasoning(name, value));
    return hadReasoning && saysNothing(kept) ? [] : [kept];
  }
  const parts = (content as readonly JsonValue[]).filter((part) => !isReasoningPart(part));
  if (parts.length > 0) return [{ ...kept, content: parts }];
  return kept['tool_calls'] === undefined ? [] : [{ ...kept, content: null }];
}

/** Whether a message has neither a text nor calls nor anything else, which most servers refuse. */
function saysNothing({ role: _role, ...members }: JsonObject): boolean {
  return Object.values(members).every(
    (value) => value === null || value === '' || (Array.isArray(value) && value.length === 0),
  );
}

function stripWords(message: ChatMessage): ChatMessage[] {
  return stripReasoningOfMessage(message as unknown as JsonObject) as unknown as ChatMessage[];
}
