import type { ChatMessage } from '../../llm/chat.js';
import type { Judge, JudgeBudget } from '../graders/judge-model.js';
import type { PoolModel } from '../models/model.js';
import type { CallResult, ProviderClient } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import { decideRetry, defaultRetryLimits } from './calls/retry.js';
import { computeCharge } from '../../llm/cost.js';
import type { Random } from '../../util/random.js';
import { createRedactor } from '../../util/redact-secrets.js';
import { sha256OfJson } from '../../util/sha256.js';
import { checkCapped } from './preflight.js';
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

/** Creates a judge from a model. */
export function createJudge(settings: JudgeSettings): MeteredJudge {
  const { model, apiKey, client, clock, random, signal } = settings;
  const redactor = createRedactor([apiKey]);
  let calls = 0;
  let costUsd = 0;
  let unpriced = 0;
  const isAborted = (): boolean => signal?.aborted === true;

  async function complete(
    messages: readonly ChatMessage[],
    budget: JudgeBudget | undefined,
  ): Promise<{ readonly result: CallResult; readonly chargedUsd: number | null } | undefined> {
    const prompt = { messages };
    const settle = await budget?.reserve(computeWorstCaseCostUsd(model, prompt));
    if (budget !== undefined && settle === undefined) return undefined;
    const result = await client.complete({ model, prompt, apiKey });
    const chargedUsd =
      result.kind === 'completed'
        ? computeCharge(result.tokens, model.price).costUsd
        : result.failure.mayBeCharged
          ? null
          : 0;
    settle?.(chargedUsd);
    if (result.kind === 'completed') calls++;
    costUsd += chargedUsd ?? 0;
    if (chargedUsd === null) unpriced++;
    return { result, chargedUsd };
  }

  function payFrom(budget: JudgeBudget | undefined): Pick<Judge, 'ask'> {
    return {
      async ask(messages) {
        let unknown = 0;
        const startedMs = clock.now();
        for (let attempt = 1; ; attempt++) {
          const call = await complete(messages, budget);
          if (call === undefined) {
            const reason = 'its call could exceed the budget';
            return { kind: 'failed', reason, ...(unknown > 0 && { unpriced: unknown }) };
          }
          const { result, chargedUsd } = call;
          if (chargedUsd === null) unknown++;
          const lost = unknown > 0 ? { unpriced: unknown } : {};
          if (result.kind === 'completed') {
            const text = redactor.answer(result.answer);
            return { kind: 'reply', text, costUsd: chargedUsd, ...lost };
          }
          const { failure } = result;
          const failed = {
            kind: 'failed' as const,
            reason: `${failure.class}: ${failure.message}`,
            ...lost,
          };
          const elapsedMs = clock.now() - startedMs;
          const limits = defaultRetryLimits;
          const retry = decideRetry(failure, { attempt, elapsedMs, limits, random });
          if (retry.kind === 'final' || isAborted()) return failed;
          await clock.sleep(retry.delayMs, signal);
          if (isAborted()) return failed;
        }
      },
    };
  }

  const name = describeJudge(model);
  return {
    model: name,
    spend: () => ({ calls, costUsd, unpriced }),
    ...payFrom(undefined),
    payFrom(budget) {
      if (budget.isLimited) checkCapped([model]);
      return { model: name, ...payFrom(budget) };
    },
  };
}
