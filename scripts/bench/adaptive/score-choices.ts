import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import type { HeldOutEstimates } from './train-on-cells.js';

/** Quality of always choosing the highest estimate, less that of the best single model. */
export function measureGain(table: OutcomeTable, estimates: HeldOutEstimates): number {
  return measureQuality(table, estimates) - findBest(table, estimates.rows).quality;
}

/** Quality of always choosing the highest estimate. */
export function measureQuality(table: OutcomeTable, estimates: HeldOutEstimates): number {
  const chosen = choose(estimates, table.models.length, 0);
  return measure(table.quality, table, estimates.rows, chosen);
}

/**
 * The share of the best single model's cost that is saved where 99 % of its quality is kept: the most
 * over all rates at which cost is traded for quality, as the curve of the policy on these prompts.
 */
export function measureSaving(table: OutcomeTable, estimates: HeldOutEstimates): number {
  const best = findBest(table, estimates.rows);
  let saved = 0;
  for (let step = 0; step <= 120; step++) {
    const weight = 10 ** (-2 + step / 20) / Math.max(best.costUsd, Number.MIN_VALUE) / 100;
    const chosen = choose(estimates, table.models.length, weight);
    if (measure(table.quality, table, estimates.rows, chosen) < 0.99 * best.quality) continue;
    const costUsd = measure(table.costUsd, table, estimates.rows, chosen);
    saved = Math.max(saved, 1 - costUsd / best.costUsd);
  }
  return saved;
}

function choose(
  { rows, quality, costUsd }: HeldOutEstimates,
  width: number,
  weight: number,
): Int32Array {
  return Int32Array.from(rows, (_, index) => {
    const valueOf = (model: number): number => {
      const cell = index * width + model;
      return (quality[cell] as number) - (weight === 0 ? 0 : weight * (costUsd[cell] as number));
    };
    let chosen = 0;
    for (let model = 1; model < width; model++)
      if (valueOf(model) > valueOf(chosen)) chosen = model;
    return chosen;
  });
}

function measure(
  matrix: Float32Array,
  { models }: OutcomeTable,
  rows: Int32Array,
  chosen: Int32Array,
): number {
  let sum = 0;
  rows.forEach((row, index) => {
    sum += matrix[row * models.length + (chosen[index] as number)] as number;
  });
  return sum / rows.length;
}

function findBest(
  table: OutcomeTable,
  rows: Int32Array,
): { readonly quality: number; readonly costUsd: number } {
  const singles = table.models.map((_, model) => {
    const always = new Int32Array(rows.length).fill(model);
    return {
      quality: measure(table.quality, table, rows, always),
      costUsd: measure(table.costUsd, table, rows, always),
    };
  });
  return singles.reduce((best, one) => (one.quality > best.quality ? one : best));
}
