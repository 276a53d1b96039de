import { quantileSorted } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';
import { createRandom, type Random } from '../../../util/random.js';
import { addAt, at } from '../../../util/numeric-arrays.js';
import { indexGroups } from './grouped-mean.js';

/** Resampled sums of some columns; made once, used for every interval of an evaluation. */
export interface Bootstrap {
  /**
   * Percentile interval of a statistic of the columns' sums, with the statistic of the data itself
   * as `mean`.
   *
   * @param confidence @default 0.95
   */
  interval(statistic: (sums: ArrayLike<number>) => number, confidence?: number): Interval;
}

/**
 * Draws bootstrap samples of whole groups, so that near-duplicates do not pass for independent
 * evidence. All columns share the draws: differences between them are paired.
 *
 * @param columns values per row; all of equal length
 * @param groups group number per row
 */
export function createBootstrap(
  columns: readonly Float64Array[],
  groups: ArrayLike<number>,
  options: { readonly seed: number; readonly resamples?: number },
): Bootstrap {
  const { seed, resamples = 1000 } = options;
  const groupSums = sumByGroup(columns, groups);
  const random = createRandom(seed);
  const draws = Array.from({ length: resamples }, () =>
    drawSums(groupSums, columns.length, random),
  );
  const totals = columns.map((column) => column.reduce((sum, value) => sum + value, 0));
  return {
    interval(statistic, confidence = 0.95) {
      const mean = statistic(totals);
      const values = draws
        .map((sums) => statistic(sums))
        .filter((value) => Number.isFinite(value))
        .sort((a, b) => a - b);
      if (values.length === 0) return { mean, low: mean, high: mean };
      return {
        mean,
        low: quantileSorted(values, (1 - confidence) / 2),
        high: quantileSorted(values, (1 + confidence) / 2),
      };
    },
  };
}

/** Sums of the columns over as many groups as there are, drawn with replacement. */
function drawSums(groupSums: Float64Array, width: number, random: Random): Float64Array {
  const groupCount = groupSums.length / Math.max(1, width);
  // The draws are counted first, so that the sums are read in the order of memory.
  const counts = new Float64Array(groupCount);
  for (let draw = 0; draw < groupCount; draw++) {
    addAt(counts, Math.floor(random() * groupCount), 1);
  }
  const sums = new Float64Array(width);
  for (let group = 0; group < groupCount; group++) {
    const count = at(counts, group);
    if (count > 0) addScaledRow(sums, groupSums, group * width, count);
  }
  return sums;
}

/** Adds a row of a row-major matrix, times a factor. */
function addScaledRow(
  sums: Float64Array,
  matrix: Float64Array,
  start: number,
  factor: number,
): void {
  for (let column = 0; column < sums.length; column++) {
    addAt(sums, column, factor * (matrix[start + column] as number));
  }
}

/** Sums of the columns by group; row-major, groups x columns. */
function sumByGroup(columns: readonly Float64Array[], groups: ArrayLike<number>): Float64Array {
  const { groupOf, count } = indexGroups(groups);
  const sums = new Float64Array(count * columns.length);
  columns.forEach((column, index) => {
    groupOf.forEach((group, row) => addAt(sums, group * columns.length + index, column[row] ?? 0));
  });
  return sums;
}
