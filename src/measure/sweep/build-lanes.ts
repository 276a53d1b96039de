import { createLane, findLaneKey, type Lane } from './lane.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SettledCells } from './settled-cells.js';

/**
 * A lane for each account and model of a plan, with its pending cells in the plan's order.
 *
 * @param isRetry only cells whose last call failed are pending, none that was never called
 */
export function buildLanes(
  plan: SweepPlan,
  settled: SettledCells,
  settings: Parameters<typeof createLane>[2] & { readonly isRetry: boolean },
): Lane[] {
  const keys = plan.models.map(findLaneKey);
  const places = new Map(keys.map((key) => [key, [] as number[]]));
  for (let place = 0; place < plan.cellCount; place++) {
    const number = plan.order[place] as number;
    const isPending = settings.isRetry ? settled.hasFailed(number) : !settled.isSettled(number);
    if (isPending) places.get(keys[plan.findModelIndex(number)] as string)?.push(place);
  }
  return [...places].map(([key, pending]) => {
    const ids = plan.models.filter((_, index) => keys[index] === key).map(({ id }) => id);
    return createLane(ids, Uint32Array.from(pending), settings);
  });
}
