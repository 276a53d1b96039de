import { computeChance } from '../../policy/decide/draw-model.js';
import type { DecisionRecord } from './record.js';

/** What the chances of models depend on. */
export type ChanceBasis = Pick<
  DecisionRecord,
  'choice' | 'policyChoice' | 'reason' | 'exploreShare' | 'exploreCandidate' | 'exclusions'
>;

/** Probability with which a decision chooses a model, one for each of the policy's models. */
export function computeChances(basis: ChanceBasis, models: readonly { id: string }[]): number[] {
  const { choice, policyChoice, reason, exclusions } = basis;
  const isNamed = reason === 'named_model';
  const chances = {
    // A model that the caller named is chosen in any case.
    share: isNamed ? 0 : basis.exploreShare,
    usual: isNamed ? choice : policyChoice,
    candidate: basis.exploreCandidate ?? null,
    feasibleCount: exclusions.filter((code) => code === null).length,
  };
  return models.map(({ id }, model) =>
    exclusions[model] === null ? computeChance(id, chances) : 0,
  );
}

/**
 * Probability with which a model serves a request: that it is chosen, or that one is which failed or
 * was skipped before it. The others are called by utility, so that each of those leads to this model.
 * That they fail is taken as given.
 *
 * @param before the models that failed or were skipped before it
 */
export function computeServedPropensity(
  basis: ChanceBasis,
  models: readonly { id: string }[],
  served: string,
  before: readonly string[],
): number {
  const chances = computeChances(basis, models);
  const leading = new Set([served, ...before]);
  let sum = 0;
  models.forEach(({ id }, model) => {
    if (leading.has(id)) sum += chances[model] as number;
  });
  return Math.min(1, sum);
}
