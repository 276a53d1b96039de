import type { Judge } from '../graders/judge-model.js';
import type { PoolModel } from '../models/model.js';
import type { ProviderClient } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import { computeRetryDelay } from './calls/retry.js';
import { computeCharge } from '../../llm/cost.js';
import type { Random } from '../../util/random.js';
import { createRedactor } from '../../util/redact-secrets.js';
import { sha256OfJson } from '../../util/sha256.js';

export interface JudgeSettings {
  readonly model: PoolModel;
  readonly apiKey: string | undefined;
  readonly client: ProviderClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Stops further attempts. */
  readonly signal?: AbortSignal;
}

/** The costs of a judge. They are never part of the candidates' costs. */
export interface JudgeSpend {
  readonly calls: number;
  readonly costUsd: number;
  /** Calls whose cost is unknown. */
  readonly unpriced: number;
}

export interface MeteredJudge extends Judge {
  spend(): JudgeSpend;
}

const maxAttempts = 5;
/** A provider may ask for any wait; nobody waits longer than this for a grade. */
const maxWaitMs = 600_000;

/**
 * Creates a judge from a model. Its identity is the model's name with a digest of everything that
 * affects its answers: a model with different parameters is a different judge.
 */
export function createJudge(settings: JudgeSettings): MeteredJudge {
  const { model, apiKey, client, clock, random, signal } = settings;
  const { protocol, baseUrl, pin, parameters } = model;
  const digest = sha256OfJson({
    protocol,
    baseUrl,
    model: model.model,
    pin: pin ?? null,
    parameters,
  });
  const redactor = createRedactor([apiKey]);
  let calls = 0;
  let costUsd = 0;
  let unpriced = 0;

  return {
    model: `${model.model} ${digest.slice(0, 12)}`,
    spend: () => ({ calls, costUsd, unpriced }),
    async ask(messages) {
      for (let attempt = 1; ; attempt++) {
        const result = await client.complete({ model, prompt: { messages }, apiKey });
        if (result.kind === 'completed') {
          const charged = computeCharge(result.tokens, model.price).costUsd;
          calls++;
          costUsd += charged ?? 0;
          if (charged === null) unpriced++;
          return { kind: 'reply', text: redactor.answer(result.answer), costUsd: charged };
        }
        const { failure } = result;
        const isTooLong = (failure.retryAfterMs ?? 0) > maxWaitMs;
        const isLast =
          !failure.retryable || attempt === maxAttempts || isTooLong || signal?.aborted === true;
        if (isLast) return { kind: 'failed', reason: `${failure.class}: ${failure.message}` };
        await clock.sleep(computeRetryDelay(attempt, failure.retryAfterMs, random), signal);
      }
    },
  };
}
