import type { CallerRequest } from '../../llm/caller-request.js';
import { stripReasoning } from '../../llm/strip-reasoning.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import type { DecideOptions } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { responseLimits } from '../../llm/response-limits.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { createAnswerBatches, createAnswerEvents } from './answer-events.js';
import { askInTurn } from './ask-in-turn.js';
import { completeOnce } from './attempt.js';
import { endCall, systemClock, type Call, type Candidate, type RouterClock } from './call.js';
import type { CallLog, LoggedAs } from './call-log.js';
import { decideAmongAble } from './candidates.js';
import { createCutoff, type StopSignal } from './cutoff.js';
import { checkEndpoints, type Endpoint } from './endpoint.js';
import {
  createEndpointHealth,
  defaultBreakerSettings,
  type BreakerSettings,
  type EndpointHealth,
  type EndpointHealthTracker,
} from './endpoint-health.js';
import { resolveNumbers } from './resolve-numbers.js';
import type { RoutedAnswer, RoutedStream } from './routed.js';
import { readRouterRequest, type RouterRequest } from './router-request.js';
import type { RouterEvent } from './router-event.js';
import type { Fetch } from './send-request.js';
import { streamOnce } from './stream-once.js';
import { createShareCaps, type MaxShares, type ShareCaps } from './share-caps.js';
import { defaultRouterTimeouts, type RouterTimeouts } from './timeouts.js';

export interface RouterSettings {
  /**
   * The policy, or a function that returns the current one for each call, such as
   * `() => watcher.current`. The pool may then contain models that the first policy does not have.
   */
  readonly policy: LoadedPolicy | (() => LoadedPolicy);
  /** The endpoints of the policy's models. A model without an endpoint is never chosen. */
  readonly pool: Readonly<Record<string, Endpoint>>;
  /** @default globalThis.fetch */
  readonly fetch?: Fetch;
  /** @default the system's clock */
  readonly clock?: RouterClock;
  readonly timeouts?: Partial<RouterTimeouts>;
  readonly breaker?: Partial<BreakerSettings>;
  /**
   * What to do if every feasible model is unavailable. `try_soonest` sends one early probe to the
   * model that would be available soonest, except for models with a Retry-After in effect,
   * misconfigured models and models with a probe in flight; `fail` calls none. If no model is called,
   * the call fails with `all_endpoints_unavailable`. @default 'try_soonest'
   */
  readonly whenAllUnavailable?: 'try_soonest' | 'fail';
  /**
   * Whether failures contain the provider's message, without keys. Providers may quote the prompt.
   * @default false
   */
  readonly exposeProviderMessages?: boolean;
  /**
   * The longest answer, event of a stream and streamed text that is read, in bytes or characters; a
   * longer one is a failure of its endpoint. Raise it for answers with images. @default 4 MiB
   */
  readonly maxAnswerBytes?: number;
  /**
   * The largest share of the latest 1,000 decisions that a model may have, by model: a bound on what
   * prompts can cost that are written to attract it. Models that callers name do not count.
   */
  readonly maxShare?: MaxShares;
  /** Called for each event. Errors that it throws are rethrown outside of the call. */
  readonly onEvent?: (event: RouterEvent) => void;
  /** Records decisions and their outcomes, such as `createDecisionLog` of `routesmith/log`. */
  readonly log?: CallLog;
  /** A router that this one replaces: endpoints that are the same keep their state. */
  readonly continues?: Router;
}

export interface RouteOptions extends Omit<DecideOptions, 'models' | 'observe'> {
  /** Whether other feasible models are called if the first one fails. @default true */
  readonly failover?: boolean;
  /** An `AbortSignal`, or what works like one. */
  readonly signal?: StopSignal;
  /** In place of the router's timeouts. */
  readonly timeouts?: Partial<RouterTimeouts>;
  /**
   * The model that wrote the reasoning in earlier answers: only this model gets it, and none if it
   * is null. @default every model gets it
   */
  readonly reasoningOf?: string | null;
  /** How the call is named in the router's log. */
  readonly loggedAs?: Omit<LoggedAs, 'awaitsServed'>;
  /** Asked before each attempt; a model that it refuses is skipped as `not_permitted`. */
  readonly mayAttempt?: (model: string) => boolean;
  /** Called for each event of this call, after the router's own listener. */
  readonly onEvent?: (event: RouterEvent) => void;
}

