import type { ChatMessage } from '../../llm/chat.js';
import type {
  Judge,
  JudgeBudget,
  JudgeReply,
  JudgeReservation,
  NoteJudgeCall,
} from '../graders/judge/judge-model.js';
import type { PoolModel } from '../models/model.js';
import type { CallResult, ProviderClient } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import { decideRetry, defaultRetryLimits, isTimedOut } from './calls/retry.js';
import { computeCharge } from '../../llm/cost.js';
import type { Price } from '../../llm/price.js';
import type { Random } from '../../util/random.js';
import { createRedactor } from '../../util/redact-secrets.js';
import { failure, success, type Result } from '../../util/result.js';
import { sha256OfJson } from '../../util/sha256.js';
import { checkCapped } from './preflight.js';
import { VerdictWatch } from './verdict-watch.js';
import { computeWorstCaseCostUsd } from './worst-case-cost.js';

export interface JudgeSettings {
  readonly model: PoolModel;
  readonly apiKey: string | undefined;
  readonly client: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Stops further attempts; what is being graded gets its first one. */
  readonly signal?: AbortSignal;
}

/** The costs of a judge. They are never part of the candidates' costs. */
export interface JudgeSpend {
  readonly calls: number;
  readonly costUsd: number;
  /** Calls whose cost is partly an estimate; see `computeCharge`. */
  readonly guessed: number;
  /** Calls whose cost is unknown, and failed ones that may have been charged. */
  readonly unpriced: number;
}

export interface MeteredJudge extends Judge {
  spend(): JudgeSpend;
}

/**
 * A judge's identity: the model's name with a digest of everything that affects its answers. A model
 * with different parameters is a different judge.
 */
export function describeJudge({ model, protocol, baseUrl, pin, parameters }: PoolModel): string {
  const digest = sha256OfJson({ protocol, baseUrl, model, pin: pin ?? null, parameters });
  return `${model} ${digest.slice(0, 12)}`;
}

/** A call of a judge that has ended, and what it cost. */
interface PaidCall {
  readonly result: CallResult;
  /** USD; null if unknown. */
  readonly chargedUsd: number | null;
  /** True if that is partly an estimate. */
  readonly isGuess: boolean;
  /** What was reserved for it, in USD. */
  readonly worstUsd: number;
}

function readPaid(result: CallResult, price: Price): Omit<PaidCall, 'worstUsd'> {
  if (result.kind === 'completed') {
    const { costUsd, isGuess } = computeCharge(result.tokens, price);
    return { result, chargedUsd: costUsd, isGuess };
  }
  return { result, chargedUsd: result.failure.mayBeCharged ? null : 0, isGuess: false };
}

function reserveNothing(worstUsd: number): JudgeReservation {
  return { worstUsd, settle() {} };
}

/** Creates a judge from a model. */
export function createJudge(settings: JudgeSettings): MeteredJudge {
  const { model, apiKey, client, clock, random, signal } = settings;
  const redactor = createRedactor([apiKey]);
  const spent = { calls: 0, costUsd: 0, guessed: 0, unpriced: 0 };
  const isAborted = (): boolean => signal?.aborted === true;
  const verdicts = new VerdictWatch(signal);

  async function complete(
    messages: readonly ChatMessage[],
    worstUsd: number,
    budget: JudgeBudget | undefined,
    onCall: (worstUsd: number) => void,
  ): Promise<Result<PaidCall>> {
    const prompt = { messages };
    const reserved =
      budget === undefined ? reserveNothing(worstUsd) : await budget.reserve(worstUsd);
    if (reserved === undefined) return failure('its call could exceed the budget');
    // Others may have ended while this one waited.
    if (verdicts.isGivenUp) {
      reserved.settle(0);
      return failure(verdicts.reason);
    }
    try {
      onCall(reserved.worstUsd);
    } catch (error) {
      // Others may be waiting for what is reserved.
      reserved.settle(0);
      throw error;
    }
    const result = await client.complete({ model, prompt, apiKey });
    const paid = readPaid(result, model.price);
    const { chargedUsd, isGuess } = paid;
    reserved.settle(chargedUsd);
    if (result.kind === 'completed') spent.calls++;
    if (isGuess) spent.guessed++;
    spent.costUsd += chargedUsd ?? 0;
    if (chargedUsd === null) spent.unpriced++;
    return success({ ...paid, worstUsd: reserved.worstUsd });
  }

  async function ask(
    messages: readonly ChatMessage[],
    budget: JudgeBudget | undefined,
    onCall: NoteJudgeCall | undefined,
  ): Promise<JudgeReply> {
    let unpriced = 0;
    let possibleCostUsd = 0;
    let timedOutAttempts = 0;
    const worstUsd = computeWorstCaseCostUsd(model, { messages });
    const describeUnknown = () => ({
      ...(unpriced > 0 && { unpriced }),
      ...(unpriced > 0 && Number.isFinite(possibleCostUsd) && { possibleCostUsd }),
    });
    const startedMs = clock.now();
    for (let attempt = 1; ; attempt++) {
      const call = await complete(messages, worstUsd, budget, (reservedUsd) =>
        onCall?.(reservedUsd, unpriced),
      );
      if (!call.ok) return { kind: 'failed', reason: call.problem, ...describeUnknown() };
      const { result, chargedUsd, isGuess, worstUsd: reservedUsd } = call.value;
      if (chargedUsd === null) {
        unpriced++;
        possibleCostUsd += reservedUsd;
      }
      if (result.kind === 'completed') {
        const text = redactor.answer(result.answer);
        const cost = { costUsd: chargedUsd, ...(isGuess && { costIsGuess: true as const }) };
        return { kind: 'reply', text, ...cost, ...describeUnknown() };
      }
      const { failure } = result;
      const failed = {
        kind: 'failed' as const,
        reason: `${failure.class}: ${failure.message}`,
        ...describeUnknown(),
      };
      if (isTimedOut(failure)) timedOutAttempts++;
      const elapsedMs = clock.now() - startedMs;
      const limits = defaultRetryLimits;
      const details = { attempt, timedOutAttempts, elapsedMs, limits, random };
      const retry = decideRetry(failure, details);
      if (retry.kind === 'final' || isAborted()) return failed;
      await clock.sleep(retry.delayMs, signal);
      if (isAborted()) return failed;
    }
  }

  function payFrom(budget: JudgeBudget | undefined): Pick<Judge, 'ask' | 'noteVerdict'> {
    return {
      noteVerdict: (isReadable) => verdicts.note(isReadable),
      ask: (messages, onCall) => verdicts.admit(() => ask(messages, budget, onCall)),
    };
  }

  const name = describeJudge(model);
  return {
    model: name,
    spend: () => ({ ...spent }),
    ...payFrom(undefined),
    payFrom(budget) {
      if (budget.isLimited) checkCapped([model]);
      return { model: name, ...payFrom(budget) };
    },
  };
}
