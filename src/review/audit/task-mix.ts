import type { LoggedRequest } from '../../serve/log/join-lines.js';
import { addAt } from '../../util/numeric-arrays.js';
import { computeEffectiveSize } from '../../learn/evaluate/statistics/effective-size.js';
import { findTask } from '../estimates/logged-outcome.js';

/** What the requests of a log ask. */
export interface TaskMix {
  /** By task, as shares. */
  readonly taskShares: ReadonlyMap<string, number>;
  /** As many conversations of equal weight say as much about the shares, if each has one task. */
  readonly conversations: number;
  /** Null where no policy of the log reads words. */
  readonly meanNovelty: number | null;
}

/** The task of requests of a policy that knows none. */
export const allTasks = 'all';

export function createTaskMix(): {
  add(request: LoggedRequest): void;
  summarize(): TaskMix;
} {
  const weightOf = new Map<string, number>();
  const weightOfConversation = new Map<string, number>();
  const sums = new Float64Array(3);
  return {
    add(request) {
      const weight = 1 / request.decision.keep;
      const task = findTask(request) ?? allTasks;
      weightOf.set(task, (weightOf.get(task) ?? 0) + weight);
      const conversation = request.decision.conversation ?? request.decision.id;
      const known = weightOfConversation.get(conversation) ?? 0;
      weightOfConversation.set(conversation, known + weight);
      addAt(sums, 0, weight);
      if (request.policy.featureSpecVersion === null) return;
      addAt(sums, 1, weight);
      addAt(sums, 2, weight * request.decision.novelty);
    },
    summarize() {
      const [total = 0, read = 0, novelty = 0] = sums;
      return {
        taskShares: new Map(Array.from(weightOf, ([task, weight]) => [task, weight / total])),
        conversations: computeEffectiveSize(weightOfConversation.values()),
        meanNovelty: read > 0 ? novelty / read : null,
      };
    },
  };
}
