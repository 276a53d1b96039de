import type { Decision } from '../../policy/decide/decision.js';
import { checkKnownName } from '../../util/check-members.js';
import type { AnswerFigures } from './answer-charge.js';
import { createAnswerBatches, createAnswerEvents } from './answer-events.js';
import type { AnswerBatches, AnswerEvent } from './answer-events.js';
import { askInTurn, type Answered, type AttemptContext } from './ask-in-turn.js';
import type { Attempt } from './attempt-record.js';
import { beginCall, type PlannedRequest, type Targets } from './begin-call.js';
import { defaultBreakerSettings } from './breaker-settings.js';
import { systemRouterClock, type AnswerSummary, type Call } from './call.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { FailoverSettings, CallOptions } from './failover-settings.js';
import { keepHealths, type Kept } from './keep-healths.js';
import type { OpenStream } from './open-stream.js';
import { readPolicy } from './read-policy.js';
import { resolveNumbers } from './resolve-numbers.js';
import { createShareCaps } from './share-caps.js';
import { defaultRouterTimeouts } from './timeouts.js';

/** How one call is made. */
export interface CallPlan<Target, T> extends PlannedRequest<Target> {
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
  const asksEarly = whenAllUnavailable === 'try_soonest';
  const parts = { settings, targets, clock, caps, healths, asksEarly, requestCount: 0 };

  const created: Failover<Target> = {
    async complete(plan, options) {
      const call = beginCall(parts, plan, options);
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
      const call = beginCall(parts, plan, options);
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
