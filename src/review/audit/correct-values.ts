import { valueAt } from '../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../util/random.js';
import { computeEffectiveSize } from '../../learn/evaluate/statistics/effective-size.js';
import { computeWeightedMean, uncorrected, type CorrectedColumn } from './corrected-column.js';

/** Audited requests, some of which people labeled. One entry of each list per request. */
export interface LabeledUnits {
  /** How many logged requests each stands for: 1 / its probability of being audited. */
  readonly weights: Float64Array;
  /** 1 / the probability with which an audited request was picked for people; 0 where it was not. */
  readonly labelWeights: Float64Array;
}

/** Requests dealt into folds, so that no label corrects itself. */
export interface LabelFolds {
  readonly count: number;
  /** By request. */
  readonly foldOf: Int32Array;
}

/**
 * Corrects a figure that a judge gave for every request by what people said of some: prediction-powered
 * inference with power tuning (Angelopoulos, Duchi and Zrnic, "PPI++", arXiv 2311.01453). The tuning is
 * cross-fitted, so that no label corrects itself.
 *
 * @param labeled the figure by people's labels; read only where `labelWeights` is above 0
 * @param predictions by fold, what the judge's grades tell of the figure of every request, if no label
 * of that fold is read. Undefined to use the labels alone
 * @returns one value per request, whose weighted mean is the estimate. Few labels can agree with the
 * predictions by luck: its error is a mean of what the spread seems to say, as if of as many labels as
 * there are, and of that of the labels alone, as if of `doubtingLabels`
 */
export function correctValues(
  labeled: ArrayLike<number>,
  predictions: readonly ArrayLike<number>[] | undefined,
  { weights, labelWeights }: LabeledUnits,
  { foldOf }: Pick<LabelFolds, 'foldOf'>,
): CorrectedColumn {
  const weightOf = (row: number): number => valueAt(weights, row) * valueAt(labelWeights, row);
  const all = [...weights.keys()];
  const rows = all.filter((row) => valueAt(labelWeights, row) > 0);
  const center = computeWeightedMean(labeled, rows, weightOf);
  const surpriseOf = (row: number): number => {
    const label = valueAt(labelWeights, row);
    return label > 0 ? label * (valueAt(labeled, row) - center) : 0;
  };
  const offset = new Float64Array(weights.length);
  predictions?.forEach((predicted, fold) => {
    const offsetOf = (row: number): number =>
      (1 - valueAt(labelWeights, row)) * (valueAt(predicted, row) - center);
    const power = tunePower(
      all.filter((row) => foldOf[row] !== fold),
      (row) => valueAt(weights, row) * surpriseOf(row),
      (row) => valueAt(weights, row) * offsetOf(row),
    );
    foldOf.forEach((own, row) => {
      if (own === fold) offset[row] = power * offsetOf(row);
    });
  });
  const alone = offset.map((_, row) => center + surpriseOf(row));
  if (predictions === undefined) return uncorrected(alone);
  const labels = computeEffectiveSize(rows.map(weightOf));
  return {
    values: offset.map((value, row) => valueAt(alone, row) + value),
    alone,
    doubt: doubtingLabels / (labels + doubtingLabels),
  };
}

/** With as many labels, the error that the spread seems to say and that of the labels alone count alike. */
const doubtingLabels = 5;

/** How far to trust the predictions, from 0 to 1: the least variance of the mean. */
function tunePower(
  rows: readonly number[],
  surpriseOf: (row: number) => number,
  offsetOf: (row: number) => number,
): number {
  let covariance = 0;
  let variance = 0;
  for (const row of rows) {
    covariance += surpriseOf(row) * offsetOf(row);
    variance += offsetOf(row) ** 2;
  }
  return variance > 0 ? Math.min(1, Math.max(0, -covariance / variance)) : 0;
}

const foldCount = 5;

/** Deals all requests into folds; the labeled ones are spread evenly. */
export function assignLabelFolds(labelWeights: Float64Array, seed: number): LabelFolds {
  const random = createRandom(seed);
  const rows = [...labelWeights.keys()];
  const labeled = rows.filter((row) => valueAt(labelWeights, row) > 0);
  const others = rows.filter((row) => !(valueAt(labelWeights, row) > 0));
  const foldOf = new Int32Array(rows.length);
  for (const part of [labeled, others]) {
    shuffle(part, random).forEach((row, place) => {
      foldOf[row] = place % foldCount;
    });
  }
  return { count: foldCount, foldOf };
}
