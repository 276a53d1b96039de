import type { CallerRequest } from '../../llm/caller-request.js';
import type { Price } from '../../llm/price.js';
import { stripReasoning } from '../../llm/strip-reasoning.js';
import type { Decision } from '../../policy/decide/decision.js';
import { findPrice } from '../../policy/file/estimates.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import { checkKnownName } from '../../util/check-members.js';
import { tell } from '../../util/tell.js';
import { createAnswerBatches, createAnswerEvents } from './answer-events.js';
import type { AnswerBatches, AnswerEvent } from './answer-events.js';
import { askInTurn, type Answered, type AttemptContext } from './ask-in-turn.js';
import type { Attempt } from './attempt-record.js';
import type { AnswerFigures } from './answer-charge.js';
import {
  endCall,
  systemRouterClock,
  type AnswerSummary,
  type Call,
  type Candidate,
} from './call.js';
import { decideAmongAble, type CandidateState } from './candidates.js';
import { defaultBreakerSettings } from './breaker-settings.js';
import { createCutoff } from './cutoff.js';
import type { EndpointHealth, EndpointHealthTracker } from './endpoint-health.js';
import type { FailoverSettings, CallOptions } from './failover-settings.js';
import { keepHealths, type Kept } from './keep-healths.js';
import type { OpenStream } from './open-stream.js';
import { readPolicy } from './read-policy.js';
import { resolveNumbers } from './resolve-numbers.js';
import type { RouterEvent } from './router-event.js';
import { createShareCaps } from './share-caps.js';
import { defaultRouterTimeouts } from './timeouts.js';

/** The models that can be called: endpoints of HTTP, or objects of another library. */
export interface Targets<Target> {
  readonly all: ReadonlyMap<string, Target>;
  /** In place of the policy's price; undefined if the target has none. */
  findPrice(target: Target): Price | undefined;
  /** Whether what is known of one target's health holds for the other. */
  isSame(one: Target, other: Target): boolean;
}

/** How one call is made. */
export interface CallPlan<Target, T> {
  readonly request: CallerRequest;
  /** Whether a target can take a request; it is undefined for a model without one. */
  describe(
    target: Target | undefined,
    request: CallerRequest,
    effort: string | undefined,
  ): CandidateState;
  /** Makes one attempt. @throws AttemptError */
  ask(context: AttemptContext<Target>): Promise<T>;
}

/** What is known of a call that was answered. */
export interface Routing<Target> {
  /** The model that answers. */
  readonly model: string;
  readonly target: Target;
  readonly decision: Decision;
  /** Every model that was called or skipped, in order. */
  readonly attempts: readonly Attempt[];
  /** Names the call in the log, for feedback; undefined without a log. */
  readonly logId: string | undefined;
}

/** A whole answer. */
export interface RoutedValue<Target, T> extends Routing<Target> {
  readonly value: T;
  readonly figures: Omit<AnswerFigures, 'ttftMs'>;
}

/** What the pieces of a stream are. */
type DataOf<Stream> = Stream extends OpenStream<infer Data> ? Data : never;

/** An answer that has begun. */
export interface RoutedParts<Target, Stream> extends Routing<Target> {
  readonly ttftMs: number;
  readonly isWhole: boolean;
  /** What the attempt opened. Its pieces are read through the other members. */
  readonly stream: Stream;
  /** Can be read once; read either of the two. */
  readonly events: AsyncIterableIterator<AnswerEvent<DataOf<Stream>>>;
  readonly batches: AnswerBatches<DataOf<Stream>>;
}

/** Decides and calls models, one after the other until one answers. */
export interface Failover<Target> {
  /** @throws RouterError if no model answers; RoutesmithError `usage` for invalid options */
  complete<T extends AnswerSummary & { readonly text: string }>(
    plan: CallPlan<Target, T>,
    options: CallOptions,
  ): Promise<RoutedValue<Target, T>>;
  /** The same, streamed. Resolves with the first content; until then another model can take over. */
  stream<Stream extends OpenStream<unknown>>(
    plan: CallPlan<Target, Stream>,
    options: CallOptions,
  ): Promise<RoutedParts<Target, Stream>>;
  /** The state of each target, by model. */
  health(): Readonly<Record<string, EndpointHealth>>;
}

const kept = new WeakMap<object, Kept<unknown>>();

/**
 * Creates the failover over targets, and keeps the state of each.
 *
 * @param continues a failover that this one replaces: targets that are the same keep their state
 * @throws RoutesmithError `usage` for invalid settings
 */
