import { settleRefusal } from '../../llm/refusal-charge.js';
import type { Conclusion } from '../../llm/types.js';
import type { TokenUsage } from '../../llm/usage.js';
import type { AnswerSummary } from './call.js';
import { AttemptError, attemptError, toAttemptError } from './failure.js';

/**
 * Checks that an answer is complete and not empty.
 *
 * @param tokens what the answer reports: it is charged, also if it is empty
 * @param isFree see `settleRefusal`
 * @throws AttemptError
 */
export function checkConclusion(
  conclusion: Conclusion,
  exposesMessages: boolean,
  tokens: TokenUsage,
  isFree?: boolean,
): AnswerSummary {
  if (conclusion.kind === 'failed') {
    throw toAttemptError(conclusion.failure, exposesMessages, tokens);
  }
  const { ending, finishReason, hasAnswer } = conclusion;
  // Anthropic's refusals may be empty, and a pause may follow nothing but the provider's own tools.
  if (hasAnswer || finishReason === 'refusal' || ending === 'paused') {
    return { finishReason, tokens: settleRefusal(tokens, conclusion, isFree) };
  }
  const failureClass = ending === 'refused' ? 'content_filtered' : 'empty_answer';
  if (ending !== 'truncated') {
    throw new AttemptError({ class: failureClass, status: null }, undefined, tokens);
  }
  const detail = 'the token limit left no tokens for an answer';
  // A token limit that is too small is not the endpoint's fault.
  throw new AttemptError(
    { class: failureClass, status: null, isTokenLimit: true, detail },
    'none',
    tokens,
  );
}

/** Whatever a response does to the code that reads it, only this attempt fails. */
export function readSafely<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AttemptError) throw error;
    throw attemptError('malformed', 'the response cannot be read');
  }
}
