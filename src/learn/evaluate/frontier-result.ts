import { valueAt } from '../../util/numeric-arrays.js';
import { chooseForRow } from './plan/trained-plan.js';
import type { Outcomes } from './strategies/chosen-outcomes.js';
import {
  computeAverageImprovementInQuality,
  computeFrontier,
  type FrontierPoint,
} from './strategies/frontier.js';
import { pickOnlyModel, type ModelMeans } from './strategies/model-means.js';
import { computePairedMean } from './strategies/paired-mean.js';
import type { HeldOut } from './verdict/held-out.js';
import { chooseRows, collectChoices } from './verdict/held-out-strategies.js';

/** What routing reaches on held-out prompts for each cost. */
export interface FrontierResult {
  /** Held-out quality and cost of routing at rising weights of cost, ascending in cost. */
  readonly points: readonly FrontierPoint[];
  /** The frontier of these and the single models. */
  readonly hull: readonly FrontierPoint[];
  /** Average improvement in quality between the cheapest and the most expensive model. */
  readonly aiq: number;
  /** The same for mixing single models without looking at the prompt ("zero router"). */
  readonly zeroRouterAiq: number;
}

const relativeCostWeights = [0, ...Array.from({ length: 33 }, (_, step) => 10 ** (-3 + step / 8))];

/**
 * What routing reaches at many rates of quality for cost, beside the single models; null where a cost is unknown,
 * or all are equal.
 *
 * @param reference outcomes of the model used without routing
 */
export function computeFrontierResult(
  heldOut: HeldOut,
  means: ModelMeans,
  reference: Outcomes,
): FrontierResult | null {
  if (means.costUsd.some(Number.isNaN) || new Set(means.costUsd).size < 2) return null;
  const range = { lowUsd: Math.min(...means.costUsd), highUsd: Math.max(...means.costUsd) };
  const points = relativeCostWeights
    .map((weight) => routeAtCostWeight(heldOut, weight / (range.highUsd || 1), means, reference))
    .sort((a, b) => a.costUsd - b.costUsd);
  const single = means.quality.map((quality, model) => ({
    costUsd: valueAt(means.costUsd, model),
    quality,
  }));
  return {
    points,
    hull: computeFrontier([...points, ...single]),
    aiq: computeAverageImprovementInQuality(points, range),
    zeroRouterAiq: computeAverageImprovementInQuality(single, range),
  };
}

/** Mean cost and quality of routing that trades quality for cost at a given rate. */
function routeAtCostWeight(
  heldOut: HeldOut,
  costWeightPerUsd: number,
  means: ModelMeans,
  reference: Outcomes,
): FrontierPoint {
  const objective = {
    name: 'frontier',
    description: '',
    costWeightPerUsd,
    latencyWeightPerSecond: 0,
    margin: 0,
    constantModel: undefined,
  };
  const choices = chooseRows(heldOut, (row, plan) =>
    chooseForRow(heldOut.estimates, row, plan, objective),
  );
  // A model has the same figures as in the other tables.
  const only = pickOnlyModel(means, { choices });
  if (only !== undefined) return { costUsd: only.costUsd, quality: only.quality };
  const { quality, costUsd, weights } = collectChoices(heldOut, choices);
  const shown = pickOnlyModel(means, reference);
  const carryFrom = (measure: 'quality' | 'costUsd') => ({
    values: reference[measure],
    mean: shown?.[measure],
  });
  return {
    costUsd: computePairedMean(costUsd, carryFrom('costUsd'), weights, 'ratio').mean,
    quality: computePairedMean(quality, carryFrom('quality'), weights, 'difference').mean,
  };
}
