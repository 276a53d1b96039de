import type { LinearMap, RoundedLinearMap } from '../policy/routing-model.js';

/** What a weight of each output is to be multiplied with. */
export function readScales(map: RoundedLinearMap | LinearMap): Iterable<number> {
  return 'scales' in map ? map.scales : new Float32Array(map.outputCount).fill(1);
}

/** Factor that gives a block of this squared length the length of its weight. */
export function computeBlockScale(weight: number | undefined, squaredLength: number): number {
  return squaredLength === 0 ? 0 : (weight as number) / Math.sqrt(squaredLength);
}
