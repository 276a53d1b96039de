import { countKnown, valueAt } from '../../../util/numeric-arrays.js';

/** By how many rows two models have to be linked, given the rows of the one with fewer. */
type CountNeeded = (fewerRows: number) => number;

/**
 * Splits models into sets that can be compared: two are in one set where both have a value in enough
 * of the same rows, or where others of the set link them. Between sets, no row tells a better model
 * from easier prompts.
 *
 * @param columns values of each model, one per row; NaN where there is none
 * @param names ids of the models, so that the order of equal sets is not that of the columns
 * @param countNeeded @default one row
 * @returns indices of the columns of each set, in ascending order; the set with the most models first,
 * of equal ones that with the most shared rows, then by name
 */
export function linkModels(
  columns: readonly Float64Array[],
  names: readonly string[],
  countNeeded: CountNeeded = () => 1,
): number[][] {
  const counts = columns.map(countKnown);
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
  return sets
    .map((set) => ({
      set: set.sort((a, b) => a - b),
      rows: countSharedRows(set.map((column) => columns[column] as Float64Array)),
      name: set.map((column) => names[column] ?? '').sort()[0] ?? '',
    }))
    .sort((a, b) => b.set.length - a.set.length || b.rows - a.rows || (a.name < b.name ? -1 : 1))
    .map(({ set }) => set);
}

/** Rows with values of two of the columns or, of one column alone, with a value. */
function countSharedRows(columns: readonly Float64Array[]): number {
  const needed = Math.min(2, columns.length);
  const hasEnough = (row: number): boolean =>
    columns.filter((values) => !Number.isNaN(valueAt(values, row))).length >= needed;
  let count = 0;
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) if (hasEnough(row)) count += 1;
  return count;
}
