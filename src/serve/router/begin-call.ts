import type { CallerRequest } from '../../llm/caller-request.js';
import type { Price } from '../../llm/price.js';
import { stripReasoning } from '../../llm/strip-reasoning.js';
import type { Decision } from '../../policy/decide/decision.js';
import { findPrice } from '../../policy/file/estimates.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import { checkKnownName } from '../../util/check-members.js';
import { tell } from '../../util/tell.js';
import { endCall, type Call, type Candidate, type RouterClock } from './call.js';
import { decideAmongAble, type CandidateState } from './candidates.js';
import { createCutoff } from './cutoff.js';
import type { EndpointHealthTracker } from './endpoint-health.js';
import type { CallOptions, FailoverSettings } from './failover-settings.js';
import { readPolicy } from './read-policy.js';
import { resolveNumbers } from './resolve-numbers.js';
import type { RouterEvent } from './router-event.js';
import type { ShareCaps } from './share-caps.js';
import { defaultRouterTimeouts } from './timeouts.js';

/** The models that can be called: endpoints of HTTP, or objects of another library. */
export interface Targets<Target> {
  readonly all: ReadonlyMap<string, Target>;
  /** In place of the policy's price; undefined if the target has none. */
  findPrice(target: Target): Price | undefined;
  /** Whether what is known of one target's health holds for the other. */
  isSame(one: Target, other: Target): boolean;
}

/** What a failover begins calls with. */
export interface FailoverParts<Target> {
  readonly settings: FailoverSettings;
  readonly targets: Targets<Target>;
  readonly clock: RouterClock;
  readonly caps: ShareCaps | undefined;
  readonly healths: ReadonlyMap<string, EndpointHealthTracker>;
  /** Whether models that are unavailable are probed early if no other one answers. */
  readonly asksEarly: boolean;
  /** Of the calls so far. */
  requestCount: number;
}

/** A request that is to be decided about. */
export interface PlannedRequest<Target> {
  readonly request: CallerRequest;
  /** Whether a target can take a request; it is undefined for a model without one. */
  describe(
    target: Target | undefined,
    request: CallerRequest,
    effort: string | undefined,
  ): CandidateState;
}

/**
 * Decides which models a call may ask, in which order, and emits the decision.
 *
 * @throws RouterError if no model may be asked; RoutesmithError `usage` for invalid options
 */
export function beginCall<Target>(
  parts: FailoverParts<Target>,
  { request, describe }: PlannedRequest<Target>,
  options: CallOptions,
): Call<Target> {
  const { settings, targets, clock, caps, asksEarly } = parts;
  const { model, failover = true } = options;
  const loaded = readPolicy(settings.policy);
  const { models } = loaded.policy;
  const callable = models.map(({ id }) => id).filter((id) => targets.all.has(id));
  if (model !== undefined) checkKnownName(model, callable, 'options, model');
  const changes = [settings.timeouts, options.timeouts];
  const timeouts = resolveNumbers('timeouts', defaultRouterTimeouts, ...changes);
  const requestFor = createRequestFor(request, options);
  const logEntry = settings.log?.open(loaded, options.loggedAs);
  const { decision, exceedsShare, beyondShare } = decideAmongAble(requestFor, options, {
    loaded,
    decide: logEntry?.decide ?? loaded.decide,
    describeModel: ({ id, effort }) => describe(targets.all.get(id), requestFor(id), effort?.level),
    caps,
  });
  const ranked = decision.ranked.map((item) => item.model);
  const within = ranked.filter((id) => !beyondShare.includes(id));
  const allowed = failover ? [...within, ...beyondShare] : ranked.slice(0, 1);
  const requestId = ++parts.requestCount;
  const call: Call<Target> = {
    requestId,
    requestFor,
    decision,
    candidates: allowed.map((id) => findCandidate(parts, models, id)),
    attempts: [],
    cutoff: createCutoff(options.signal, timeouts.totalMs, 'total_timeout'),
    timeouts,
    clock,
    asksEarly,
    mayAttempt: options.mayAttempt ?? (() => true),
    logEntry,
    emit(event: RouterEvent) {
      logEntry?.noteEvent(event);
      tell(settings.onEvent, event);
      tell(options.onEvent, event);
    },
  };
  const unavailable = call.candidates
    .filter(({ health }) => health.findUnavailable() !== undefined)
    .map((candidate) => candidate.model);
  call.emit({ type: 'decision', requestId, decision, unavailable });
  if (exceedsShare && decision.model !== null) {
    call.emit({ type: 'share_exceeded', requestId, model: decision.model });
  }
  if (allowed.length > 0) return call;
  throw endCall(call, 'no_feasible_model', describeNone(decision, failover ? undefined : model));
}

function findCandidate<Target>(
  { targets, healths }: FailoverParts<Target>,
  models: readonly PolicyModel[],
  id: string,
): Candidate<Target> {
  const known = models.find((one) => one.id === id) as PolicyModel;
  const target = targets.all.get(id) as Target;
  return {
    model: id,
    target,
    health: healths.get(id) as EndpointHealthTracker,
    price: targets.findPrice(target) ?? findPrice(known),
    contextWindow: known.contextWindow,
    effort: known.effort?.level,
  };
}

/** Why no model can be called: the reason of a named one that no other may replace. */
function describeNone({ excluded }: Decision, named: string | undefined): string {
  const reason = excluded.find(({ model }) => model === named)?.reason;
  return reason === undefined
    ? 'no eligible model'
    : `the named model ${named} cannot take this request: ${reason}`;
}

/** Gives each model the request that it may see. */
export function createRequestFor(
  request: CallerRequest,
  { reasoningOf, reasoningFrom = 0 }: Pick<CallOptions, 'reasoningOf' | 'reasoningFrom'>,
): (model: string) => CallerRequest {
  if (reasoningOf === undefined) return () => request;
  let own: CallerRequest | undefined;
  let stripped: CallerRequest | undefined;
  return (model) =>
    model === reasoningOf
      ? (own ??= stripReasoning(request, reasoningFrom))
      : (stripped ??= stripReasoning(request));
}
