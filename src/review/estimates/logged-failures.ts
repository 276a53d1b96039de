import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { LoggedAttempt } from '../../serve/log/record.js';
import type { UnavailableReason } from '../../serve/router/endpoint-health.js';
import { valueAt } from '../../util/numeric-arrays.js';
import { findAnswered } from './logged-outcome.js';

/** Chances of being chosen, one for each of the policy's models; see `computeChances`. */
type Chances = ArrayLike<number>;

/**
 * Models that are known not to have answered a request: also one whose answer broke off, and the choice
 * where nothing is recorded of it. One that failed and then answered is none of them.
 */
export function findFailed(request: LoggedRequest): ReadonlySet<string> {
  const { decision } = request;
  if (!decision.awaitsServed) return new Set();
  const failed = new Set(listUnanswered(request).map(({ model }) => model));
  // Logs by hand leave out a choice that did not answer.
  if (decision.choice !== null && !isListed(request)) failed.add(decision.choice);
  return failed;
}

/**
 * Probability with which the model that answered serves the request, as far as it is the same where
 * another model is chosen: that it is chosen, or one is that was held back. 0 where it took over from one
 * whose call failed; undefined if it had no chance.
 */
export function findServedPropensity(request: LoggedRequest, chances: Chances): number | undefined {
  const { decision, served, policy } = request;
  if (!decision.awaitsServed) return toChance(decision.propensity);
  if (served === undefined || served.model === null) return undefined;
  const known = listUnanswered(request);
  const onlyHeldBack = known.every(isHeldBack);
  if (served.model === decision.choice) {
    // What is logged includes the chances of models that were called and failed in between.
    const index = policy.models.findIndex(({ id }) => id === served.model);
    return toChance(onlyHeldBack ? served.propensity : valueAt(chances, index));
  }
  const tookOver = decision.choice !== null && !(isListed(request) && known.length > 0);
  return tookOver || !onlyHeldBack ? 0 : toChance(served.propensity);
}

function toChance(propensity: number | null): number | undefined {
  return propensity !== null && propensity > 0 ? propensity : undefined;
}

/** Attempts at models that did not answer, in order. */
function listUnanswered({ served }: LoggedRequest): LoggedAttempt[] {
  const answered = findAnswered(served);
  return (served?.attempts ?? []).filter(({ model }) => model !== answered);
}

/** Why the router holds models back, whatever is chosen. For other reasons it skips them in their turn. */
const heldBackReasons = {
  cooling_down: true,
  open: true,
  misconfigured: true,
  probing: true,
} as const satisfies Record<UnavailableReason, true>;

/**
 * Whether a model was held back when the decision was made: the logged chance of the one that takes its
 * place includes its own, also where that one is chosen. Logs by hand do not say so.
 */
function isHeldBack({ outcome, why }: LoggedAttempt): boolean {
  return outcome === 'skipped' && why !== null && Object.hasOwn(heldBackReasons, why);
}

/** Whether it is known what became of the choice. */
function isListed({ decision, served }: LoggedRequest): boolean {
  const { choice } = decision;
  return (
    choice === findAnswered(served) ||
    served?.attempts.some(({ model }) => model === choice) === true
  );
}
