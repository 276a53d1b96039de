import { checkMembers } from '../../util/check-members.js';
import { tell } from '../../util/tell.js';
import { systemClock } from '../router/call.js';
import { resolveNumbers } from '../router/resolve-numbers.js';
import { createAdmission } from './admission.js';
import { buildAnswerHeaders, jsonType } from './answer-headers.js';
import { createConversations } from './conversations.js';
import { createCurrent, findTarget, type Current } from './current.js';
import { dispatch } from './dispatch.js';
import { createExchange, describeExchange, type Exchange } from './exchange.js';
import { readFetchRequest, writeResponse } from './fetch-call.js';
import { toGatewayError, type GatewayError } from './gateway-error.js';
import type { GatewayParts } from './gateway-parts.js';
import type { HttpAnswer, HttpCall } from './http-call.js';
import { createGatewayMetrics, type GatewayState } from './metrics.js';
import { createRateLimit } from './rate-limit.js';
import { createRequestBodyReader } from './read-body.js';
import type { RequestLog } from './request-log.js';
import { findRoute } from './routes.js';
import {
  defaultGatewayLimits,
  gatewayConfigTypes,
  gatewaySettingTypes,
  type GatewayConfig,
  type GatewaySettings,
} from './settings.js';
import { startSpans, type RequestSpans } from './spans.js';
import { createSpending, hasBudget } from './spending.js';
import { describeReadiness } from './status-pages.js';
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
  checkMembers(given, gatewaySettingTypes, 'settings');
  // What `update` replaces must not stay in memory.
  const { policy, pool, access, ...settings } = given;
  const clock = settings.clock ?? systemClock;
  const createId = settings.createId ?? (() => crypto.randomUUID());
  const limits = resolveNumbers('limits', defaultGatewayLimits, settings.limits);
  const admission = createAdmission(limits);
  const spending = createSpending(() => clock.date(), createId, settings.spending);
  const conversations = createConversations(limits, () => clock.now());
  const listProblems = (): readonly string[] => [
    ...current.problems,
    ...(settings.listProblems?.() ?? []),
  ];
  /** Exchanges that have not ended. */
  let open = 0;
  let isDraining = false;
  let onDrained: (() => void) | undefined;

  const prepare = (config: GatewayConfig, before: Current | undefined): Current =>
    createCurrent(config, settings, (event) => metrics.noteEvent(event), before);
  let current = prepare({ policy, pool, access }, undefined);
  const metrics = createGatewayMetrics(describeState);

  function describeState(): GatewayState {
    const who = current.config.access;
    const callers = who.kind === 'keys' ? who.callers.filter(hasBudget) : [];
    return {
      running: admission.running,
      waiting: admission.waiting,
      conversations: conversations.size,
      models: current.models,
      health: current.router.health(),
      budgets: new Map(callers.map((caller) => [caller.name, spending.left(caller)])),
      policyDigest: current.policy.digest,
      problems: listProblems().length,
    };
  }

  function finish(
    exchange: Exchange,
    status: number,
    outcome: RequestLog['outcome'],
    error: GatewayError | undefined,
  ): void {
    if (exchange.isOver) return;
    exchange.isOver = true;
    for (const cleanUp of exchange.cleanups) cleanUp();
    const line = describeExchange(exchange, { status, outcome, error, nowMs: clock.now() });
    metrics.noteRequest(line);
    tell((ended) => exchange.spans?.end(ended), line);
    tell(settings.log, line);
    open -= 1;
    if (isDraining && open === 0) onDrained?.();
  }

  const parts: GatewayParts = {
    admission,
    bodies: createRequestBodyReader(limits),
    rateLimit: createRateLimit(() => clock.now()),
    conversations,
    spending,
    feedback: settings.feedback,
    decisionLog: settings.decisionLog,
    get isDraining() {
      return isDraining;
    },
    now: () => clock.now(),
    date: () => clock.date(),
    readiness: () => describeReadiness(current, isDraining, listProblems()),
    renderMetrics: () => metrics.render(),
    finish,
    noteDecision: (decision) => metrics.noteDecision(decision),
    noteFault(error) {
      if (toGatewayError(error).code === 'internal') settings.onFault?.(error);
    },
  };

  async function answer(call: HttpCall): Promise<HttpAnswer> {
    const found = findRoute(call);
    const { path: route, protocol } = found;
    const startedMs = clock.now();
    const exchange = createExchange({
      id: createId(),
      call,
      route,
      protocol,
      startedMs,
      current,
    });
    open += 1;
    if (found.route?.kind === 'chat') exchange.spans = startChatSpans(exchange);
    try {
      const response = await dispatch(parts, exchange, found);
      if (typeof response.body === 'string')
        finish(exchange, response.status, 'answered', undefined);
      return response;
    } catch (thrown) {
      parts.noteFault(thrown);
      const error = toGatewayError(thrown, exchange.budgetLimit);
      const isAborted = error.code === 'aborted' || call.signal.aborted;
      const outcome = isAborted ? 'aborted' : error.status < 500 ? 'refused' : 'failed';
      finish(exchange, isAborted ? 499 : error.status, outcome, error);
      return writeError(exchange, error);
    }
  }

  const handle = async (request: Request): Promise<Response> =>
    writeResponse(await answer(readFetchRequest(request)));
  return Object.assign(handle, {
    answer,
    update(changes: Partial<GatewayConfig>) {
      checkMembers(changes, gatewayConfigTypes, 'update');
      current = prepare({ ...current.config, ...changes }, current);
      metrics.noteReload(current.models);
    },
    async drain() {
      isDraining = true;
      if (open === 0) return;
      await new Promise<void>((resolve) => {
        onDrained = resolve;
      });
    },
  });
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
