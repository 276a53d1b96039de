/** Values in ascending order, each repeated by its weight. */
export interface WeightedOrder {
  readonly totalWeight: number;
  /** The value at a position, from 0, in an array with each value repeated by its weight. */
  at(place: number): number;
}

/** Sorts values, none of which is NaN, with their weights. */
export function sortWeighted(values: ArrayLike<number>, weights: ArrayLike<number>): WeightedOrder {
  const order = Int32Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  );
  const ends = new Float64Array(order.length);
  let totalWeight = 0;
  order.forEach((index, place) => {
    totalWeight += weights[index] as number;
    ends[place] = totalWeight;
  });
  return {
    totalWeight,
    at(place) {
      let low = 0;
      let high = ends.length - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((ends[middle] as number) > place) high = middle;
        else low = middle + 1;
      }
      return values[order[low] as number] as number;
    },
  };
}

/**
 * Weighted quantile: the quantile of a list with each value repeated by its weight, with linear
 * interpolation (type 7 of Hyndman and Fan, 1996, the default of numpy).
 *
 * @param share in [0, 1]
 */
export function computeWeightedQuantile({ totalWeight, at }: WeightedOrder, share: number): number {
  const place = Math.max(0, totalWeight - 1) * share;
  const lower = at(Math.floor(place));
  return lower + (place - Math.floor(place)) * (at(Math.ceil(place)) - lower);
}
