import { listRowWeights, type OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { countKnown, pick, valueAt, viewMatrix } from '../../../util/numeric-arrays.js';
import {
  computeGroupedMean,
  computeLowerBound,
  indexGroups,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { minCompleteRows } from './chosen-outcomes.js';
import { findBest, type ModelMeans } from './model-means.js';

/** A model with outcomes for at least this share of the rows is taken at its mean. */
const fullCoverage = 0.95;
/** Chance that a model with fewer outcomes, or any in place of a named one, wins without being better. */
const error = 0.05;

interface ComparedModels {
  readonly table: OutcomeTable;
  readonly rows: Int32Array;
  readonly means: ModelMeans;
  readonly groups: ArrayLike<number>;
}

/**
 * Index of the best single model. A model with outcomes for fewer rows than others has to be shown
 * to be better on the rows that it shares with the best of the others: its mean alone is an
 * extrapolation. Where they share too few, and others link them, its comparable mean has to be higher
 * by more than chance explains.
 *
 * @param means NaN for models that are no candidates
 * @param groups group of near-duplicates of every prompt of the table
 */
export function findBestSingle(
  table: OutcomeTable,
  rows: Int32Array,
  means: ModelMeans,
  groups: ArrayLike<number>,
): number {
  const quality = viewMatrix(table.quality, table.models.length);
  const counts = means.quality.map((mean, model) =>
    Number.isNaN(mean) ? 0 : rows.filter((row) => !Number.isNaN(quality.at(row, model))).length,
  );
  const enough = fullCoverage * Math.max(...counts);
  const isCovered = (model: number): boolean => valueAt(counts, model) >= enough;
  const covered = means.quality.map((value, model) => (isCovered(model) ? value : Number.NaN));
  const best = findBest(covered, means.costUsd);
  if (covered.every((_, model) => isCovered(model))) return best;
  const compared = { table, rows, means, groups };
  const isShown = (model: number): boolean => isShownBetter(compared, model, best);
  const eligible = means.quality.map((value, model) =>
    isCovered(model) || (value > valueAt(means.quality, best) && isShown(model))
      ? value
      : Number.NaN,
  );
  return findBest(eligible, means.costUsd);
}

/**
 * Index of the best of the models that are shown to be better than a reference; the reference where none
 * is. Each is tested with its share of the error (Bonferroni).
 */
export function findShownBetter(compared: ComparedModels, reference: number): number {
  const { table, rows, means, groups } = compared;
  const candidates = [...means.quality.keys()].filter(
    (model) => model !== reference && !Number.isNaN(means.quality[model]),
  );
  const shown = new Set(
    candidates.filter((model) =>
      isShownBetter(compared, model, reference, error / candidates.length),
    ),
  );
  if (shown.size === 0) return reference;
  const quality = means.quality.map((mean, model) => (shown.has(model) ? mean : Number.NaN));
  return findBestSingle(table, rows, { ...means, quality }, groups);
}

/**
 * Whether a model is shown to be better than another on the rows that they share or, where these are too
 * few, by their comparable means.
 */
function isShownBetter(
  { table, rows, means, groups }: ComparedModels,
  model: number,
  other: number,
  maxError = error,
): boolean {
  const quality = viewMatrix(table.quality, table.models.length);
  const index = indexGroups(pick(groups, rows), listRowWeights(table, rows));
  const [own, others] = [quality.column(model, rows), quality.column(other, rows)];
  const differences = own.map((value, row) => value - valueAt(others, row));
  if (countKnown(differences) >= minCompleteRows) {
    return computeLowerBound(differences, index, { worst: -1, error: maxError }) > 0;
  }
  const gap = valueAt(means.quality, model) - valueAt(means.quality, other);
  return gap > computeGapWidth(own, others, index, maxError);
}

/**
 * How far apart two means of different rows may be by chance, with the guard of `computeLowerBound` (Zou
 * and Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008).
 */
function computeGapWidth(
  own: Float64Array,
  other: Float64Array,
  groups: GroupIndex,
  maxError: number,
): number {
  const below =
    computeGroupedMean(own, groups).mean -
    computeLowerBound(own, groups, { worst: 0, error: maxError });
  const losses = other.map((value) => -value);
  const above =
    computeGroupedMean(losses, groups).mean -
    computeLowerBound(losses, groups, { worst: -1, error: maxError });
  return Math.hypot(below, above);
}
