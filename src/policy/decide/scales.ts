import { dequantiseMatrix } from '../file/packed-numbers.js';
import type { LinearMap, RoundedLinearMap } from '../file/routing-model.js';

/** The weights that a map stands for. */
export function readWeights(map: RoundedLinearMap | LinearMap): Float32Array {
  return 'scales' in map ? dequantiseMatrix({ ...map, bytes: map.weights }) : map.weights;
}

/** Factor that gives a block of this squared length the length of its weight. */
export function computeBlockScale(weight: number | undefined, squaredLength: number): number {
  return squaredLength === 0 ? 0 : (weight as number) / Math.sqrt(squaredLength);
}
