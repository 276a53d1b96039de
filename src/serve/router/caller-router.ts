import type { CallerRequest } from '../../llm/caller-request.js';
import { responseLimits } from '../../llm/response-limits.js';
import { checkMembers, type MemberTypes } from '../../util/check-members.js';
import type { AttemptContext } from './ask-in-turn.js';
import { completeOnce, type AttemptInput } from './attempt.js';
import { checkEndpoints, type Endpoint } from './endpoint.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { Targets } from './begin-call.js';
import { createFailover, type CallPlan, type Failover } from './failover.js';
import {
  failoverSettingTypes,
  type CallOptions,
  type FailoverSettings,
} from './failover-settings.js';
import { readPolicy } from './read-policy.js';
import { resolveNumbers } from './resolve-numbers.js';
import type { RoutedAnswer, RoutedStream } from './routed.js';
import { describeEndpoint } from './router-request.js';
import type { Fetch } from './send-request.js';
import { streamOnce } from './stream-once.js';

/** The settings of failover, and how the endpoints are called. */
export interface EndpointSettings extends FailoverSettings {
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
}

/** The types of a router's settings. */
export const endpointSettingTypes: MemberTypes<keyof EndpointSettings> = {
  ...failoverSettingTypes,
  pool: 'object',
  fetch: 'function',
  exposeProviderMessages: 'boolean',
  maxAnswerBytes: 'number',
};

/** A router for requests that have been read and checked, in the words of any protocol. */
export interface CallerRouter {
  /** @throws as `Router.complete`, except for invalid requests */
  complete(request: CallerRequest, options?: CallOptions): Promise<RoutedAnswer>;
  /** @throws as `Router.stream`, except for invalid requests */
  stream(request: CallerRequest, options?: CallOptions): Promise<RoutedStream>;
  /** The state of each endpoint, by model. */
  health(): Readonly<Record<string, EndpointHealth>>;
  /** What a router that replaces this one continues. */
  readonly failover: Failover<Endpoint>;
}

/**
 * Creates what `createRouter` and the gateway route with.
 *
 * @param continues of a router that this one replaces: endpoints that are the same keep their state
 * @throws RoutesmithError `usage` for invalid settings
 */
export function createCallerRouter(
  settings: EndpointSettings,
  continues?: Failover<Endpoint>,
): CallerRouter {
  const { policy, pool } = settings;
  const first = readPolicy(policy).policy.models.map(({ id }) => id);
  checkEndpoints(pool, typeof policy === 'function' ? [...first, ...Object.keys(pool)] : first);
  const { maxAnswerBytes } = resolveNumbers(
    'settings',
    { maxAnswerBytes: responseLimits.maxBodyBytes },
    settings.maxAnswerBytes === undefined ? undefined : { maxAnswerBytes: settings.maxAnswerBytes },
  );
  const exposesMessages = settings.exposeProviderMessages ?? false;
  const fetch = wrapFetch(settings.fetch ?? globalThis.fetch);
  const targets: Targets<Endpoint> = {
    all: new Map(Object.entries(pool)),
    findPrice: ({ price }) => price,
    isSame: isSameEndpoint,
  };
  const failover = createFailover(settings, targets, continues);

  function plan<T>(
    request: CallerRequest,
    ask: (input: AttemptInput) => Promise<T>,
  ): CallPlan<Endpoint, T> {
    return {
      request,
      describe: describeEndpoint,
      ask: ({ target: endpoint, ...context }: AttemptContext<Endpoint>) =>
        ask({ ...context, endpoint, fetch, exposesMessages, maxAnswerBytes }),
    };
  }

  return {
    async complete(request, options = {}) {
      checkMembers(options, optionTypes, 'options');
      const { value, figures, target, ...routing } = await failover.complete(
        plan(request, completeOnce),
        options,
      );
      const { response, json, events: content, text } = value;
      return { response, json, content, text, ...figures, ...routing, protocol: target.kind };
    },
    async stream(request, options = {}) {
      checkMembers(options, optionTypes, 'options');
      const {
        target,
        stream: _,
        ...routed
      } = await failover.stream(plan(request, streamOnce), options);
      return { ...routed, protocol: target.kind };
    },
    health: failover.health,
    failover,
  };
}

/** What a decision can follow or note, whatever it is. */
const anything = 'string or number or boolean or object or list or null';

const optionTypes: MemberTypes<keyof CallOptions> = {
  objective: anything,
  constraints: anything,
  task: anything,
  model: anything,
  current: anything,
  explore: anything,
  failover: 'boolean',
  signal: 'object',
  timeouts: 'object',
  reasoningOf: 'string or null',
  reasoningFrom: 'number',
  loggedAs: 'object',
  onEvent: 'function',
  mayAttempt: 'function',
};

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
