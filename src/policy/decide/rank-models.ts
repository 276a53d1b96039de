import { nullIfUnknown } from '../../util/json.js';
import type { RankedModel } from './decision.js';
import type { ModelTable } from './model-table.js';

/**
 * Lists the feasible models: the chosen one, then the others by utility, those of unknown utility
 * last, equal ones in the order of the policy.
 */
export function rankModels(
  { ids, estimates, utilities, isFeasible }: ModelTable,
  chosen: number,
): RankedModel[] {
  const { quality, costUsd, latencyMs } = estimates;
  const order = [chosen];
  for (let model = 0; model < ids.length; model++) {
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
    model: ids[model] as string,
    quality: quality[model] as number,
    costUsd: nullIfUnknown(costUsd[model] as number),
    latencyMs: nullIfUnknown(latencyMs[model] as number),
    utility: nullIfUnknown(utilities[model] as number),
  }));
}

function isBetter(value: number, other: number): boolean {
  return value > other || (Number.isNaN(other) && !Number.isNaN(value));
}
