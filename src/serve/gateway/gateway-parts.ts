import { tell } from '../../util/tell.js';
import type { CallLog } from '../router/call-log.js';
import { systemRouterClock } from '../router/call.js';
import { resolveNumbers } from '../router/resolve-numbers.js';
import { createAdmission, type Admission } from './admission.js';
import { createConversations, type Conversations } from './conversations.js';
import type { Current } from './current.js';
import { Drain } from './drain.js';
import { describeExchange, type Exchange } from './exchange.js';
import type { FeedbackSink } from './feedback.js';
import { toGatewayError, type GatewayError } from './gateway-error.js';
import { createGatewayMetrics, type GatewayMetrics, type GatewayState } from './metrics.js';
import { createRateLimit, type RateLimit } from './rate-limit.js';
import { RejectedCalls } from './rejected-calls.js';
import { createRequestBodyReader, type RequestBodyReader } from './read-body.js';
import type { RequestLog } from './request-log.js';
import { defaultGatewayLimits, type GatewayConfig, type GatewaySettings } from './settings.js';
import { createSpending, hasBudget, type Spending } from './spending.js';

/** What the handlers of a gateway share. */
export interface GatewayParts {
  readonly admission: Admission;
  readonly bodies: RequestBodyReader;
  readonly rateLimit: RateLimit;
  readonly conversations: Conversations;
  readonly spending: Spending;
  readonly feedback: FeedbackSink | undefined;
  readonly decisionLog: CallLog | undefined;
  readonly metrics: GatewayMetrics;
  readonly rejectedCalls: RejectedCalls;
  readonly drain: Drain;
  createId(): string;
  /** Monotonic milliseconds. */
  now(): number;
  date(): Date;
  /** What keeps the gateway from working as configured. */
  listProblems(): readonly string[];
  /** Ends an exchange: frees what it holds, and logs it. Later calls do nothing. */
  finish(
    exchange: Exchange,
    status: number,
    outcome: RequestLog['outcome'],
    error: GatewayError | undefined,
  ): void;
  /** Reports an error that is neither the caller's nor a provider's. */
  noteFault(error: unknown): void;
}

/** @param readCurrent what the gateway works with at the moment */
export function createGatewayParts(
  settings: Omit<GatewaySettings, keyof GatewayConfig>,
  readCurrent: () => Current,
): GatewayParts {
  const clock = settings.clock ?? systemRouterClock;
  const createId = settings.createId ?? (() => crypto.randomUUID());
  const limits = resolveNumbers('limits', defaultGatewayLimits, settings.limits);
  const now = (): number => clock.now();
  const date = (): Date => clock.date();
  const parts: GatewayParts = {
    admission: createAdmission(limits),
    bodies: createRequestBodyReader(limits),
    rateLimit: createRateLimit(now),
    conversations: createConversations(limits, now),
    spending: createSpending(date, createId, settings.spending),
    feedback: settings.feedback,
    decisionLog: settings.decisionLog,
    metrics: createGatewayMetrics(() => describeState(parts, readCurrent())),
    rejectedCalls: new RejectedCalls(),
    drain: new Drain(),
    createId,
    now,
    date,
    listProblems: () => [
      ...readCurrent().problems,
      ...parts.rejectedCalls.listProblems(),
      ...(settings.listProblems?.() ?? []),
    ],
    finish(exchange, status, outcome, error) {
      if (exchange.isOver) return;
      exchange.isOver = true;
      for (const cleanUp of exchange.cleanups) cleanUp();
      const line = describeExchange(exchange, { status, outcome, error, nowMs: clock.now() });
      parts.metrics.noteRequest(line);
      tell((ended) => exchange.spans?.end(ended), line);
      tell(settings.log, line);
      parts.drain.end();
    },
    noteFault(error) {
      if (toGatewayError(error).code === 'internal') settings.onFault?.(error);
    },
  };
  parts.metrics.showModels(readCurrent().models);
  return parts;
}

function describeState(
  { admission, conversations, spending, listProblems }: GatewayParts,
  { config, models, router, policy }: Current,
): GatewayState {
  const { access } = config;
  const callers = access.kind === 'keys' ? access.callers.filter(hasBudget) : [];
  return {
    running: admission.running,
    waiting: admission.waiting,
    conversations: conversations.size,
    models,
    health: router.health(),
    budgets: new Map(callers.map((caller) => [caller.name, spending.left(caller)])),
    policyDigest: policy.digest,
    problems: listProblems().length,
  };
}