export function createFailover<Target>(
  settings: FailoverSettings,
  targets: Targets<Target>,
  continues?: Failover<Target>,
): Failover<Target> {
  const { policy } = settings;
  const whenAllUnavailable = settings.whenAllUnavailable ?? 'try_soonest';
  checkKnownName(whenAllUnavailable, ['try_soonest', 'fail'], 'settings, whenAllUnavailable');
  const clock = settings.clock ?? systemRouterClock;
  resolveNumbers('timeouts', defaultRouterTimeouts, settings.timeouts);
  const breaker = resolveNumbers('breaker', defaultBreakerSettings, settings.breaker);
  const before = continues && (kept.get(continues) as Kept<Target> | undefined);
  const known = readPolicy(policy).policy.models.map(({ id }) => id);
  const caps = settings.maxShare && createShareCaps(settings.maxShare, known, before?.caps);
  // Last, because it changes the breakers of what is continued: settings that are refused must not.
  const healths = keepHealths(targets.all, targets.isSame, { breaker, clock }, before);
  let requestCount = 0;

  function findCandidate(models: readonly PolicyModel[], id: string): Candidate<Target> {
    const known = models.find((one) => one.id === id) as PolicyModel;
    const target = targets.all.get(id) as Target;
    const health = healths.get(id) as EndpointHealthTracker;
    return {
      model: id,
      target,
      health,
      price: targets.findPrice(target) ?? findPrice(known),
      contextWindow: known.contextWindow,
      effort: known.effort?.level,
    };
  }

  function begin(
    { request, describe }: CallPlan<Target, unknown>,
    options: CallOptions,
  ): Call<Target> {
    const { model, signal, failover = true } = options;
    const loaded = readPolicy(policy);
    const { models } = loaded.policy;
    checkModel(model, models);
    const changes = [settings.timeouts, options.timeouts];
    const timeouts = resolveNumbers('timeouts', defaultRouterTimeouts, ...changes);
    const requestFor = createRequestFor(request, options);
    const logEntry = settings.log?.open(loaded, options.loggedAs);
    const decide = logEntry?.decide ?? loaded.decide;
    const { decision, exceedsShare, beyondShare } = decideAmongAble(requestFor, options, {
      loaded,
      decide,
      describeModel: ({ id, effort }) =>
        describe(targets.all.get(id), requestFor(id), effort?.level),
      caps,
    });
    const ranked = decision.ranked.map((item) => item.model);
    const within = ranked.filter((id) => !beyondShare.includes(id));
    const allowed = failover ? [...within, ...beyondShare] : ranked.slice(0, 1);
    const requestId = ++requestCount;
    const emit = (event: RouterEvent): void => {
      logEntry?.noteEvent(event);
      tell(settings.onEvent, event);
      tell(options.onEvent, event);
    };
    const candidates = allowed.map((id) => findCandidate(models, id));
    const unavailable = candidates
      .filter(({ health }) => health.findUnavailable() !== undefined)
      .map((candidate) => candidate.model);
    emit({ type: 'decision', requestId, decision, unavailable });
    if (exceedsShare && decision.model !== null) {
      emit({ type: 'share_exceeded', requestId, model: decision.model });
    }
    const call: Call<Target> = {
      requestId,
      requestFor,
      decision,
      candidates,
      attempts: [],
      cutoff: createCutoff(signal, timeouts.totalMs, 'total_timeout'),
      timeouts,
      clock,
      asksEarly: whenAllUnavailable === 'try_soonest',
      mayAttempt: options.mayAttempt ?? (() => true),
      logEntry,
      emit,
    };
    if (call.candidates.length === 0) {
      throw endCall(
        call,
        'no_feasible_model',
        describeNone(decision, failover ? undefined : model),
      );
    }
    return call;
  }

  function checkModel(model: string | undefined, models: readonly PolicyModel[]): void {
    const callable = models.map(({ id }) => id).filter((id) => targets.all.has(id));
    if (model !== undefined) checkKnownName(model, callable, 'options, model');
  }

  const created: Failover<Target> = {
    async complete(plan, options) {
      const call = begin(plan, options);
      const answered = await askInTurn(call, plan.ask);
      const { running, value } = answered;
      call.logEntry?.noteText(value.text);
      const { ttftMs: _, ...figures } = running.succeed(value, null);
      call.cutoff.dispose();
      return { ...describeRouting(call, answered), value, figures };
    },
    async stream<Stream extends OpenStream<unknown>>(
      plan: CallPlan<Target, Stream>,
      options: CallOptions,
    ) {
      const call = begin(plan, options);
      const answered = await askInTurn(call, plan.ask);
      const { running, value } = answered;
      const { model, isProbe } = running;
      running.noteAnswering();
      const ttftMs = running.elapsedMs();
      call.attempts.push({ model, outcome: 'answering', isProbe, ttftMs });
      const routing = describeRouting(call, answered);
      const opened = value as OpenStream<unknown> as OpenStream<DataOf<Stream>>;
      const batches = createAnswerBatches(call, running, opened);
      return {
        ...routing,
        ttftMs,
        isWhole: value.isWhole,
        stream: value,
        events: createAnswerEvents(batches),
        batches,
      };
    },
    health: () => Object.fromEntries([...healths].map(([model, health]) => [model, health.read()])),
  };
  kept.set(created, { targets: targets.all, healths, caps });
  return created;
}

function describeRouting<Target>(
  { decision, attempts, logEntry }: Call<Target>,
  { running, target }: Answered<Target, unknown>,
): Routing<Target> {
  const { model } = running;
  // A copy: a stream that breaks off changes its attempt.
  return { model, target, decision, attempts: [...attempts], logId: logEntry?.id };
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
