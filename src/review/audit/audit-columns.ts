import { listRows, pick, rowOf, valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import { computeFigures, figureNames, type FigureName } from './compute-figures.js';
import {
  assignLabelFolds,
  correctValues,
  type LabeledUnits,
  type LabelFolds,
} from './correct-values.js';
import { fitAnswerClasses } from './fit-answer-classes.js';
import { predictFigures } from './predict-figures.js';
import { computeAnswerChances, computeJudgeGrades, predictQuality } from './predict-quality.js';

/** One value per request for each figure, corrected by people's labels where there are any. */
export type AuditColumns = Readonly<Record<FigureName, Float64Array>>;

/**
 * Computes every request's figures, and corrects those of a judge by people's labels.
 *
 * @param withJudge false: from the labels alone, to see what the judge is worth
 */
export function computeAuditColumns(
  requests: AuditedRequests,
  reference: number,
  { seed, withJudge = true }: { readonly seed: number; readonly withJudge?: boolean },
): AuditColumns {
  const { models, served, labelWeights } = requests;
  const judged = listFigures(requests, requests.quality, reference);
  if (labelWeights === undefined) return judged;
  const labeled = listFigures(requests, requests.human, reference);
  const folds = assignLabelFolds(labelWeights, seed);
  const predicted = withJudge ? predictByFold(requests, labelWeights, folds, seed) : undefined;
  const figures = predicted?.map(({ classes, chanceOf, quality }) => ({
    ...predictFigures(requests, reference, { classes, chanceOf }, seed),
    served: quality.filter(
      (_, cell) => cell % models.length === served[Math.floor(cell / models.length)],
    ),
    reference: quality.filter((_, cell) => cell % models.length === reference),
  }));
  const correct = (name: FigureName): Float64Array =>
    correctColumn(
      { judged: judged[name], labeled: labeled[name] },
      figures?.map((one) => one[name]),
      { weights: requests.weights, labelWeights },
      folds,
    );
  return Object.fromEntries(
    figureNames.map((name) => [name, correct(name)]),
  ) as unknown as AuditColumns;
}

/**
 * Lists the qualities of every model, corrected as the figures are: the column of the reference model is
 * its figure, so that what is said about it agrees with the others.
 *
 * @returns by model, one value per request
 */
export function computeModelColumns(
  requests: AuditedRequests,
  seed: number,
): readonly Float64Array[] {
  const { models, quality, human, weights, labelWeights } = requests;
  const columnOf = (matrix: Float64Array, model: number): Float64Array =>
    Float64Array.from(weights, (_, row) => valueAt(matrix, row * models.length + model));
  const judged = models.map((_, model) => columnOf(quality, model));
  if (labelWeights === undefined) return judged;
  const folds = assignLabelFolds(labelWeights, seed);
  const predicted = predictByFold(requests, labelWeights, folds, seed);
  return judged.map((column, model) =>
    correctColumn(
      { judged: column, labeled: columnOf(human, model) },
      predicted.map((one) => columnOf(one.quality, model)),
      { weights, labelWeights },
      folds,
    ),
  );
}

/** What the judge's grades tell of every answer; one entry per fold, without the labels of that fold. */
function predictByFold(
  requests: AuditedRequests,
  labelWeights: Float64Array,
  { count, foldOf }: LabelFolds,
  seed: number,
) {
  const classes = fitAnswerClasses(requests, seed);
  const labeled = [...listRows(labelWeights.length)].filter(
    (row) => valueAt(labelWeights, row) > 0,
  );
  const weightOf = (row: number): number =>
    valueAt(requests.weights, row) * valueAt(labelWeights, row);
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
  { weights, labelWeights }: LabeledUnits,
  { foldOf }: LabelFolds,
): Float64Array {
  const isKnown = (row: number): boolean =>
    !Number.isNaN(valueAt(judged, row)) &&
    !(valueAt(labelWeights, row) > 0 && Number.isNaN(valueAt(labeled, row)));
  const rows = [...weights.keys()].filter(isKnown);
  const values = new Float64Array(weights.length).fill(Number.NaN);
  const units = selectUnits({ weights, labelWeights }, rows);
  // Without a label of these requests, nothing corrects them.
  if (!units.labelWeights.some((weight) => weight > 0)) return values;
  const byJudge = pick(judged, rows);
  const corrected = correctValues(
    pick(labeled, rows),
    predicted?.map((column) => [pick(column, rows), byJudge]),
    units,
    { foldOf: Int32Array.from(rows, (row) => valueAt(foldOf, row)) },
  );
  rows.forEach((row, place) => (values[row] = valueAt(corrected, place)));
  return values;
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
  { models, served, costUsd, noise, weights }: AuditedRequests,
  quality: Float64Array,
  reference: number,
): AuditColumns {
  const width = models.length;
  const columns = Object.fromEntries(
    figureNames.map((name) => [name, new Float64Array(weights.length)]),
  ) as Record<FigureName, Float64Array>;
  for (let row = 0; row < weights.length; row++) {
    const figures = computeFigures(
      {
        quality: rowOf(quality, row, width),
        costUsd: rowOf(costUsd, row, width),
        served: valueAt(served, row),
        reference,
      },
      noise,
    );
    for (const name of figureNames) columns[name][row] = figures[name];
  }
  return columns;
}
