import type { ProtocolName } from '../../llm/protocol.js';
import type { RouterErrorCode } from '../../util/errors.js';
import type { Decision } from '../../policy/decide/decision.js';
import { mayBeBilled } from '../router/may-be-billed.js';
import type { RouterEvent } from '../router/router-event.js';
import type { CallerSettings } from './access.js';
import type { BudgetLimit } from './budget-limit.js';
import type { Current } from './current.js';
import type { GatewayError } from './gateway-error.js';
import type { HttpCall } from './http-call.js';
import { addFigures, readFigures, unknownFigures, type PaidFigures } from './paid-figures.js';
import type { RequestAttempt, RequestLog } from './request-log.js';
import type { RequestSpans } from './spans.js';

/** The state of one request: its decision, attempts and answer so far. */
export interface Exchange {
  readonly id: string;
  readonly call: HttpCall;
  /** The path, or a word for those that the gateway does not have. */
  readonly route: string;
  /** That errors are written in. */
  readonly protocol: ProtocolName;
  readonly startedMs: number;
  /** What the gateway worked with when the request arrived. */
  readonly current: Current;
  caller: CallerSettings | undefined;
  requested: string | null;
  isStream: boolean;
  isKnownConversation: boolean;
  decision: Decision | undefined;
  exceedsShare: boolean;
  /** The last model that was asked. */
  askedModel: string | null;
  servedModel: string | null;
  ttftMs: number | null;
  answer: Extract<RouterEvent, { type: 'succeeded' }> | undefined;
  /** Of all calls that have ended and may have been charged. */
  paid: PaidFigures | undefined;
  /** Whether a model is being called. */
  isCalling: boolean;
  readonly attempts: RequestAttempt[];
  /** Of the key, where it held back a model. */
  budgetLimit: BudgetLimit | undefined;
  spans: RequestSpans | undefined;
  /** Called once, when the exchange has ended. */
  readonly cleanups: (() => void)[];
  isOver: boolean;
  /** Called when the router ends a stream that has begun, also while nobody reads it. */
  onStreamFailed: ((code: RouterErrorCode) => void) | undefined;
}

/**
 * Begins an exchange. Here and wherever each request passes, members are listed: spreading an object
 * costs as much as reading a header.
 */
export function createExchange(
  begun: Pick<Exchange, 'id' | 'call' | 'route' | 'protocol' | 'startedMs' | 'current'>,
): Exchange {
  return {
    id: begun.id,
    call: begun.call,
    route: begun.route,
    protocol: begun.protocol,
    startedMs: begun.startedMs,
    current: begun.current,
    caller: undefined,
    requested: null,
    isStream: false,
    isKnownConversation: false,
    decision: undefined,
    exceedsShare: false,
    askedModel: null,
    servedModel: null,
    ttftMs: null,
    answer: undefined,
    paid: undefined,
    isCalling: false,
    attempts: [],
    budgetLimit: undefined,
    spans: undefined,
    cleanups: [],
    isOver: false,
    onStreamFailed: undefined,
  };
}

/** Notes what the router does for an exchange. */
export function noteEvent(exchange: Exchange, event: RouterEvent): void {
  switch (event.type) {
    case 'decision':
      exchange.decision = event.decision;
      return;
    case 'share_exceeded':
      exchange.exceedsShare = true;
      return;
    case 'attempt_started':
      exchange.askedModel = event.model;
      exchange.isCalling = true;
      return;
    case 'endpoint_skipped': {
      const { model, reason } = event.attempt;
      exchange.attempts.push({ model, outcome: 'skipped', why: reason });
      return;
    }
    case 'attempt_failed': {
      const { model, latencyMs, failure, charge } = event;
      const figures = charge === undefined ? undefined : readFigures(charge);
      noteEnd(exchange, figures ?? (mayBeBilled(event) ? unknownFigures : undefined));
      const status = failure.status === null ? {} : { status: failure.status };
      const detail = failure.detail === undefined ? {} : { detail: failure.detail };
      exchange.attempts.push({
        model,
        outcome: 'failed',
        why: failure.class,
        ...status,
        ...detail,
        latencyMs: Math.round(latencyMs),
        ...figures,
      });
      return;
    }
    case 'succeeded': {
      const { model, latencyMs } = event;
      exchange.answer = event;
      const figures = readFigures(event);
      noteEnd(exchange, figures);
      const known = event.latencyIsGuess === true ? {} : { latencyMs: Math.round(latencyMs) };
      exchange.attempts.push({ model, outcome: 'answered', ...known, ...figures });
      return;
    }
    case 'failed':
      exchange.onStreamFailed?.(event.code);
      return;
    default:
  }
}

/** @param figures undefined if the call was not charged */
function noteEnd(exchange: Exchange, figures: PaidFigures | undefined): void {
  exchange.isCalling = false;
  if (figures !== undefined) exchange.paid = addFigures(exchange.paid, figures);
}

/** What the request has taken, with all of its calls: not known before the last one has ended. */
export function findPaid({ isCalling, paid = unknownFigures }: Exchange): PaidFigures {
  return isCalling ? unknownFigures : paid;
}

/** How many models were called so far. */
export function countCalls({ attempts }: Exchange): number {
  return attempts.filter(({ outcome }) => outcome !== 'skipped').length;
}

/** The models that were not called because they may cost more than is left of the key's budget. */
export function listOverBudget(attempts: readonly RequestAttempt[]): ReadonlySet<string> {
  const models = new Set<string>();
  for (const { model, why } of attempts) {
    if (why === 'not_permitted') models.add(model);
    else models.delete(model);
  }
  return models;
}

/** The log line of an exchange that has ended. */
export function describeExchange(
  exchange: Exchange,
  end: {
    readonly status: number;
    readonly outcome: RequestLog['outcome'];
    readonly error: GatewayError | undefined;
    readonly nowMs: number;
  },
): RequestLog {
  const { answer, decision, attempts, startedMs, ttftMs } = exchange;
  return {
    id: exchange.id,
    route: exchange.route,
    protocol: exchange.protocol,
    caller: exchange.caller?.name ?? null,
    status: end.status,
    outcome: end.outcome,
    error: end.error?.code ?? null,
    isStream: exchange.isStream,
    requested: exchange.requested,
    objective: decision?.objective ?? null,
    chosenModel: decision?.model ?? null,
    model: answer?.model ?? exchange.askedModel,
    servedModel: exchange.servedModel,
    reason: decision?.reason ?? null,
    exceedsShare: exchange.exceedsShare,
    policyDigest: decision?.policyDigest ?? null,
    attempts,
    ...findPaid(exchange),
    latencyMs: Math.round(end.nowMs - startedMs),
    ttftMs: ttftMs === null ? null : Math.round(ttftMs),
    isKnownConversation: exchange.isKnownConversation,
  };
}
