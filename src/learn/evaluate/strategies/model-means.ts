import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { valueAt, viewMatrix, type MatrixView } from '../../../util/numeric-arrays.js';
import { computeKnownMean, isMeasured } from './chosen-outcomes.js';
import { fitModelEffects } from './model-effects.js';

/** One value per model; NaN where nothing was recorded. */
export interface ModelMeans {
  readonly quality: readonly number[];
  readonly costUsd: readonly number[];
  readonly latencyMs: readonly number[];
}

/** Means of the models with the rows that they are of. */
export interface ComparableMeans extends ModelMeans {
  /** How much each of the given rows counts in the means; 0 where it is not compared. */
  readonly weights: Float64Array;
}

/** With this many complete rows, models are compared on complete rows only. */
const minCompleteRows = 20;

/**
 * Mean quality, cost and latency of each model, made comparable where not every model was recorded
 * on every prompt: otherwise a model that was mostly run on easy prompts would look good. With task
 * labels, each task is compared by itself and weighted by its share of all rows
 * (post-stratification). A comparison is over the rows where every model was recorded or, with fewer
 * than 20 of those, by the ratios on shared rows; see `fitModelEffects`.
 *
 * @param taskOf task index of every prompt of the table, -1 where unknown; undefined without labels
 */
export function computeModelMeans(
  table: OutcomeTable,
  rows: Int32Array,
  taskOf?: Int32Array,
): ComparableMeans {
  const quality = viewMatrix(table.quality, table.models.length);
  const isKnown = (row: number, model: number): boolean => !Number.isNaN(quality.at(row, model));
  const recorded = [...table.models.keys()].filter((model) =>
    rows.some((row) => isKnown(row, model)),
  );
  const isComplete = (row: number): boolean => recorded.every((model) => isKnown(row, model));
  const complete = rows.filter(isComplete);
  const strata = complete.length === rows.length ? [rows] : splitByTask(rows, taskOf);
  const comparable = strata.map((stratum) => {
    const shared = stratum.filter(isComplete);
    return { rows: stratum, shared: shared.length >= minCompleteRows ? shared : undefined };
  });
  const average = (values: Float32Array): number[] => {
    const matrix = viewMatrix(values, table.models.length);
    return averageStrata(matrix, table, rows, comparable).map((mean, model) =>
      isMeasured(quality.column(model, rows), matrix.column(model, rows)) ? mean : Number.NaN,
    );
  };
  return {
    quality: average(table.quality).map((value) => (value > 1 ? 1 : value)),
    costUsd: average(table.costUsd),
    latencyMs: average(table.latencyMs),
    weights: weighCompared(table, rows, comparable),
  };
}

function splitByTask(rows: Int32Array, taskOf: Int32Array | undefined): Int32Array[] {
  const tasks = [...new Set(Array.from(rows, (row) => taskOf?.[row]))];
  return tasks.length < 2
    ? [rows]
    : tasks.map((task) => rows.filter((row) => taskOf?.[row] === task));
}

/** Weights of the compared rows, by which those of a stratum stand for all of its rows. */
function weighCompared(
  table: OutcomeTable,
  rows: Int32Array,
  strata: readonly { readonly rows: Int32Array; readonly shared: Int32Array | undefined }[],
): Float64Array {
  const weightOf = new Map<number, number>();
  for (const { rows: all, shared } of strata) {
    const compared = shared ?? all;
    const weights = listRowWeights(table, compared);
    const factor = sum(listRowWeights(table, all)) / sum(weights);
    compared.forEach((row, place) => weightOf.set(row, factor * valueAt(weights, place)));
  }
  return Float64Array.from(rows, (row) => weightOf.get(row) ?? 0);
}

/**
 * Weights by which the rows that a pair of models was recorded on stand for all rows of their task;
 * 0 for the other rows. Tasks are not weighted where one with more rows has fewer than 20 of the pair.
 *
 * @param isRecorded by place in `rows`
 */
export function weighPairedRows(
  table: OutcomeTable,
  rows: Int32Array,
  isRecorded: (place: number) => boolean,
  taskOf?: Int32Array,
): Float64Array {
  const paired = new Set(rows.filter((_, place) => isRecorded(place)));
  if (paired.size === rows.length) return listRowWeights(table, rows);
  const strata = splitByTask(rows, taskOf).map((own) => ({
    rows: own,
    shared: own.filter((row) => paired.has(row)),
  }));
  const isEnough = strata.every(
    (own) => own.shared.length >= minCompleteRows || own.shared.length === own.rows.length,
  );
  const shared = rows.filter((row) => paired.has(row));
  return weighCompared(table, rows, isEnough ? strata : [{ rows, shared }]);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

interface Stratum {
  readonly rows: Int32Array;
  /** Rows where every model was recorded, if these are enough. */
  readonly shared: Int32Array | undefined;
}

/** Means of the strata, by their weights. */
function averageStrata(
  matrix: MatrixView,
  table: OutcomeTable,
  rows: Int32Array,
  strata: readonly Stratum[],
): number[] {
  const overall = lazily(() => fitModelEffects(matrix, table, rows));
  const sums = new Float64Array(table.models.length);
  let total = 0;
  for (const stratum of strata) {
    const size = sum(listRowWeights(table, stratum.rows));
    compareStratum(matrix, table, stratum, overall).forEach((mean, model) => {
      sums[model] = valueAt(sums, model) + size * mean;
    });
    total += size;
  }
  return Array.from(sums, (value) => value / total);
}

/** A model without a value in the stratum gets what its ratio to the others elsewhere suggests. */
function compareStratum(
  matrix: MatrixView,
  table: OutcomeTable,
  { rows, shared }: Stratum,
  overall: () => readonly number[],
): number[] {
  const compared = shared ?? rows;
  const weights = listRowWeights(table, compared);
  const own = table.models.map((_, model) =>
    computeKnownMean(matrix.column(model, compared), weights),
  );
  const isWhole = table.models.every((_, model) =>
    matrix.column(model, compared).every((value) => !Number.isNaN(value)),
  );
  if (isWhole) return own;
  const effects = fitModelEffects(matrix, table, compared);
  const known = effects.flatMap((effect, model) => (effect > 0 ? [model] : []));
  const scale =
    known.reduce((sum, model) => sum + valueAt(effects, model), 0) /
    known.reduce((sum, model) => sum + valueAt(overall(), model), 0);
  return effects.map((effect, model) =>
    Number.isNaN(effect)
      ? valueAt(overall(), model) * (Number.isFinite(scale) ? scale : 1)
      : effect,
  );
}

function lazily<Value>(compute: () => Value): () => Value {
  let value: { readonly of: Value } | undefined;
  return () => (value ??= { of: compute() }).of;
}

/** Index of the highest value; of equal ones the cheapest, then the first. */
export function findBest(values: readonly number[], costUsd: readonly number[]): number {
  let best = 0;
  values.forEach((value, model) => {
    const bestValue = valueAt(values, best);
    const isBetter = value > bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value));
    const isCheaper = valueAt(costUsd, model) < valueAt(costUsd, best);
    if (isBetter || (value === bestValue && isCheaper)) best = model;
  });
  return best;
}

/** Index of the lowest value; of equal ones the cheapest, then the first. */
export function findLeast(values: readonly number[], costUsd: readonly number[]): number {
  return findBest(
    values.map((value) => -value),
    costUsd,
  );
}
