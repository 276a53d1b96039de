import type { LoggedRequest } from '../../serve/log/join-lines.js';
import { feedbackSources, type FeedbackRecord } from '../../serve/log/record.js';
import { findLargest } from '../../util/kernels.js';

/**
 * The model whose answer the caller got; null where none answered. Where the caller only asked for a
 * decision, it is the choice.
 */
export function findServed({
  decision,
  served,
}: Pick<LoggedRequest, 'decision' | 'served'>): string | null {
  if (!decision.awaitsServed) return decision.choice;
  return served?.outcome === 'answered' ? served.model : null;
}

/**
 * Milliseconds that the model that answered took, without those that failed before it; undefined where
 * none answered, or it is not known.
 */
export function findOwnLatency(served: LoggedRequest['served']): number | undefined {
  if (served === undefined || served.model === null) return undefined;
  const own = served.attempts.find(({ outcome }) => outcome === 'answered');
  // Null where it is not known, because the reader was slower than the model.
  return own === undefined ? served.latencyMs : (own.latencyMs ?? undefined);
}

/** Of several reports the most trusted: people first, then graders, judges and others; the last of them. */
export function chooseFeedback(feedback: readonly FeedbackRecord[]): FeedbackRecord | undefined {
  for (const source of feedbackSources) {
    const found = feedback.findLast((report) => report.source === source);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The task that the caller named, or the likeliest one; undefined if the policy knows none. */
export function findTask({
  decision,
  policy,
}: Pick<LoggedRequest, 'decision' | 'policy'>): string | undefined {
  return decision.task ?? policy.tasks[findLargest(decision.tasks, decision.tasks.length)];
}
