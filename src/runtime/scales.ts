import type { LinearMap, RoundedLinearMap } from '../policy/routing-model.js';

/** The weights of a map, but for the factors of `readScales`. */
export function readWeights(map: RoundedLinearMap | LinearMap): Float32Array {
  const weights = new Float32Array(map.weights);
  if ('shifts' in map) {
    map.shifts.forEach((shift, row) => {
      const end = (row + 1) * map.outputCount;
      for (let at = row * map.outputCount; at < end; at++)
        weights[at] = (weights[at] as number) / 2 ** shift;
    });
  }
  return weights;
}

/** What a weight of each output is to be multiplied with. */
export function readScales(map: RoundedLinearMap | LinearMap): Iterable<number> {
  return 'scales' in map ? map.scales : new Float32Array(map.outputCount).fill(1);
}

/** Factor that gives a block of this squared length the length of its weight. */
export function computeBlockScale(weight: number | undefined, squaredLength: number): number {
  return squaredLength === 0 ? 0 : (weight as number) / Math.sqrt(squaredLength);
}
