import type { LoggedRequest } from '../../serve/log/join-lines.js';
import {
  feedbackSources,
  type DecisionRecord,
  type FeedbackRecord,
  type LoggedCharge,
} from '../../serve/log/record.js';
import { formatWhole } from '../../util/format-number.js';
import { findLargest } from '../../util/kernels.js';

/**
 * The model whose answer the caller got; null where none answered. Where the caller only asked for a
 * decision, it is the choice.
 */
export function findServed({
  decision,
  served,
}: Pick<LoggedRequest, 'decision' | 'served'>): string | null {
  return decision.awaitsServed ? findAnswered(served) : decision.choice;
}

/** The model whose answer was recorded; null where none was, also where one began and did not end. */
export function findAnswered(served: LoggedRequest['served']): string | null {
  return served?.outcome === 'answered' ? served.model : null;
}

/** What the caller named, or else all requests of one id, such as the steps of an agent. */
export function findConversation({
  id,
  conversation,
}: Pick<DecisionRecord, 'id' | 'conversation'>): string {
  return conversation ?? `id ${id}`;
}

/**
 * Milliseconds that the model that answered took, without those that failed before it; undefined where
 * none answered, or it is not known.
 */
export function findOwnLatency(served: LoggedRequest['served']): number | undefined {
  if (served === undefined || findAnswered(served) === null) return undefined;
  const own = served.attempts.find(({ outcome }) => outcome === 'answered');
  // Null where it is not known, because the reader was slower than the model.
  return own === undefined ? served.latencyMs : (own.latencyMs ?? undefined);
}

/** Whether the cost of an answer is known, but partly an estimate. */
export function hasGuessedCost(served: LoggedRequest['served']): boolean {
  return served !== undefined && served.costUsd !== null && served.costIsGuess;
}

/** What was paid for a request, as far as that is known. */
export interface PaidCost {
  readonly costUsd: number;
  /** Whether it is partly an estimate, or lacks a part that is not known. */
  readonly isGuess: boolean;
  /** Whether it lacks a part that is not known. */
  readonly isIncomplete: boolean;
  /** The models that it was paid for, once for each call; null for one that is not known. */
  readonly models: readonly (string | null)[];
}

/** Sums up the answer of a request and its failed calls with a charge; undefined if no cost is known. */
export function findPaid(served: LoggedRequest['served']): PaidCost | undefined {
  if (served === undefined) return undefined;
  const { model, outcome, costUsd, costIsGuess, attempts } = served;
  const charges: (Omit<LoggedCharge, 'usage'> & { readonly model: string | null })[] = [];
  for (const { model: asked, outcome: end, charge } of attempts) {
    if (end === 'failed' && charge !== undefined) charges.push({ ...charge, model: asked });
  }
  // Where all failed, there is no answer. A stream that broke off is counted above if it has a charge.
  const last = attempts.findLast(({ outcome: end }) => end !== 'skipped');
  const isCounted = last?.outcome === 'failed' && last.charge !== undefined;
  const isOver = outcome === 'failed' || (outcome === 'broken' && isCounted);
  if (costUsd !== null || model !== null || !isOver) charges.push({ model, costUsd, costIsGuess });
  let paidUsd = 0;
  const models: (string | null)[] = [];
  for (const charge of charges) {
    if (charge.costUsd === null) continue;
    paidUsd += charge.costUsd;
    models.push(charge.model);
  }
  if (models.length === 0) return undefined;
  const isIncomplete = models.length < charges.length;
  const isGuess = isIncomplete || charges.some((one) => one.costIsGuess);
  return { costUsd: paidUsd, isGuess, isIncomplete, models };
}

/** Of several reports the most trusted: people first, then graders, judges and others; the last of them. */
export function chooseFeedback(feedback: readonly FeedbackRecord[]): FeedbackRecord | undefined {
  for (const source of feedbackSources) {
    const found = feedback.findLast((report) => report.source === source);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Who said of which task a request is: the caller, the policy that decided it, or `--prompts`. */
export const taskSources = ['caller', 'policy', 'prompts'] as const;
export type TaskSource = (typeof taskSources)[number];

/** Numbers of task labels by who said them. */
export type TaskLabelCounts = Readonly<Partial<Record<TaskSource, number>>>;

/** Counts task labels by who said them; undefined ones are of requests without a label. */
export function countTaskLabels(sources: Iterable<TaskSource | undefined>): TaskLabelCounts {
  const counts: Partial<Record<TaskSource, number>> = {};
  for (const source of sources) {
    if (source !== undefined) counts[source] = (counts[source] ?? 0) + 1;
  }
  return counts;
}

/** Whose label `findTask` returns; undefined where a policy that tells no tasks apart has nothing to guess. */
export function findTaskSource({
  decision,
  policy,
}: Pick<LoggedRequest, 'decision' | 'policy'>): TaskSource | undefined {
  if (decision.task !== null) return 'caller';
  return policy.tasks.length > 1 ? 'policy' : undefined;
}

/**
 * `task labels: 12 named by callers, 8 guessed by the policy of the log`; undefined without labels.
 */
export function describeTaskLabels(counts: TaskLabelCounts): string | undefined {
  const { caller = 0, policy = 0, prompts = 0 } = counts;
  if (caller + policy + prompts === 0) return undefined;
  const given = prompts === 0 ? '' : `${formatWhole(prompts)} given with --prompts, `;
  return (
    `task labels: ${given}${formatWhole(caller)} named by callers, ` +
    `${formatWhole(policy)} guessed by the policy of the log`
  );
}

/** The task that the caller named, or the likeliest one; undefined if the policy knows none. */
export function findTask({
  decision,
  policy,
}: Pick<LoggedRequest, 'decision' | 'policy'>): string | undefined {
  return decision.task ?? policy.tasks[findLargest(decision.tasks, decision.tasks.length)];
}
