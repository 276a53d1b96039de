import { foldAnswer } from '../../llm/answer-fold.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import { hasReasoning } from '../../llm/strip-reasoning.js';
import type { StreamEvent } from '../../llm/types.js';
import { listObjects, type JsonObject } from '../../util/json.js';
import type { CallOptions } from '../router/failover-settings.js';
import { checkCharges } from './check-charges.js';
import { readControls, type Controls } from './controls.js';
import {
  findAnswersFrom,
  goesOnFrom,
  nameByAnswer,
  nameByCaller,
  nameByOpening,
  findCachedTokens,
  type Conversation,
} from './conversations.js';
import { findTarget, listNames } from './current.js';
import { noteEvent, type Exchange } from './exchange.js';
import type { GatewayParts } from './gateway-parts.js';
import { holdAttempts } from './hold-attempts.js';
import { readBetas } from './read-betas.js';
import { readChat, type ChatCall } from './read-chat.js';
import { buildDecideOptions } from './route-options.js';

/** A request for an answer, ready to be routed. */
export interface PreparedChat extends ChatCall {
  readonly controls: Controls;
  readonly options: CallOptions;
  /** Whether the answer itself names the conversation. */
  readonly namesByAnswer: boolean;
  /** Notes which model answered, for the next turn of the conversation. */
  noteAnswer(events: readonly StreamEvent[]): void;
  /** Notes the model of an answer that was cut off, which its caller may go on from. */
  noteCutOff(model: string): void;
}

/**
 * Reads a request for an answer, and prepares how it is routed.
 *
 * @throws GatewayError
 */
export function prepareChat(
  parts: GatewayParts,
  exchange: Exchange,
  body: JsonObject,
): PreparedChat {
  const { caller, current, call, protocol } = exchange;
  const names = listNames(current, caller);
  const controls = readControls(call.headers, body, names);
  exchange.requested = controls.model ?? 'auto';
  const chat = readChat(protocol, body);
  exchange.isStream = chat.isStream;
  const headers = readBetas(protocol, call.headers, caller, chat.request.body);
  const request = headers === undefined ? chat.request : { ...chat.request, headers };
  checkCharges(caller, request.body);
  const { name, conversation, loggedAs } = matchConversation(parts, exchange, controls, request);
  const target = (model: string) => findTarget(current, model);
  const holds = holdAttempts(parts.spending, caller, {
    findModel: target,
    onRefused: (limit) => {
      exchange.budgetLimit = limit;
    },
  });
  const messages = listObjects(request.body['messages']);
  const options: CallOptions = {
    ...buildDecideOptions(controls, caller, current, conversation),
    signal: call.signal,
    loggedAs: { id: exchange.id, conversation: loggedAs },
    ...limitReasoning(exchange, conversation, request),
    ...(holds.mayAttempt === undefined ? {} : { mayAttempt: holds.mayAttempt }),
    onEvent(event) {
      exchange.spans?.noteEvent(event);
      holds.onEvent?.(event);
      noteEvent(exchange, event);
    },
  };
  return {
    request,
    isStream: chat.isStream,
    hasUsageChunk: chat.hasUsageChunk,
    controls,
    namesByAnswer: name === undefined,
    options,
    noteAnswer(events) {
      const { answer } = exchange;
      const key = name ?? nameByAnswer(caller?.name ?? '', request, foldAnswer(events));
      if (answer === undefined || key === undefined) return;
      const { model, usage } = answer;
      note(key, model, findCachedTokens(usage, target(model).endpoint.kind));
    },
    noteCutOff(model) {
      // What is cut off names no conversation: nothing is known of one that begins so.
      if (name !== undefined) note(name, model, undefined);
    },
  };

  function note(key: string, model: string, cachedTokens: number | undefined): void {
    const answersFrom = findAnswersFrom(parts.conversations.find(key), model, messages);
    parts.conversations.note(key, { model, cachedTokens, answersFrom, loggedAs });
  }
}

/** Which model gets the reasoning of earlier answers, and from where on, if there is any. */
export function limitReasoning(
  { current, protocol }: Exchange,
  conversation: Conversation | undefined,
  { body }: CallerRequest,
): Pick<CallOptions, 'reasoningOf' | 'reasoningFrom'> {
  if (!hasReasoning(body)) return {};
  if (conversation === undefined) return { reasoningOf: null };
  const { model, answersFrom } = conversation;
  const isOngoing = goesOnFrom(answersFrom, listObjects(body['messages']));
  // Reasoning that was translated is not signed, so the model that wrote it refuses it, too.
  const isUntranslated = isOngoing && findTarget(current, model).endpoint?.kind === protocol;
  return { reasoningOf: isUntranslated ? model : null, reasoningFrom: answersFrom.index };
}

/**
 * The conversation that a request goes on with, and its name; undefined before its first answer. The
 * log knows an unnamed conversation by the id of its first turn, for as long as it is remembered.
 */
export function matchConversation(
  { conversations }: GatewayParts,
  exchange: Exchange,
  { conversation: named }: Controls,
  request: CallerRequest,
): {
  readonly name: string | undefined;
  readonly conversation: Conversation | undefined;
  readonly loggedAs: string;
} {
  const scope = exchange.caller?.name ?? '';
  const name = named === undefined ? nameByOpening(scope, request) : nameByCaller(scope, named);
  const conversation = name === undefined ? undefined : conversations.find(name);
  exchange.isKnownConversation = conversation !== undefined;
  return { name, conversation, loggedAs: conversation?.loggedAs ?? name ?? exchange.id };
}
