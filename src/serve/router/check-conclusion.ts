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
  // Anthropic's refusals may be empty.
  if (hasAnswer || finishReason === 'refusal') return finishReason;
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
