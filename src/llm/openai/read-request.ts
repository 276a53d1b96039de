import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { UnreadableRequestError, type CallerRequest } from '../caller-request.js';
import type { ChatMessage } from '../chat.js';

/**
 * Reads the body of a chat completion. Checks only what this library itself relies on; everything
 * else is for the provider to judge.
 *
 * @throws UnreadableRequestError
 */
export function readOpenAiRequest(given: JsonObject): CallerRequest {
  const { model: _model, stream: _stream, ...body } = given;
  const { messages, tools, ...members } = body;
  const list = checkObjects(messages, 'messages');
  list.forEach((message, index) => {
    const { role, content = null, tool_calls: calls = null } = message;
    const where = `messages.${index}`;
    if (typeof role !== 'string') throw new UnreadableRequestError(`${where}.role`, 'is missing');
    if (calls !== null) checkObjects(calls, `${where}.tool_calls`);
    if (content === null || typeof content === 'string') return;
    checkObjects(content, `${where}.content`);
  });
  if (list.length === 0) throw new UnreadableRequestError('messages', 'is empty');
  return {
    protocol: 'openai',
    body,
    words: {
      messages: list as unknown as readonly ChatMessage[],
      tools: tools === undefined || tools === null ? undefined : checkObjects(tools, 'tools'),
      members,
    },
    inexpressible: undefined,
  };
}

/**
 * The list of objects that a member has to be.
 *
 * @throws UnreadableRequestError
 */
export function checkObjects(value: JsonValue | undefined, where: string): readonly JsonObject[] {
  if (value === undefined) throw new UnreadableRequestError(where, 'is missing');
  if (!Array.isArray(value)) throw new UnreadableRequestError(where, 'must be a list');
  const list = value as readonly JsonValue[];
  const wrong = list.findIndex((item) => !isJsonObject(item));
  if (wrong >= 0) throw new UnreadableRequestError(`${where}.${wrong}`, 'must be an object');
  return list as readonly JsonObject[];
}
