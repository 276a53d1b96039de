import type { Conclusion } from '../../llm/types.js';
import { AttemptError, attemptError, toAttemptError } from './failure.js';

/**
 * Checks that an answer is complete and not empty.
 *
 * @returns its finish reason
 * @throws AttemptError
 */
export function checkConclusion(conclusion: Conclusion, exposesMessages: boolean): string | null {
  if (conclusion.kind === 'failed') throw toAttemptError(conclusion.failure, exposesMessages);
  const { ending, finishReason, hasAnswer } = conclusion;
  // Anthropic's refusals may be empty, and a pause may follow nothing but the provider's own tools.
  if (hasAnswer || finishReason === 'refusal' || ending === 'paused') return finishReason;
  if (ending === 'refused') throw attemptError('content_filtered');
  // A token limit that is too small is not the endpoint's fault.
  throw ending === 'truncated'
    ? new AttemptError(
        {
          class: 'empty_answer',
          status: null,
          detail: 'the token limit left no tokens for an answer',
        },
        'none',
      )
    : attemptError('empty_answer');
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
