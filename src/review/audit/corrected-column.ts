import { pick, valueAt } from '../../util/numeric-arrays.js';

/** A figure of every request, as a judge and people's labels tell it. */
export interface CorrectedColumn {
  /** One per request, whose weighted mean is the estimate; NaN where it is not known. */
  readonly values: Float64Array;
  /** The same by people's labels alone; undefined where the figure rests on nothing else, or on none. */
  readonly alone: Float64Array | undefined;
  /** Share of the variance to take from `alone`, since few labels can agree with a judge by luck. */
  readonly doubt: number;
}

/** A figure that no label corrects. */
export function uncorrected(values: Float64Array): CorrectedColumn {
  return { values, alone: undefined, doubt: 0 };
}

/** A figure of some of the requests. */
export function pickColumn(
  { values, alone, doubt }: CorrectedColumn,
  rows: ArrayLike<number>,
): CorrectedColumn {
  return { values: pick(values, rows), alone: alone && pick(alone, rows), doubt };
}

/**
 * A figure that is computed from two others, such as their difference. What is doubted is the result:
 * the errors of the two may cancel out.
 */
export function combineColumns(
  one: CorrectedColumn,
  other: CorrectedColumn,
  combine: (one: Float64Array, other: Float64Array) => Float64Array,
): CorrectedColumn {
  const isCorrected = one.alone !== undefined || other.alone !== undefined;
  return {
    values: combine(one.values, other.values),
    alone: isCorrected ? combine(one.alone ?? one.values, other.alone ?? other.values) : undefined,
    doubt: Math.max(one.doubt, other.doubt),
  };
}

/**
 * Moves the values away from their mean until their variance is the mean of what it seems to be and of
 * that by the labels alone, weighted by the doubt. It is never less than it seems to be.
 */
export function widenColumn(
  { values, alone, doubt }: CorrectedColumn,
  weights: ArrayLike<number>,
): Float64Array {
  if (alone === undefined) return values;
  const own = computeSpread(values, weights);
  const other = computeSpread(alone, weights);
  if (!(other.squares > own.squares && own.squares > 0)) return values;
  const factor = Math.sqrt(1 - doubt + (doubt * other.squares) / own.squares);
  return values.map((value) => own.mean + factor * (value - own.mean));
}

/** The weighted mean of the known values, and the sum of squares that makes its variance. */
function computeSpread(
  values: Float64Array,
  weights: ArrayLike<number>,
): { readonly mean: number; readonly squares: number } {
  const rows = [...values.keys()].filter((row) => !Number.isNaN(valueAt(values, row)));
  const mean = computeWeightedMean(values, rows, (row) => valueAt(weights, row));
  const squares = rows.reduce(
    (squared, row) => squared + (valueAt(weights, row) * (valueAt(values, row) - mean)) ** 2,
    0,
  );
  return { mean, squares };
}

/** Mean of the values of some rows; 0 without weight. */
export function computeWeightedMean(
  values: ArrayLike<number>,
  rows: readonly number[],
  weightOf: (row: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    sum += weightOf(row) * valueAt(values, row);
    total += weightOf(row);
  }
  return total > 0 ? sum / total : 0;
}
