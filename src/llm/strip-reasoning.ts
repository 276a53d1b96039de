import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../util/json.js';
import type { CallerRequest } from './caller-request.js';

/** Members of an assistant message that servers of chat completions put reasoning into. */
const reasoningMembers: ReadonlySet<string> = new Set([
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'thinking_blocks',
]);

const reasoningPart = /^(?:redacted_)?(?:thinking|reasoning)(?:_text)?$/;

/**
 * Removes the reasoning of earlier answers from a request. It is signed for, or only understood by, the
 * model that wrote it: providers refuse it from others.
 *
 * Where a message of Anthropic's answers a tool call, `thinking` is removed, too, because thinking
 * must then go on from what was removed.
 */
export function stripReasoning(request: CallerRequest): CallerRequest {
  const { protocol, body, words } = request;
  const messages = words.messages.flatMap(
    (message) => stripReasoningOfMessage(message as unknown as JsonObject) as never,
  );
  const isChanged = hasReasoning(body);
  if (!isChanged) return request;
  return {
    ...request,
    words: { ...words, messages },
    body: protocol === 'anthropic' ? stripBody(body) : { ...body, messages: messages as never },
  };
}

/** Whether a request holds reasoning of earlier answers. */
export function hasReasoning({ messages }: JsonObject): boolean {
  return listObjects(messages).some(
    (message) =>
      message['role'] === 'assistant' &&
      (Object.entries(message).some(([name, value]) => isReasoning(name, value)) ||
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

/** A message of OpenAI's or Anthropic's without reasoning; none if nothing is left of it. */
export function stripReasoningOfMessage(message: JsonObject): JsonObject[] {
  if (message['role'] !== 'assistant') return [message];
  const kept: JsonObject = Object.fromEntries(
    Object.entries(message).filter(([name]) => !reasoningMembers.has(name)),
  );
  const { content } = kept;
  if (!Array.isArray(content)) return [kept];
  const parts = (content as readonly JsonValue[]).filter((part) => !isReasoningPart(part));
  if (parts.length > 0) return [{ ...kept, content: parts }];
  return kept['tool_calls'] === undefined ? [] : [{ ...kept, content: null }];
}

function stripBody({ thinking, ...body }: JsonObject): JsonObject {
  const messages = listObjects(body['messages']).flatMap((message): JsonObject[] => {
    const { role, content } = message;
    if (role !== 'assistant' || !Array.isArray(content)) return [message];
    const blocks = listObjects(content as JsonValue).filter((block) => !isReasoningPart(block));
    return blocks.length === 0 ? [] : [{ ...message, content: blocks }];
  });
  const last = messages.at(-1);
  const isInToolCall = listObjects(last?.['content']).some(({ type }) => type === 'tool_result');
  const goesOn = isJsonObject(thinking) && !isInToolCall;
  return { ...body, messages, ...(goesOn ? { thinking } : {}) };
}
