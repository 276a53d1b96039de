import type { PolicyModel } from '../file/policy.js';
import { nullIfUnknown } from '../../util/json.js';
import type { ModelEstimates } from './choose-model.js';
import type { RankedModel } from './decision.js';

/**
 * Lists the feasible models: the chosen one, then the others by utility, those of unknown utility
 * last, equal ones in the order of the policy.
 */
export function rankModels(
  models: readonly PolicyModel[],
  { quality, costUsd, latencyMs }: ModelEstimates,
  utilities: ArrayLike<number>,
  isFeasible: (model: number) => boolean,
  chosen: number,
): RankedModel[] {
  const order = [chosen];
  for (let model = 0; model < models.length; model++) {
    if (model === chosen || !isFeasible(model)) continue;
    const value = utilities[model] as number;
    let place = order.length;
    order.push(model);
    // Few models: moving each up to its place allocates nothing, unlike a sort with a comparison.
    while (place > 1 && isBetter(value, utilities[order[place - 1] as number] as number)) {
      order[place] = order[place - 1] as number;
      place -= 1;
    }
    order[place] = model;
  }
  return order.map((model) => ({
    model: (models[model] as PolicyModel).id,
    quality: quality[model] as number,
    costUsd: nullIfUnknown(costUsd[model] as number),
    latencyMs: nullIfUnknown(latencyMs[model] as number),
    utility: nullIfUnknown(utilities[model] as number),
  }));
}

function isBetter(value: number, other: number): boolean {
  return value > other || (Number.isNaN(other) && !Number.isNaN(value));
}