export interface Router {
  /**
   * Decides, and requests a complete answer from the model, or from the next feasible one if it
   * fails.
   *
   * @throws RouterError if no model answers; RoutesmithError `invalid_input` and `usage` for an
   * invalid request or options
   */
  complete(request: RouterRequest | CallerRequest, options?: RouteOptions): Promise<RoutedAnswer>;
  /**
   * The same, streamed. Resolves with the first content; until then another model can take over.
   *
   * @throws as `complete`; `events` throw a RouterError `stream_truncated` if the answer breaks off
   */
  stream(request: RouterRequest | CallerRequest, options?: RouteOptions): Promise<RoutedStream>;
  /** The state of each endpoint, by model. */
  health(): Readonly<Record<string, EndpointHealth>>;
}

/**
 * Creates a router, which decides with a policy and calls the models of a pool, with failover. It
 * keeps the state of each endpoint, so create one and share it.
 *
 * @throws RoutesmithError `usage` for invalid settings
 */
export function createRouter(settings: RouterSettings): Router {
  const { policy, pool, onEvent } = settings;
  const readPolicy = typeof policy === 'function' ? policy : (): LoadedPolicy => policy;
  const fetchGiven: Fetch = settings.fetch ?? globalThis.fetch;
  // Called without a receiver, because browsers reject fetch as a method of another object.
  // Async, so that synchronous errors also become rejections.
  const fetch: Fetch = Object.assign(async (...given: Parameters<Fetch>) => fetchGiven(...given), {
    listensOnAbort: fetchGiven.listensOnAbort,
  });
  const clock = settings.clock ?? systemClock;
  const first = readPolicy().policy.models.map(({ id }) => id);
  checkEndpoints(pool, typeof policy === 'function' ? [...first, ...Object.keys(pool)] : first);
  resolveNumbers('timeouts', defaultRouterTimeouts, settings.timeouts);
  const breaker = resolveNumbers('breaker', defaultBreakerSettings, settings.breaker);
  const { maxAnswerBytes } = resolveNumbers(
    'settings',
    { maxAnswerBytes: responseLimits.maxAnswerCharacters },
    settings.maxAnswerBytes === undefined ? undefined : { maxAnswerBytes: settings.maxAnswerBytes },
  );
  const endpoints = new Map(Object.entries(pool));
  // Kept by endpoint and not with the policy, because the policy may be replaced.
  const before = settings.continues === undefined ? undefined : kept.get(settings.continues);
  const healths = new Map(
    [...endpoints].map(([id, endpoint]) => {
      const old = before?.endpoints.get(id);
      const health = old && isSameEndpoint(old, endpoint) ? before?.healths.get(id) : undefined;
      return [id, health ?? createEndpointHealth(breaker, () => clock.now())];
    }),
  );

  function findCandidate(models: readonly PolicyModel[], id: string): Candidate {
    const { price, cost, contextWindow } = models.find((one) => one.id === id) as PolicyModel;
    const endpoint = endpoints.get(id) as Endpoint;
    const health = healths.get(id) as EndpointHealthTracker;
    const policyPrice = price ?? (cost.kind === 'tokens' ? cost.price : undefined);
    return { model: id, endpoint, health, price: endpoint.price ?? policyPrice, contextWindow };
  }

  const caps =
    settings.maxShare === undefined
      ? undefined
      : createShareCaps(settings.maxShare, first, before?.caps);
  let requestCount = 0;

  function emit(event: RouterEvent, listener: RouterSettings['onEvent']): void {
    try {
      listener?.(event);
    } catch (error) {
      // Rethrown as an uncaught error, as EventTarget does, so that the call still succeeds.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  function begin(given: RouterRequest | CallerRequest, options: RouteOptions): Call {
    const request = readRouterRequest(given);
    const { model, signal, failover = true } = options;
    const loaded = readPolicy();
    const { models } = loaded.policy;
    const known = models.map(({ id }) => id).filter((id) => endpoints.has(id));
    if (model !== undefined && !known.includes(model)) {
      throw new RoutesmithError('usage', describeUnknownName(model, known), {
        where: 'options, model',
      });
    }
    const changes = [settings.timeouts, options.timeouts];
    const timeouts = resolveNumbers('timeouts', defaultRouterTimeouts, ...changes);
    const requestFor = createRequestFor(request, options.reasoningOf);
    const logEntry = settings.log?.open(loaded, options.loggedAs);
    const decide = logEntry?.decide ?? loaded.decide;
    const { decision, exceedsShare } = decideAmongAble(requestFor, options, {
      loaded,
      decide,
      endpoints,
      caps,
    });
    const ranked = decision.ranked.map((item) => item.model);
    const allowed = failover
      ? ranked
      : ranked.slice(0, 1).filter((first) => model === undefined || model === first);
    const requestId = ++requestCount;
    const emitBoth = (event: RouterEvent): void => {
      logEntry?.noteEvent(event);
      emit(event, onEvent);
      emit(event, options.onEvent);
    };
    emitBoth({ type: 'decision', requestId, decision });
    if (exceedsShare && decision.model !== null) {
      emitBoth({ type: 'share_exceeded', requestId, model: decision.model });
    }
    const call: Call = {
      requestId,
      requestFor,
      decision,
      candidates: allowed.map((id) => findCandidate(models, id)),
      attempts: [],
      cutoff: createCutoff(signal, timeouts.totalMs, 'total_timeout'),
      timeouts,
      fetch,
      clock,
      exposesMessages: settings.exposeProviderMessages ?? false,
      maxAnswerBytes,
      asksEarly: (settings.whenAllUnavailable ?? 'try_soonest') === 'try_soonest',
      mayAttempt: options.mayAttempt ?? (() => true),
      logEntry,
      emit: emitBoth,
    };
    if (call.candidates.length === 0) {
      throw endCall(call, 'no_feasible_model', 'no eligible model');
    }
    return call;
  }

  const router: Router = {
    async complete(request, options = {}) {
      const call = begin(request, options);
      const { running, value } = await askInTurn(call, completeOnce);
      call.logEntry?.noteText(value.text);
      const { ttftMs: _, ...figures } = running.succeed(value, null);
      call.cutoff.dispose();
      const { response, text, events: content } = value;
      const { decision, attempts, logEntry } = call;
      const { model, protocol } = running;
      const routed = { model, protocol, decision, attempts, logId: logEntry?.id };
      return { response, content, text, ...figures, ...routed };
    },
    async stream(request, options = {}) {
      const call = begin(request, options);
      const { running, value } = await askInTurn(call, streamOnce);
      const { model, protocol, isProbe } = running;
      const ttftMs = running.elapsedMs();
      call.attempts.push({ model, outcome: 'answering', isProbe, ttftMs });
      const attempts = [...call.attempts];
      const batches = createAnswerBatches(call, running, value);
      const events = createAnswerEvents(batches);
      const { isWhole } = value;
      const { decision, logEntry } = call;
      const routed = { model, protocol, decision, attempts, logId: logEntry?.id };
      return { ...routed, ttftMs, isWhole, events, batches };
    },
    health: () => Object.fromEntries([...healths].map(([model, health]) => [model, health.read()])),
  };
  kept.set(router, { endpoints, healths, caps });
  return router;
}

/** What a router leaves to the one that continues it. */
const kept = new WeakMap<
  Router,
  {
    readonly endpoints: ReadonlyMap<string, Endpoint>;
    readonly healths: ReadonlyMap<string, EndpointHealthTracker>;
    readonly caps: ShareCaps | undefined;
  }
>();

function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.kind === other.kind && one.baseUrl === other.baseUrl && one.model === other.model;
}

/** Gives each model the request that it may see; `''` is a model that wrote no reasoning. */
function createRequestFor(
  request: CallerRequest,
  reasoningOf: string | null | undefined,
): (model: string) => CallerRequest {
  if (reasoningOf === undefined) return () => request;
  let stripped: CallerRequest | undefined;
  return (model) => (model === reasoningOf ? request : (stripped ??= stripReasoning(request)));
}
