import { pick, valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import {
  computeFigures,
  figureNames,
  mapFigures,
  selectAnswers,
  type FigureName,
} from './compute-figures.js';
import { uncorrected, type CorrectedColumn } from './corrected-column.js';
import {
  assignLabelFolds,
  correctValues,
  type LabeledUnits,
  type LabelFolds,
} from './correct-values.js';
import { fitAnswerClasses, type AnswerClasses } from './fit-answer-classes.js';
import { predictFigures } from './predict-figures.js';
import {
  computeAnswerChances,
  computeJudgeGrades,
  predictQuality,
  type AnswerChances,
} from './predict-quality.js';

/** One value per request for each figure, corrected by people's labels where there are any. */
export type AuditColumns = Readonly<Record<FigureName, CorrectedColumn>>;

/** What people's labels say of a judge, prepared once for all that they correct. */
export interface JudgeCorrection {
  readonly units: LabeledUnits;
  readonly folds: LabelFolds;
  /** By fold, without its labels; undefined for the labels alone. */
  readonly predicted: readonly PredictedAnswers[] | undefined;
  readonly seed: number;
}

/** What the judge's grades tell of every answer. */
interface PredictedAnswers {
  readonly classes: AnswerClasses;
  readonly chanceOf: AnswerChances;
  /** Row-major, requests x models. */
  readonly quality: Float64Array;
}

/**
 * Prepares to correct a judge by people's labels.
 *
 * @param withJudge false: to use the labels alone, and see what the judge is worth
 * @returns undefined where the grades need no correction
 */
export function prepareCorrection(
  requests: AuditedRequests,
  { seed, withJudge = true }: { readonly seed: number; readonly withJudge?: boolean },
): JudgeCorrection | undefined {
  const { weights, labelWeights } = requests;
  if (labelWeights === undefined) return undefined;
  const units = { weights, labelWeights };
  const folds = assignLabelFolds(labelWeights, seed);
  const predicted = withJudge ? predictByFold(requests, units, folds, seed) : undefined;
  return { units, folds, predicted, seed };
}

/** Computes every request's figures, and corrects those of a judge by people's labels. */
export function computeAuditColumns(
  requests: AuditedRequests,
  reference: number,
  correction: JudgeCorrection | undefined,
): AuditColumns {
  const judged = listFigures(requests, reference);
  if (correction === undefined) return mapFigures((name) => uncorrected(judged[name]));
  const labeled = listFigures(
    { ...requests, quality: requests.human, repeats: requests.humanRepeats },
    reference,
  );
  const figures = correction.predicted?.map(({ classes, chanceOf, quality }) => ({
    ...predictFigures(requests, reference, { classes, chanceOf }, correction.seed),
    served: pickAnswers(requests, quality, (row) => valueAt(requests.served, row)),
    reference: pickAnswers(requests, quality, () => reference),
  }));
  return mapFigures((name) =>
    correctColumn(
      { judged: judged[name], labeled: labeled[name] },
      figures?.map((one) => one[name]),
      correction,
    ),
  );
}

/**
 * Lists the qualities of every model, corrected as the figures are: the column of the reference model is
 * its figure, so that what is said about it agrees with the others.
 *
 * @returns by model
 */
export function computeModelColumns(
  requests: AuditedRequests,
  correction: JudgeCorrection | undefined,
): readonly CorrectedColumn[] {
  return requests.models.map((_, model) => {
    const columnOf = (matrix: Float64Array): Float64Array =>
      pickAnswers(requests, matrix, () => model);
    const judged = columnOf(requests.quality);
    if (correction === undefined) return uncorrected(judged);
    return correctColumn(
      { judged, labeled: columnOf(requests.human) },
      correction.predicted?.map(({ quality }) => columnOf(quality)),
      correction,
    );
  });
}

/** One answer's value per request, of a matrix of requests x models. */
function pickAnswers(
  { models, weights }: AuditedRequests,
  matrix: Float64Array,
  modelOf: (row: number) => number,
): Float64Array {
  return Float64Array.from(weights, (_, row) =>
    valueAt(matrix, row * models.length + modelOf(row)),
  );
}

function predictByFold(
  requests: AuditedRequests,
  { weights, labelWeights }: LabeledUnits,
  { count, foldOf }: LabelFolds,
  seed: number,
): PredictedAnswers[] {
  const classes = fitAnswerClasses(requests, seed);
  const labeled = [...labelWeights.keys()].filter((row) => valueAt(labelWeights, row) > 0);
  const weightOf = (row: number): number => valueAt(weights, row) * valueAt(labelWeights, row);
  return Array.from({ length: count }, (_, fold) => {
    const others = labeled.filter((row) => foldOf[row] !== fold);
    const judge = computeJudgeGrades(requests, others, weightOf);
    const chanceOf = computeAnswerChances(requests, classes, judge);
    return { classes, chanceOf, quality: predictQuality(requests, classes, chanceOf) };
  });
}

/** Corrects the values that are known, by the labels that are known; the others stay NaN. */
function correctColumn(
  { judged, labeled }: { readonly judged: Float64Array; readonly labeled: Float64Array },
  predicted: readonly Float64Array[] | undefined,
  { units: { weights, labelWeights }, folds: { foldOf } }: JudgeCorrection,
): CorrectedColumn {
  const isKnown = (row: number): boolean =>
    !Number.isNaN(valueAt(judged, row)) &&
    !(valueAt(labelWeights, row) > 0 && Number.isNaN(valueAt(labeled, row)));
  const rows = [...weights.keys()].filter(isKnown);
  const spread = (known: Float64Array): Float64Array => {
    const values = new Float64Array(weights.length).fill(Number.NaN);
    rows.forEach((row, place) => (values[row] = valueAt(known, place)));
    return values;
  };
  const units = selectUnits({ weights, labelWeights }, rows);
  // Without a label of these requests, nothing corrects them.
  if (!units.labelWeights.some((weight) => weight > 0)) {
    return uncorrected(new Float64Array(weights.length).fill(Number.NaN));
  }
  const corrected = correctValues(
    pick(labeled, rows),
    predicted?.map((column) => pick(column, rows)),
    units,
    { foldOf: Int32Array.from(rows, (row) => valueAt(foldOf, row)) },
  );
  const { values, alone, doubt } = corrected;
  return { values: spread(values), alone: alone && spread(alone), doubt };
}

/** Some of the requests, of which the labeled ones stand for all. */
function selectUnits(
  { weights, labelWeights }: LabeledUnits,
  rows: readonly number[],
): LabeledUnits {
  const units = { weights: pick(weights, rows), labelWeights: pick(labelWeights, rows) };
  if (rows.length === weights.length) return units;
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const labeled = sum(
    units.weights.map((weight, place) => weight * valueAt(units.labelWeights, place)),
  );
  const factor = labeled > 0 ? sum(units.weights) / labeled : 0;
  return { ...units, labelWeights: units.labelWeights.map((weight) => weight * factor) };
}

function listFigures(
  requests: AuditedRequests,
  reference: number,
): Readonly<Record<FigureName, Float64Array>> {
  const { weights } = requests;
  const columns = mapFigures(() => new Float64Array(weights.length));
  for (let row = 0; row < weights.length; row++) {
    const figures = computeFigures(selectAnswers(requests, row, reference));
    for (const name of figureNames) columns[name][row] = figures[name];
  }
  return columns;
}
