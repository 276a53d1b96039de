import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';

const reasoningPart = /^(?:redacted_)?(?:thinking|reasoning)(?:_text)?$/;

/** Whether a part of a message is reasoning, of Anthropic's Messages or of others that copy them. */
export function isReasoningPart(part: JsonValue): boolean {
  const type = getMember(part, 'type');
  return typeof type === 'string' && reasoningPart.test(type);
}

/**
 * Removes the thinking of earlier answers from a body for Messages; see `stripReasoning`.
 *
 * @param before the index of the first message that keeps its thinking
 */
export function stripThinking(body: JsonObject, before: number): JsonObject {
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
  const last = messages.findLast(speaks);
  if (last?.['role'] !== 'user') return body;
  const first = messages.slice(findOpenTurn(messages)).find(({ role }) => role === 'assistant');
  const isBegun = first && listObjects(first['content']).findIndex(isReasoningPart) === 0;
  return isBegun === false ? stripThinking(body, Infinity) : body;
}

/** Whether a message takes a turn; those of the system only add to one (platform.claude.com, system messages). */
function speaks({ role }: JsonObject): boolean {
  return role !== 'system';
}

/** The index of the first answer in a turn that is not over; infinite if the user is the last to speak. */
function findOpenTurn(messages: readonly JsonObject[]): number {
  let asked = -1;
  // Anthropic takes consecutive messages of the user for one.
  let askedBefore = asked;
  let isAsking = false;
  let isTold = false;
  messages.forEach((message, index) => {
    if (!speaks(message)) return;
    const isUser = message['role'] === 'user';
    if (isUser) {
      if (!isAsking) {
        askedBefore = asked;
        isTold = false;
      }
      isTold ||= hasResult(message);
      asked = isTold ? askedBefore : index;
    }
    isAsking = isUser;
  });
  return isAsking && !isTold ? Infinity : asked + 1;
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
