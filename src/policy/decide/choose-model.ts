import type { Objective } from '../file/policy.js';

/** Estimates of one prompt, one value per model; NaN where unknown. */
export interface ModelEstimates {
  readonly quality: ArrayLike<number>;
  readonly costUsd: ArrayLike<number>;
  readonly latencyMs: ArrayLike<number>;
}

/**
 * Utility of a model under an objective. An unknown cost or latency gives NaN where the objective
 * asks for it, so that a model nobody knows the price of is never taken for a free one.
 */
export function computeUtility(
  estimates: ModelEstimates,
  model: number,
  objective: Pick<Objective, 'costWeightPerUsd' | 'latencyWeightPerSecond'>,
): number {
  let utility = estimates.quality[model] as number;
  if (objective.costWeightPerUsd > 0) {
    utility -= objective.costWeightPerUsd * (estimates.costUsd[model] as number);
  }
  if (objective.latencyWeightPerSecond > 0) {
    utility -= (objective.latencyWeightPerSecond * (estimates.latencyMs[model] as number)) / 1000;
  }
  return utility;
}

/**
 * The rule by which policies choose, in training and at run time: the feasible model of greatest
 * utility, except that the baseline keeps the prompt while nothing beats it by the margin.
 *
 * @param isFeasible whether a model may be used
 * @returns the index of the model, or -1 where none is feasible
 */
export function chooseModel(
  estimates: ModelEstimates,
  objective: Objective,
  baseline: number,
  isFeasible: (model: number) => boolean,
): number {
  let best = -1;
  let bestUtility = -Infinity;
  for (let model = 0; model < estimates.quality.length; model++) {
    if (!isFeasible(model)) continue;
    const utility = computeUtility(estimates, model, objective);
    if (utility > bestUtility) {
      best = model;
      bestUtility = utility;
    }
  }
  if (best < 0) return chooseWithoutUtility(estimates, baseline, isFeasible);
  if (best === baseline || !isFeasible(baseline)) return best;
  const baselineUtility = computeUtility(estimates, baseline, objective);
  return bestUtility - baselineUtility > objective.margin || Number.isNaN(baselineUtility)
    ? best
    : baseline;
}

/** Where no utility is known: the baseline, or the feasible model of greatest quality. */
function chooseWithoutUtility(
  { quality }: ModelEstimates,
  baseline: number,
  isFeasible: (model: number) => boolean,
): number {
  if (isFeasible(baseline)) return baseline;
  let best = -1;
  for (let model = 0; model < quality.length; model++) {
    if (!isFeasible(model)) continue;
    if (best < 0 || (quality[model] as number) > (quality[best] as number)) best = model;
  }
  return best;
}
