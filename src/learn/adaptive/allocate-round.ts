import { at, intAt } from '../../util/numeric-arrays.js';

/**
 * Divides a number of cells in proportion to weights (largest remainders), none beyond its capacity.
 * What a full one cannot take goes to the others.
 *
 * @returns cells by index; fewer in all than `count` only where weights or capacities are used up
 */
export function allocateCells(
  count: number,
  weights: Float64Array,
  capacities: Int32Array,
): Int32Array {
  const taken = new Int32Array(weights.length);
  let left = count;
  while (left > 0) {
    const open = [...weights.keys()].filter(
      (index) => at(weights, index) > 0 && intAt(taken, index) < intAt(capacities, index),
    );
    const total = open.reduce((sum, index) => sum + at(weights, index), 0);
    if (!(total > 0)) break;
    const parts = open.map((index) => {
      const exact = (left * at(weights, index)) / total;
      const room = intAt(capacities, index) - intAt(taken, index);
      return { index, whole: Math.min(room, Math.floor(exact)), rest: exact % 1, room };
    });
    let given = parts.reduce((sum, { whole }) => sum + whole, 0);
    for (const { index, whole } of parts) taken[index] = intAt(taken, index) + whole;
    const byRest = parts
      .filter(({ whole, room }) => whole < room)
      .sort((a, b) => b.rest - a.rest || a.index - b.index);
    for (const { index } of byRest) {
      if (given >= left) break;
      taken[index] = intAt(taken, index) + 1;
      given += 1;
    }
    if (given === 0) break;
    left -= given;
  }
  return taken;
}

/**
 * The prompts of each task that every model answers first: in shares of the square root of the
 * task's size, with a least number each.
 */
export function allocateStart(
  sizes: Int32Array,
  { share, minimum }: { readonly share: number; readonly minimum: number },
): Int32Array {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const floor = sizes.map((size) => Math.min(size, minimum));
  const used = floor.reduce((sum, count) => sum + count, 0);
  const wanted = Math.max(0, Math.round(share * total) - used);
  const weights = Float64Array.from(sizes, (size) => Math.sqrt(size));
  const room = sizes.map((size, task) => size - intAt(floor, task));
  return allocateCells(wanted, weights, room).map((count, task) => count + intAt(floor, task));
}
