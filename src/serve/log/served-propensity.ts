import type { Decision } from '../../policy/decide/decision.js';
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

/** How a request came to the model that served it. */
export interface ServedPath {
  readonly served: string;
  /** Models that failed or were skipped before it. */
  readonly before: readonly string[];
  /** Models that could not be called when the decision was made. */
  readonly unavailable: readonly string[];
  /** The models that could be called, the chosen one first; see `Decision`. */
  readonly ranked: Decision['ranked'];
}

/**
 * Probability with which a model serves a request: that it is chosen, or that one is whose place it
 * takes. Those are the models that failed or were skipped before it, and, if it is the best of the
 * others, all that could not be called, also where they were not asked. That they fail is taken as given.
 */
export function computeServedPropensity(
  basis: ChanceBasis,
  models: readonly { id: string }[],
  path: ServedPath,
): number {
  const chances = computeChances(basis, models);
  const { served, before, unavailable } = path;
  const leading = new Set([served, ...before, ...(takesOver(path, models) ? unavailable : [])]);
  let sum = 0;
  models.forEach(({ id }, model) => {
    if (leading.has(id)) sum += chances[model] as number;
  });
  return Math.min(1, sum);
}

/** Whether the model that served is the one that is called in place of one that cannot be. */
function takesOver(
  { served, before, unavailable, ranked }: ServedPath,
  models: readonly { id: string }[],
): boolean {
  if (before.length > 0) return true;
  const [chosen, ...others] = ranked;
  if (chosen?.model !== served) return false;
  const next = others.find(({ model }) => !unavailable.includes(model));
  if (next === undefined) return true;
  // Only the others are in the order of their utility, and equal ones in that of the policy.
  const lead = (chosen.utility ?? -Infinity) - (next.utility ?? -Infinity);
  const placeOf = (name: string): number => models.findIndex(({ id }) => id === name);
  return lead > 0 || (!(lead < 0) && placeOf(served) < placeOf(next.model));
}
