import { mayBeCharged } from '../../llm/failure.js';
import { isUnsentCode } from '../../llm/unsent-codes.js';
import type { RouterEvent } from './router-event.js';

/**
 * Whether a provider may charge for an attempt that failed: it may have begun to answer. So it may have
 * where no headers came in time, because those of a whole answer come with the answer.
 */
export function mayBeBilled({
  failure,
  isCommitted,
}: Pick<Extract<RouterEvent, { type: 'attempt_failed' }>, 'failure' | 'isCommitted'>): boolean {
  const { class: failureClass, status, detail } = failure;
  if (isCommitted) return true;
  if (status !== null) return mayBeCharged(failure);
  switch (failureClass) {
    case 'invalid_credentials':
    case 'redirected':
    case 'bad_request':
      return false;
    case 'network':
      return !isUnsentCode(detail ?? '');
    default:
      return true;
  }
}
