import { foldAnswer } from '../../llm/answer-fold.js';
import { writeAnthropicAnswer } from '../../llm/anthropic/write-answer.js';
import { completeHead, writeOpenAiAnswer } from '../../llm/openai/write-answer.js';
import { writeExactJson } from '../../util/exact-json.js';
import type { JsonObject } from '../../util/json.js';
import type { RoutedAnswer } from '../router/routed.js';
import { buildAnswerHeaders, jsonType } from './answer-headers.js';
import { buildHead, explain, toUnwritable } from './answer-parts.js';
import type { Exchange } from './exchange.js';
import type { GatewayParts } from './gateway-parts.js';
import type { HttpAnswer } from './http-call.js';
import { prepareChat, type PreparedChat } from './prepare-chat.js';
import { streamAnswer } from './stream-answer.js';

/**
 * Answers a chat completion or a message, whole or streamed.
 *
 * @throws GatewayError, RouterError
 */
export async function answerChat(
  parts: GatewayParts,
  exchange: Exchange,
  given: JsonObject,
): Promise<HttpAnswer> {
  const chat = prepareChat(parts, exchange, given);
  if (chat.isStream) return streamAnswer(parts, exchange, chat);
  const { router } = exchange.current;
  const answer = await router.complete(chat.request, chat.options);
  const served = answer.content.find((event) => event.kind === 'served');
  exchange.servedModel = served?.model ?? null;
  chat.noteAnswer(answer.content);
  const body = writeWhole(parts, exchange, chat, answer);
  const headers = buildAnswerHeaders(exchange, jsonType);
  return { status: 200, headers, body };
}

function writeWhole(
  { date }: GatewayParts,
  exchange: Exchange,
  { controls }: PreparedChat,
  answer: RoutedAnswer,
): string {
  const { protocol } = exchange;
  const extra = controls.explains ? { routesmith: explain(exchange) } : {};
  const head = buildHead(exchange, answer.model, date());
  if (answer.protocol === protocol) {
    const { response } = answer;
    const known =
      protocol === 'openai' ? completeHead(response, head, 'chat.completion') : response;
    // The provider's own text also has the digits of numbers that JavaScript rounds.
    const json = known === response ? answer.json : writeExactJson(known);
    return addMembers(json, extra);
  }
  const end = { finishReason: answer.finishReason, usage: answer.usage, extra };
  const write = protocol === 'openai' ? writeOpenAiAnswer : writeAnthropicAnswer;
  try {
    return writeExactJson(write(foldAnswer(answer.content), head, end));
  } catch (error) {
    throw toUnwritable(error);
  }
}

/** The JSON of an object that has members, with further ones at its end. */
function addMembers(json: string, extra: JsonObject): string {
  if (Object.keys(extra).length === 0) return json;
  return `${json.slice(0, json.lastIndexOf('}'))},${JSON.stringify(extra).slice(1)}`;
}
