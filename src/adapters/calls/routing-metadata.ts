import type { Decision } from '../../policy/decide/decision.js';
import type { Attempt } from '../../serve/router/attempt-record.js';
import type { AnswerFigures } from '../../serve/router/answer-charge.js';
import type { Routing } from '../../serve/router/failover.js';

/** What an answer's metadata says of its routing; plain JSON. */
export interface RoutingMetadata {
  /** The model that answered. */
  readonly model: string;
  /** Why the decision chose its model, which is another one after a failover. */
  readonly reason: Decision['reason'];
  /** Every model that was called or skipped, in order. */
  readonly attempts: readonly Attempt[];
  readonly decision: Decision;
  /** USD: the provider's own charge where it is known, else by the policy's prices; null if unknown. */
  readonly costUsd: number | null;
  /** Present if the cost rests on tokens or prices that are partly a guess, or may lack a part of the charge. */
  readonly costIsGuess?: true;
  /** Present if a slow reader hid when the model was done: it took its `latencyMs` or longer. */
  readonly latencyIsGuess?: true;
  /** Names the call in the log; null without a log. */
  readonly logId: string | null;
  /** Present if a cache of LangChain's gave the answer: no model was called, and nothing was logged. */
  readonly isRepeated?: true;
}

/** What the metadata of an answer say where a cache gives it another time. */
export function describeRepeated(known: RoutingMetadata): RoutingMetadata {
  const { model, reason, decision } = known;
  return { model, reason, attempts: [], decision, costUsd: 0, logId: null, isRepeated: true };
}

/** @param figures undefined for an answer that is not whole, or not yet */
export function describeRouting(
  { model, decision, attempts, logId }: Omit<Routing<unknown>, 'target'>,
  figures:
    Pick<AnswerFigures, 'costUsd' | 'costIsGuess' | 'latencyMs' | 'latencyIsGuess'> | undefined,
): RoutingMetadata {
  return {
    model,
    reason: decision.reason,
    attempts: attempts.map((attempt) => finish(attempt, figures)),
    decision,
    costUsd: figures?.costUsd ?? null,
    ...(figures?.costIsGuess && { costIsGuess: true }),
    ...(figures?.latencyIsGuess && { latencyIsGuess: true }),
    logId: logId ?? null,
  };
}

/** A stream that was answering when it began has answered at its end. */
function finish(attempt: Attempt, figures: Pick<AnswerFigures, 'latencyMs'> | undefined): Attempt {
  if (attempt.outcome !== 'answering' || figures === undefined) return attempt;
  const { model, isProbe } = attempt;
  return { model, outcome: 'answered', isProbe, latencyMs: figures.latencyMs };
}
