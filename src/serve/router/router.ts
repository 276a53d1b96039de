import type { CallerRequest } from '../../llm/caller-request.js';
import { responseLimits } from '../../llm/response-limits.js';
import type { AttemptContext } from './ask-in-turn.js';
import { completeOnce, type AttemptInput } from './attempt.js';
import { checkEndpoints, type Endpoint } from './endpoint.js';
import type { EndpointHealth } from './endpoint-health.js';
import { createFailover, type CallPlan, type Failover, type Targets } from './failover.js';
import type { FailoverSettings, RouteOptions } from './failover-settings.js';
import { resolveNumbers } from './resolve-numbers.js';
import type { RoutedAnswer, RoutedStream } from './routed.js';
import { describeEndpoint, readRouterRequest, type RouterRequest } from './router-request.js';
import type { Fetch } from './send-request.js';
import { streamOnce } from './stream-once.js';

export type { RouteOptions } from './failover-settings.js';

/** The endpoints that a router calls, and how it fails over. */
export interface RouterSettings extends FailoverSettings {
  /** The endpoints of the policy's models. A model without an endpoint is never chosen. */
  readonly pool: Readonly<Record<string, Endpoint>>;
  /** @default globalThis.fetch */
  readonly fetch?: Fetch;
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
  /** A router that this one replaces: endpoints that are the same keep their state. */
  readonly continues?: Router;
}

/** Decides with a policy and calls the models, with failover. */
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
  const { policy, pool } = settings;
  const isReplaceable = typeof policy === 'function';
  const first = (isReplaceable ? policy() : policy).policy.models.map(({ id }) => id);
  checkEndpoints(pool, isReplaceable ? [...first, ...Object.keys(pool)] : first);
  const { maxAnswerBytes } = resolveNumbers(
    'settings',
    { maxAnswerBytes: responseLimits.maxAnswerCharacters },
    settings.maxAnswerBytes === undefined ? undefined : { maxAnswerBytes: settings.maxAnswerBytes },
  );
  const exposesMessages = settings.exposeProviderMessages ?? false;
  const fetch = wrapFetch(settings.fetch ?? globalThis.fetch);
  const targets: Targets<Endpoint> = {
    all: new Map(Object.entries(pool)),
    findPrice: ({ price }) => price,
    isSame: isSameEndpoint,
  };
  // Passed on without the router that this one replaces, which would stay in memory.
  const { continues, ...own } = settings;
  const failover = createFailover(own, targets, continues && failovers.get(continues));

  function plan<T>(
    given: RouterRequest | CallerRequest,
    ask: (input: AttemptInput) => Promise<T>,
  ): CallPlan<Endpoint, T> {
    return {
      request: readRouterRequest(given),
      describe: describeEndpoint,
      ask: ({ target: endpoint, ...context }: AttemptContext<Endpoint>) =>
        ask({ ...context, endpoint, fetch, exposesMessages, maxAnswerBytes }),
    };
  }

  const router: Router = {
    async complete(request, options = {}) {
      const { value, figures, target, ...routing } = await failover.complete(
        plan(request, completeOnce),
        options,
      );
      const { response, events: content, text } = value;
      return { response, content, text, ...figures, ...routing, protocol: target.kind };
    },
    async stream(request, options = {}) {
      const {
        target,
        stream: _,
        ...routed
      } = await failover.stream(plan(request, streamOnce), options);
      return { ...routed, protocol: target.kind };
    },
    health: failover.health,
  };
  failovers.set(router, failover);
  return router;
}

/** What a router leaves to the one that continues it. */
const failovers = new WeakMap<Router, Failover<Endpoint>>();

/**
 * Called without a receiver, because browsers reject fetch as a method of another object. Async, so
 * that synchronous errors also become rejections.
 */
function wrapFetch(given: Fetch): Fetch {
  return Object.assign(async (...args: Parameters<Fetch>) => given(...args), {
    listensOnAbort: given.listensOnAbort,
  });
}

/** A breaker that a refused key opened says nothing of the next key. */
function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return describeIdentity(one) === describeIdentity(other);
}

function describeIdentity({ kind, baseUrl, model, apiKey, headers }: Endpoint): string {
  // A function returns the present key, and each configuration may have another function.
  const supplied = [apiKey, headers].map((one) => (typeof one === 'function' ? [] : one));
  return JSON.stringify([kind, baseUrl, model, ...supplied]);
}
