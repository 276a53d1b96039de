import { RoutesmithError } from '../../util/errors.js';
import type { JsonObject } from '../../util/json.js';
import { answerChat } from './answer-chat.js';
import { buildAnswerHeaders, jsonType } from './answer-headers.js';
import { decideOnly } from './decide-only.js';
import type { Exchange } from './exchange.js';
import { readFeedback } from './feedback.js';
import { GatewayError } from './gateway-error.js';
import type { GatewayParts } from './gateway-parts.js';
import type { HttpAnswer } from './http-call.js';
import { metricsContentType } from './metric-registry.js';
import type { FoundRoute } from './routes.js';
import { describeReadiness, listOfferedModels } from './status-pages.js';

/**
 * Answers a request by its route.
 *
 * @throws GatewayError, RouterError
 */
export async function dispatch(
  parts: GatewayParts,
  exchange: Exchange,
  { route, method }: FoundRoute,
): Promise<HttpAnswer> {
  if (route === undefined) throw describeMissing(method);
  if (route.kind === 'health') return sendJson(exchange, { status: 'ok' });
  if (route.kind === 'ready') {
    const readiness = describeReadiness(exchange.current, parts);
    return sendJson(exchange, readiness, readiness.ready ? 200 : 503);
  }
  exchange.caller = await exchange.current.gatekeeper.identify(exchange.call);
  if (route.kind === 'metrics') {
    const headers = { 'content-type': metricsContentType };
    return { status: 200, headers, body: parts.metrics.render() };
  }
  if (route.kind === 'models') return sendJson(exchange, listOfferedModels(exchange));
  if (parts.drain.isDraining) {
    throw new GatewayError('shutting_down', 'The gateway is shutting down.', {
      retryAfterMs: 1000,
    });
  }
  limitRate(parts, exchange);
  // A place is taken before the body is read, which bounds how many are held.
  exchange.cleanups.push(await parts.admission.enter(exchange.call.signal));
  const body = await parts.bodies.read(exchange.call);
  exchange.cleanups.push(body.release);
  switch (route.kind) {
    case 'chat':
      return answerChat(parts, exchange, body.value);
    case 'route':
      return sendJson(exchange, decideOnly(parts, exchange, body.value));
    case 'feedback':
      return keepFeedback(parts, exchange, body.value);
  }
}

function describeMissing(method: string | undefined): GatewayError {
  if (method === undefined) return new GatewayError('not_found', 'There is no such path.');
  return new GatewayError('method_not_allowed', `This path takes ${method} only.`, {
    param: method,
  });
}

function limitRate({ rateLimit }: GatewayParts, { caller }: Exchange): void {
  if (caller?.requestsPerMinute === undefined) return;
  const waitMs = rateLimit.take(caller.name, caller.requestsPerMinute);
  if (waitMs === 0) return;
  const message = `This key may send ${caller.requestsPerMinute} requests a minute.`;
  throw new GatewayError('rate_limited', message, { retryAfterMs: waitMs });
}

async function keepFeedback(
  { feedback, date }: GatewayParts,
  exchange: Exchange,
  body: JsonObject,
): Promise<HttpAnswer> {
  if (feedback === undefined) {
    throw new GatewayError('no_feedback_sink', 'This gateway is not set up to keep feedback.');
  }
  const caller = exchange.caller?.name ?? null;
  const given = readFeedback(body, { at: date().toISOString(), caller });
  try {
    await feedback(given);
  } catch (cause) {
    if (!RoutesmithError.isInstance(cause)) throw cause;
    const message = 'The feedback cannot be kept now. Send it again later.';
    throw new GatewayError('overloaded', message, { retryAfterMs: 1000 });
  }
  return sendJson(exchange, { kept: true }, 202);
}

function sendJson(exchange: Exchange, body: JsonObject, status = 200): HttpAnswer {
  const headers = buildAnswerHeaders(exchange, jsonType);
  return { status, headers, body: JSON.stringify(body) };
}
