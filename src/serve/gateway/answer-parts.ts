import { UnwritableAnswerError, type AnswerHead } from '../../llm/answer-writer.js';
import type { JsonObject } from '../../util/json.js';
import { findPaid, type Exchange } from './exchange.js';
import { GatewayError } from './gateway-error.js';

/** The id, model and time of a translated answer. */
export function buildHead({ id, servedModel }: Exchange, model: string, date: Date): AnswerHead {
  return { id, model: servedModel ?? model, createdSeconds: Math.floor(date.getTime() / 1000) };
}

/** The decision and its outcome, for callers that ask for an explanation. */
export function explain(exchange: Exchange): JsonObject {
  const { id, decision, attempts, servedModel } = exchange;
  const { costUsd, costIsGuess } = findPaid(exchange);
  const figures = { costUsd, costIsGuess, servedModel };
  return { id, ...figures, attempts, decision } as unknown as JsonObject;
}

/**
 * The error for an answer that the caller's protocol cannot express: it is charged, and so would be a
 * second one.
 *
 * @returns any other error as it is
 */
export function toUnwritable(error: unknown): unknown {
  if (!(error instanceof UnwritableAnswerError)) return error;
  const { message } = error;
  return new GatewayError('unwritable_answer', `The answer cannot be passed on: ${message}.`, {
    isFinal: true,
  });
}
