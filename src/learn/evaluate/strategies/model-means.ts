import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { valueAt, viewMatrix, type MatrixView } from '../../../util/numeric-arrays.js';
import { computeKnownMean, isMeasured, minCompleteRows, type Outcomes } from './chosen-outcomes.js';
import { linkModels } from './link-models.js';
import { fitModelEffects } from './model-effects.js';
import { weighKnown, type Shift } from './paired-mean.js';

/** One value per model; NaN where nothing was recorded. */
export interface ModelMeans {
  readonly quality: readonly number[];
  readonly costUsd: readonly number[];
  readonly latencyMs: readonly number[];
}

/** The means of one model; NaN where nothing was recorded. */
export interface MeanFigures {
  readonly quality: number;
  readonly costUsd: number;
  readonly latencyMs: number;
}

/** The means of the model that is every choice; undefined where it is not always the same one. */
export function pickOnlyModel(
  means: ModelMeans,
  { choices }: Pick<Outcomes, 'choices'>,
): MeanFigures | undefined {
  const only = choices?.[0];
  if (only === undefined || choices?.some((choice) => choice !== only)) return undefined;
  const take = (values: readonly number[]): number => values[only] ?? Number.NaN;
  return {
    quality: take(means.quality),
    costUsd: take(means.costUsd),
    latencyMs: take(means.latencyMs),
  };
}

/** A model's mean as tables show it: the comparable one where the model lacks outcomes. */
export function computeShownMean(
  outcomes: Outcomes,
  measure: keyof MeanFigures,
  means: MeanFigures | undefined,
): number {
  const values = outcomes[measure];
  const shown = values.some(Number.isNaN) ? means?.[measure] : undefined;
  return shown ?? computeKnownMean(values, outcomes.weights);
}

/** Means of the models with the rows that they are of. */
export interface ComparableMeans extends ModelMeans {
  /** How much each of the given rows counts in the means; 0 where it is not compared. */
  readonly weights: Float64Array;
}

/** Where no model has all outcomes, the one with the most stands for all rows from this share on. */
const minAnchorShare = 0.95;

/**
 * Mean quality, cost and latency of each model, made comparable where not every model was recorded
 * on every prompt: otherwise a model that was mostly run on easy prompts would look good. With task
 * labels, each task is compared by itself and weighted by its share of all rows
 * (post-stratification). A model with all outcomes has their mean. Another one differs from it as on
 * the rows that they share: by a difference in quality, by a ratio in cost and latency. Where no
 * model has (nearly) all outcomes, a comparison is over the rows where every model was recorded.
 * With fewer than 20 shared rows, it is by the ratios of all models; see `fitModelEffects`.
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
  const average = (values: Float32Array, shift: Shift): number[] => {
    const matrix = viewMatrix(values, table.models.length);
    return averageStrata(matrix, { table, rows, shift }, comparable).map((mean, model) =>
      isMeasured(quality.column(model, rows), matrix.column(model, rows)) ? mean : Number.NaN,
    );
  };
  const compared = comparable.map((stratum) =>
    findAnchors(quality, table, stratum.rows).length > 0
      ? { ...stratum, shared: undefined }
      : stratum,
  );
  return {
    quality: average(table.quality, 'difference').map((value) =>
      Number.isNaN(value) ? value : Math.min(1, Math.max(0, value)),
    ),
    costUsd: average(table.costUsd, 'ratio'),
    latencyMs: average(table.latencyMs, 'ratio'),
    weights: weighCompared(table, rows, compared),
  };
}

/** The models that have all values or, where none does, the one with the most of nearly all. */
function findAnchors(matrix: MatrixView, table: OutcomeTable, rows: Int32Array): number[] {
  const weights = listRowWeights(table, rows);
  const known = table.models.map((_, model) => weighKnown(matrix.column(model, rows), weights));
  const most = Math.max(...known);
  const all = sum(weights);
  if (most < minAnchorShare * all) return [];
  const anchors = [...known.keys()].filter((model) => known[model] === most);
  return most === all ? anchors : anchors.slice(0, 1);
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
  strata: readonly Stratum[],
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
  {
    table,
    rows,
    shift,
  }: { readonly table: OutcomeTable; readonly rows: Int32Array; readonly shift: Shift },
  strata: readonly Stratum[],
): number[] {
  const overall = lazily(() => fitModelEffects(matrix, table, rows));
  const sums = new Float64Array(table.models.length);
  let total = 0;
  for (const stratum of strata) {
    const size = sum(listRowWeights(table, stratum.rows));
    const anchored = compareWithAnchors(matrix, table, stratum.rows, shift);
    const isKnown = table.models.every((_, model) => anchored[model] !== undefined);
    const others = isKnown ? [] : compareStratum(matrix, table, stratum, overall);
    table.models.forEach((_, model) => {
      sums[model] = valueAt(sums, model) + size * (anchored[model] ?? valueAt(others, model));
    });
    total += size;
  }
  return Array.from(sums, (value) => value / total);
}

/**
 * Means of the anchors over their rows, and of others by the rows that they share with them;
 * undefined where these are too few, or there is no anchor.
 */
function compareWithAnchors(
  matrix: MatrixView,
  table: OutcomeTable,
  rows: Int32Array,
  shift: Shift,
): (number | undefined)[] {
  const anchors = findAnchors(matrix, table, rows);
  const average = (model: number, of: Int32Array): number =>
    computeKnownMean(matrix.column(model, of), listRowWeights(table, of));
  const averageAnchors = (of: Int32Array): number =>
    anchors.reduce((sum, anchor) => sum + average(anchor, of), 0) / anchors.length;
  const isKnown = (row: number, model: number): boolean => !Number.isNaN(matrix.at(row, model));
  return table.models.map((_, model) => {
    if (anchors.length === 0) return undefined;
    if (anchors.includes(model)) return average(model, rows);
    const shared = rows.filter((row) => [model, ...anchors].every((one) => isKnown(row, one)));
    if (shared.length < minCompleteRows) return undefined;
    const mean = average(model, shared);
    const [all, some] = [averageAnchors(rows), averageAnchors(shared)];
    if (shift === 'difference') return mean + all - some;
    return some > 0 ? mean * (all / some) : mean;
  });
}

/**
 * A model without a value in the stratum, or with none in the same rows as most others, gets what its ratio
 * to the others elsewhere suggests.
 */
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
  const columns = table.models.map((_, model) => matrix.column(model, compared));
  const linked = new Set(linkModels(columns, table.models)[0]);
  const known = [...linked].filter((model) => valueAt(effects, model) > 0);
  const scale =
    known.reduce((sum, model) => sum + valueAt(effects, model), 0) /
    known.reduce((sum, model) => sum + valueAt(overall(), model), 0);
  return effects.map((effect, model) =>
    Number.isNaN(effect) || !linked.has(model)
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
