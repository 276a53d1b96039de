import { quantileSorted } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';
import { createRandom } from '../../../util/random.js';

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
  const width = columns.length;
  const groupSums = sumByGroup(columns, groups);
  const groupCount = groupSums.length / Math.max(1, width);
  const random = createRandom(seed);
  const draws = new Float64Array(resamples * width);
  const counts = new Uint16Array(groupCount);
  for (let draw = 0; draw < resamples; draw++) {
    // Counted first, so that the sums are gone through in order, which memory is made for.
    counts.fill(0);
    for (let pick = 0; pick < groupCount; pick++) {
      const group = Math.floor(random() * groupCount);
      counts[group] = (counts[group] as number) + 1;
    }
    const sums = draws.subarray(draw * width, (draw + 1) * width);
    for (let group = 0; group < groupCount; group++) {
      const count = counts[group] as number;
      if (count === 0) continue;
      const start = group * width;
      for (let column = 0; column < width; column++) {
        sums[column] = (sums[column] as number) + count * (groupSums[start + column] as number);
      }
    }
  }
  const totals = columns.map((column) => column.reduce((sum, value) => sum + value, 0));
  return {
    interval: (statistic, confidence = 0.95) => {
      const values = Array.from({ length: resamples }, (_, draw) =>
        statistic(draws.subarray(draw * width, (draw + 1) * width)),
      )
        .filter((value) => Number.isFinite(value))
        .sort((a, b) => a - b);
      const mean = statistic(totals);
      if (values.length === 0) return { mean, low: mean, high: mean };
      return {
        mean,
        low: quantileSorted(values, (1 - confidence) / 2),
        high: quantileSorted(values, (1 + confidence) / 2),
      };
    },
  };
}

function sumByGroup(columns: readonly Float64Array[], groups: ArrayLike<number>): Float64Array {
  const indexOfGroup = new Map<number, number>();
  const rowCount = columns[0]?.length ?? 0;
  for (let row = 0; row < rowCount; row++) {
    const group = groups[row] as number;
    if (!indexOfGroup.has(group)) indexOfGroup.set(group, indexOfGroup.size);
  }
  const sums = new Float64Array(indexOfGroup.size * columns.length);
  for (let row = 0; row < rowCount; row++) {
    const start = (indexOfGroup.get(groups[row] as number) as number) * columns.length;
    columns.forEach((column, index) => {
      sums[start + index] = (sums[start + index] as number) + (column[row] as number);
    });
  }
  return sums;
}
