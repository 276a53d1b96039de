import type { LoggedRequest } from '../../serve/log/join-lines.js';
import { valueAt } from '../../util/numeric-arrays.js';

/** Chances of being chosen, one for each of the policy's models; see `computeChances`. */
type Chances = ArrayLike<number>;

/**
 * Models that are known not to have answered a request, with the probability with which that is known:
 * that they are chosen, or one is that was called before them. A model that failed and then answered is
 * none of them.
 */
export function findFailed(request: LoggedRequest, chances: Chances): Map<string, number> {
  const { served, policy } = request;
  const failed = new Map<string, number>();
  let probability = 0;
  for (const model of listBefore(request)) {
    const index = policy.models.findIndex(({ id }) => id === model);
    probability += index < 0 ? 0 : valueAt(chances, index);
    if (model !== served?.model) failed.set(model, Math.min(1, probability));
  }
  return failed;
}

/**
 * Probability with which the model that answered serves the request; 0 if it had no chance. A choice
 * that is not among the attempts, as logs by hand leave it out, did not answer where another model did.
 */
export function findServedPropensity(request: LoggedRequest, chances: Chances): number {
  const { decision, served, policy } = request;
  if (!decision.awaitsServed) return decision.propensity;
  const logged = served?.propensity ?? 0;
  if (served === undefined || isListed(request)) return logged;
  const sum = policy.models.reduce(
    (total, { id }, index) =>
      id === served.model || id === decision.choice ? total + valueAt(chances, index) : total,
    0,
  );
  return Math.max(logged, Math.min(1, sum));
}

/** Models that were called or skipped and are not known to have answered, in order. */
function listBefore(request: LoggedRequest): Set<string> {
  const { decision, served } = request;
  if (!decision.awaitsServed || served === undefined) return new Set();
  const unanswered = served.attempts
    .filter(({ outcome }) => outcome !== 'answered')
    .map(({ model }) => model);
  const isKnown = isListed(request) || decision.choice === null;
  return new Set(isKnown ? unanswered : [decision.choice, ...unanswered]);
}

/** Whether it is known what became of the choice. */
function isListed({ decision, served }: LoggedRequest): boolean {
  const { choice } = decision;
  return (
    choice === served?.model || served?.attempts.some(({ model }) => model === choice) === true
  );
}
