import { listRowWeights, type OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { valueAt, type MatrixView } from '../../../util/numeric-arrays.js';

const maxRounds = 200;
const tolerance = 1e-10;

/**
 * Estimates each model's mean over all rows where not every model has a value in every row. A value
 * is taken as the product of a factor of its row and one of its model, fitted by iterative
 * proportional fitting (the maximum likelihood of a multiplicative Poisson model). So a model is
 * judged by its ratio to the other models on the rows that it shares with them; the assumption is
 * that this ratio holds on the rows that it does not have. A model with all values gets their mean.
 *
 * @returns NaN for a model without a value
 */
export function fitModelEffects(
  matrix: MatrixView,
  table: Pick<OutcomeTable, 'models' | 'prompts'>,
  rows: Int32Array,
): number[] {
  const weights = listRowWeights(table, rows);
  const values = Array.from(rows, (row) => matrix.row(row));
  const rowFactors = new Float64Array(rows.length).fill(1);
  let effects = table.models.map((_, model) => divide(values, weights, rowFactors, model));
  for (let round = 0; round < maxRounds; round++) {
    values.forEach((row, index) => {
      rowFactors[index] = findRowFactor(row, effects) ?? valueAt(rowFactors, index);
    });
    const next = table.models.map((_, model) => divide(values, weights, rowFactors, model));
    const change = Math.max(
      0,
      ...next.map((effect, model) => Math.abs(effect - valueAt(effects, model)) || 0),
    );
    effects = next;
    if (change <= tolerance * Math.max(0, ...effects.filter(Number.isFinite))) break;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const meanFactor =
    rowFactors.reduce((sum, factor, index) => sum + factor * valueAt(weights, index), 0) / total;
  return effects.map((effect) => effect * meanFactor);
}

/** The model's sum of values over the sum of the factors of their rows. */
function divide(
  values: readonly Float32Array[],
  weights: Float64Array,
  rowFactors: Float64Array,
  model: number,
): number {
  let sum = 0;
  let expected = 0;
  let count = 0;
  values.forEach((row, index) => {
    const value = valueAt(row, model);
    if (Number.isNaN(value)) return;
    const weight = valueAt(weights, index);
    sum += weight * value;
    expected += weight * valueAt(rowFactors, index);
    count += weight;
  });
  if (count === 0) return Number.NaN;
  return expected > 0 ? sum / expected : 0;
}

/** Undefined where the row has no value, or only of models whose values are all zero. */
function findRowFactor(row: Float32Array, effects: readonly number[]): number | undefined {
  let sum = 0;
  let expected = 0;
  row.forEach((value, model) => {
    if (Number.isNaN(value)) return;
    sum += value;
    expected += valueAt(effects, model);
  });
  return expected > 0 ? sum / expected : undefined;
}
