import type { LinearMap, RoundedLinearMap } from '../policy/routing-model.js';

/** The weights that a map stands for. */
export function readWeights(map: RoundedLinearMap | LinearMap): Float32Array {
  const weights = new Float32Array(map.weights);
  if ('scales' in map) {
    let at = 0;
    for (const shift of map.shifts) {
      for (const scale of map.scales)
        weights[at] = ((weights[at++] as number) * scale) / 2 ** shift;
    }
  }
  return weights;
}

/** Factor that gives a block of this squared length the length of its weight. */
export function computeBlockScale(weight: number | undefined, squaredLength: number): number {
  return squaredLength === 0 ? 0 : (weight as number) / Math.sqrt(squaredLength);
}
