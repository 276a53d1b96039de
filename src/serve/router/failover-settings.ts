import type { CallerRequest } from '../../llm/caller-request.js';
import { capabilityNames } from '../../llm/price.js';
import type { DecideOptions } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { MemberTypes } from '../../util/check-members.js';
import type { RouterClock } from './call.js';
import type { CallLog, LoggedAs } from './call-log.js';
import type { StopSignal } from './cutoff.js';
import type { BreakerSettings } from './breaker-settings.js';
import type { RouterEvent } from './router-event.js';
import type { MaxShares } from './share-caps.js';
import type { RouterTimeouts } from './timeouts.js';

/** The settings of failover that do not depend on how models are called. */
export interface FailoverSettings {
  /**
   * The policy, or a function that returns the current one for each call, such as
   * `() => watcher.current`. The pool may then contain models that the first policy does not have.
   */
  readonly policy: LoadedPolicy | (() => LoadedPolicy);
  /** @default the system's clock */
  readonly clock?: RouterClock;
  /** Of every call. Limits that are left out keep their defaults, which `RouterTimeouts` names. */
  readonly timeouts?: Partial<RouterTimeouts>;
  /** When an endpoint that fails is left alone. @default see `BreakerSettings` */
  readonly breaker?: Partial<BreakerSettings>;
  /**
   * What to do with feasible models that are unavailable, if no other one answers. `try_soonest`
   * probes early those that the router itself holds back, the soonest available first, and waits for
   * probes in flight; a model with a Retry-After in effect is not called. `fail` calls none. If no
   * model is called, the call fails with `all_endpoints_unavailable`. @default 'try_soonest'
   */
  readonly whenAllUnavailable?: 'try_soonest' | 'fail';
  /**
   * The largest share of the latest 1,000 decisions that a model may have, by model: a bound on how
   * often prompts that are written to attract it do. Models that callers name do not count, unless
   * they cannot take the request. A request counts for the model that was chosen, also where it fails,
   * not for one reached by failover, which is not bounded: a model beyond its share is called last.
   */
  readonly maxShare?: MaxShares;
  /** Called for each event. Errors that it throws are rethrown outside of the call. */
  readonly onEvent?: (event: RouterEvent) => void;
  /** Records decisions and their outcomes, such as `createDecisionLog` of `routesmith/log`. */
  readonly log?: CallLog;
}

/** The types of the settings. */
export const failoverSettingTypes: MemberTypes<keyof FailoverSettings> = {
  policy: 'object or function',
  clock: 'object',
  timeouts: 'object',
  breaker: 'object',
  whenAllUnavailable: 'string',
  maxShare: 'object',
  onEvent: 'function',
  log: 'object',
};

/** The types of a model's capabilities, where a caller gives them. */
export const capabilityTypes = Object.fromEntries(
  capabilityNames.map((name) => [name, 'boolean'] as const),
);

/** The options of one call. */
export interface RouteOptions extends Omit<DecideOptions, 'models' | 'observe'> {
  /**
   * Whether other feasible models are called if the first one fails, or a named one is excluded.
   * @default true
   */
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
  /**
   * The index of the message after which only that model answered: what reasoning is before, no model
   * gets. @default 0
   */
  readonly reasoningFrom?: number;
  /** How the call is named in the router's log. */
  readonly loggedAs?: Omit<LoggedAs, 'awaitsServed'>;
  /** Called for each event of this call, after the router's own listener. */
  readonly onEvent?: (event: RouterEvent) => void;
}

/** The options of one call, with those of the gateway. */
export interface CallOptions extends RouteOptions {
  /**
   * Asked before each attempt, with the request as the model would get it; a model that it refuses is
   * skipped as `not_permitted`.
   */
  readonly mayAttempt?: (model: string, request: CallerRequest) => boolean;
}
