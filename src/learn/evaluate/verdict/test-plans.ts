import { borrowRouting, findStricterRouting } from '../plan/borrow-routing.js';
import type { TrainedPlan } from '../plan/trained-plan.js';
import type { Strategy } from '../strategies/compare-strategies.js';
import type { ModelMeans } from '../strategies/model-means.js';
import { computeVerdict, type VerdictFinding } from './compute-verdict.js';
import type { HeldOut } from './held-out.js';
import { computeStrategies } from './held-out-strategies.js';

/** Plans with what held-out prompts show of them. */
export interface TestedPlans {
  readonly heldOut: HeldOut;
  /** That of the policy. */
  readonly plan: TrainedPlan;
  readonly strategies: readonly Strategy[];
  readonly verdict: VerdictFinding;
}

/** Tests plans. An objective that does not route is given stricter routing that pays, if there is any. */
export function testPlans(
  given: HeldOut,
  plan: TrainedPlan,
  { means, seed }: { readonly means: ModelMeans; readonly seed: number },
): TestedPlans {
  const test = (heldOut: HeldOut): Omit<TestedPlans, 'plan'> => {
    const strategies = computeStrategies(heldOut);
    return { heldOut, strategies, verdict: computeVerdict(heldOut, strategies, seed) };
  };
  const tested = test(given);
  const borrowed = findStricterRouting(plan, tested.verdict.evidence, means);
  if (borrowed.size === 0) return { ...tested, plan };
  const borrow = (own: TrainedPlan): TrainedPlan => borrowRouting(own, borrowed);
  const { refits } = given;
  const folds = given.folds.map((fold) => ({ ...fold, plan: borrow(fold.plan) }));
  const planOfFile = refits?.plan && { plan: borrow(refits.plan) };
  const changed = { ...given, folds, ...(refits && { refits: { ...refits, ...planOfFile } }) };
  return { ...test(changed), plan: borrow(plan) };
}
