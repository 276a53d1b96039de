import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../util/json.js';
import type { CallerRequest } from './caller-request.js';
import type { ChatMessage } from './chat.js';

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
 * must then go on from what was removed, and with it what Anthropic only takes beside it.
 */
export function stripReasoning(request: CallerRequest): CallerRequest {
  const { protocol, body, words } = request;
  const messages = words.messages.flatMap(stripMessage);
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

function isReasoningPart({ type }: { readonly type?: unknown }): boolean {
  return typeof type === 'string' && reasoningPart.test(type);
}

/** The message without reasoning; none if nothing is left of it. */
function stripMessage(message: ChatMessage): ChatMessage[] {
  if (message.role !== 'assistant') return [message];
  const kept = Object.fromEntries(
    Object.entries(message).filter(([name]) => !reasoningMembers.has(name)),
  ) as ChatMessage;
  const { content } = kept;
  if (!Array.isArray(content)) return [kept];
  const parts = content.filter((part) => !isReasoningPart(part as { type?: unknown }));
  if (parts.length > 0) return [{ ...kept, content: parts } as ChatMessage];
  return kept.tool_calls === undefined ? [] : [{ ...kept, content: null } as ChatMessage];
}

function stripBody(body: JsonObject): JsonObject {
  const messages = listObjects(body['messages']).flatMap((message): JsonObject[] => {
    const { role, content } = message;
    if (role !== 'assistant' || !Array.isArray(content)) return [message];
    const blocks = listObjects(content as JsonValue).filter((block) => !isReasoningPart(block));
    return blocks.length === 0 ? [] : [{ ...message, content: blocks }];
  });
  const last = messages.at(-1);
  const isInToolCall = listObjects(last?.['content']).some(({ type }) => type === 'tool_result');
  return { ...(isInToolCall ? stopThinking(body) : body), messages };
}

/** Edits of the context that Anthropic refuses where `thinking` is not enabled (claude-code 11971). */
const thinkingEdit = /^clear_thinking_/;

function stopThinking({
  thinking,
  context_management: management,
  ...body
}: JsonObject): JsonObject {
  if (management === undefined) return body;
  if (!isJsonObject(thinking) || !isJsonObject(management)) {
    return { ...body, context_management: management };
  }
  const { edits, ...others } = management;
  const kept = listObjects(edits).filter(({ type }) => !thinkingEdit.test(String(type)));
  const rest = kept.length === 0 ? others : { ...others, edits: kept };
  return Object.keys(rest).length === 0 ? body : { ...body, context_management: rest };
}
