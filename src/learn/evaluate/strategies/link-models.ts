import { valueAt } from '../../../util/numeric-arrays.js';

/** By how many rows two models have to be linked, given the rows of the one with fewer. */
type CountNeeded = (fewerRows: number) => number;

/**
 * Splits models into sets that can be compared: two are in one set where both have a value in enough
 * of the same rows, or where others of the set link them. Between sets, no row tells a better model
 * from easier prompts.
 *
 * @param columns values of each model, one per row; NaN where there is none
 * @param countNeeded @default one row
 * @returns indices of the columns of each set, in ascending order
 */
export function linkModels(
  columns: readonly Float64Array[],
  countNeeded: CountNeeded = () => 1,
): number[][] {
  const counts = columns.map((values) => values.filter((value) => !Number.isNaN(value)).length);
  const isLinked = (first: number, second: number): boolean => {
    const fewer = Math.min(valueAt(counts, first), valueAt(counts, second));
    const needed = Math.max(1, countNeeded(fewer));
    const [own, other] = [columns[first] as Float64Array, columns[second] as Float64Array];
    let shared = 0;
    for (let row = 0; row < own.length && shared < needed; row++) {
      if (!Number.isNaN(valueAt(own, row) + valueAt(other, row))) shared += 1;
    }
    return shared >= needed;
  };
  let sets: number[][] = [];
  columns.forEach((_, column) => {
    const joined = sets.filter((set) => set.some((other) => isLinked(column, other)));
    sets = [...sets.filter((set) => !joined.includes(set)), [...joined.flat(), column]];
  });
  return sets.map((set) => set.sort((a, b) => a - b));
}
