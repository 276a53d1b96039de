import { checkMembers } from '../../util/check-members.js';
import type { RouterEvent } from '../router/router-event.js';
import { buildAnswerHeaders, jsonType } from './answer-headers.js';
import { createCurrent, findTarget, type Current } from './current.js';
import { dispatch } from './dispatch.js';
import { createExchange, type Exchange } from './exchange.js';
import { readFetchRequest, writeResponse } from './fetch-call.js';
import { toGatewayError, type GatewayError } from './gateway-error.js';
import { createGatewayParts, type GatewayParts } from './gateway-parts.js';
import type { HttpAnswer, HttpCall } from './http-call.js';
import { findRoute, type FoundRoute } from './routes.js';
import {
  checkGatewayPolicy,
  gatewayConfigTypes,
  gatewaySettingTypes,
  type GatewayConfig,
  type GatewaySettings,
} from './settings.js';
import { startSpans, type RequestSpans } from './spans.js';
import { writeErrorBody } from './write-error.js';

/** A fetch handler that routes requests to models; see `createGateway`. */
export interface Gateway {
  (request: Request): Promise<Response>;
  /** The same for a server that has its own requests, as `routesmith serve` does. Never rejects. */
  answer(call: HttpCall): Promise<HttpAnswer>;
  /**
   * Replaces the policy, the pool or the keys. Requests that have begun keep what they began with.
   *
   * @throws RoutesmithError if they are invalid; then nothing changes
   */
  update(changes: Partial<GatewayConfig>): void;
  /** Refuses new requests, and resolves when the running ones have ended. */
  drain(): Promise<void>;
}

/**
 * Creates a gateway: a handler of standard requests that speaks OpenAI's chat completions and
 * Anthropic's Messages, decides with a policy and calls the models of a pool, of either protocol. It
 * runs wherever `fetch` does: `export default { fetch: gateway }`.
 *
 * @throws RoutesmithError `usage` for invalid settings
 */
export function createGateway(given: GatewaySettings): Gateway {
  checkGatewayPolicy((given as GatewaySettings | undefined)?.policy);
  checkMembers(given, gatewaySettingTypes, 'settings');
  // What `update` replaces must not stay in memory.
  const { policy, pool, access, ...settings } = given;
  const prepare = (config: GatewayConfig, before: Current | undefined): Current =>
    createCurrent(config, settings, noteEvent, before);
  const noteEvent = (event: RouterEvent): void => {
    parts.metrics.noteEvent(event);
    parts.rejectedCalls.noteEvent(event);
  };
  let current = prepare({ policy, pool, access }, undefined);
  const parts = createGatewayParts(settings, () => current);

  async function answer(call: HttpCall): Promise<HttpAnswer> {
    const found = findRoute(call);
    const { path: route, protocol } = found;
    const startedMs = parts.now();
    const exchange = createExchange({
      id: parts.createId(),
      call,
      route,
      protocol,
      startedMs,
      current,
    });
    parts.drain.begin();
    if (found.route?.kind === 'chat') exchange.spans = startChatSpans(exchange);
    return answerExchange(parts, exchange, found);
  }

  const handle = async (request: Request): Promise<Response> =>
    writeResponse(await answer(readFetchRequest(request)));
  return Object.assign(handle, {
    answer,
    update(changes: Partial<GatewayConfig>) {
      if (changes.policy !== undefined) checkGatewayPolicy(changes.policy);
      checkMembers(changes, gatewayConfigTypes, 'update');
      current = prepare({ ...current.config, ...changes }, current);
      parts.metrics.noteReload(current.models);
      parts.rejectedCalls.forget();
    },
    drain: () => parts.drain.drain(),
  });
}

/** Never rejects: an error is answered, too. */
async function answerExchange(
  parts: GatewayParts,
  exchange: Exchange,
  found: FoundRoute,
): Promise<HttpAnswer> {
  try {
    const response = await dispatch(parts, exchange, found);
    if (typeof response.body === 'string') {
      parts.finish(exchange, response.status, 'answered', undefined);
    }
    return response;
  } catch (thrown) {
    parts.noteFault(thrown);
    const error = toGatewayError(thrown, exchange.budgetLimit);
    const isAborted = error.code === 'aborted' || exchange.call.signal.aborted;
    const outcome = isAborted ? 'aborted' : error.status < 500 ? 'refused' : 'failed';
    parts.finish(exchange, isAborted ? 499 : error.status, outcome, error);
    return writeError(exchange, error);
  }
}

/** Begun with the request, so that its span also shows how long it waited for a place. */
function startChatSpans({ call, route, current }: Exchange): RequestSpans | undefined {
  return startSpans(call, route, (model) => {
    const { kind, model: name } = findTarget(current, model).endpoint;
    return { protocol: kind, name };
  });
}

function writeError(exchange: Exchange, error: GatewayError): HttpAnswer {
  const { code, status, details } = error;
  const headers = buildAnswerHeaders(exchange, jsonType);
  if (details.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(details.retryAfterMs / 1000)));
  }
  if (code === 'method_not_allowed') {
    headers['allow'] = details.param === 'GET' ? 'GET, HEAD' : (details.param ?? '');
  }
  if (code === 'missing_key') headers['www-authenticate'] = 'Bearer';
  // Clients of both providers would send it twice more within seconds.
  if (details.isFinal === true) headers['x-should-retry'] = 'false';
  const body = JSON.stringify(writeErrorBody(error, exchange.protocol, exchange.id));
  return { status, headers, body };
}
