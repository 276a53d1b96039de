import type { JsonObject } from '../../util/json.js';
import { decideAmongAble } from '../router/candidates.js';
import { createRequestFor } from '../router/begin-call.js';
import { describeEndpoint } from '../router/router-request.js';
import { readControls } from './controls.js';
import { listNames } from './current.js';
import type { Exchange } from './exchange.js';
import type { GatewayParts } from './gateway-parts.js';
import { matchConversation, limitReasoning } from './prepare-chat.js';
import { readChat } from './read-chat.js';
import { buildDecideOptions } from './route-options.js';

/**
 * The decision for a request, which is not sent to any model: for callers that call models themselves.
 * Takes the body of either protocol.
 *
 * @throws GatewayError
 */
export function decideOnly(parts: GatewayParts, exchange: Exchange, body: JsonObject): JsonObject {
  const { caller, current, call } = exchange;
  const controls = readControls(
    call.headers,
    { model: 'auto', ...body },
    listNames(current, caller),
  );
  exchange.requested = controls.model ?? 'auto';
  const { request } = readChat(exchange.protocol, body);
  const { conversation, loggedAs } = matchConversation(parts, exchange, controls, request);
  const { policy, config } = current;
  const logEntry = parts.decisionLog?.open(policy, {
    id: exchange.id,
    awaitsServed: false,
    conversation: loggedAs,
  });
  // Shares bound what this gateway calls; who only asks for a name calls models elsewhere.
  const options = buildDecideOptions(controls, caller, current, conversation);
  const endpoints = new Map(Object.entries(config.pool));
  const requestFor = createRequestFor(request, limitReasoning(exchange, conversation, request));
  const { decision } = decideAmongAble(requestFor, options, {
    loaded: policy,
    decide: logEntry?.decide ?? policy.decide,
    describeModel: ({ id, effort }) =>
      describeEndpoint(endpoints.get(id), requestFor(id), effort?.level),
    caps: undefined,
  });
  exchange.decision = decision;
  parts.metrics.noteDecision(decision);
  return { id: exchange.id, decision } as unknown as JsonObject;
}
