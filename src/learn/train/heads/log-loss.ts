import { at } from '../../../util/numeric-arrays.js';

/** Estimates are clamped to at least this far from 0 and 1, so that no log loss is infinite. */
const minDistance = 1e-6;

/** Recorded outcomes: row-major rows x models, NaN where missing. */
export interface ObservedQuality {
  readonly modelCount: number;
  readonly quality: Float32Array;
}

/** The summed log loss of graded quality in one row, and its number of known outcomes. */
export function sumRowLogLoss(
  { modelCount, quality }: ObservedQuality,
  row: number,
  estimates: Float32Array,
): { readonly sum: number; readonly known: number } {
  let sum = 0;
  let known = 0;
  for (let cell = row * modelCount; cell < (row + 1) * modelCount; cell++) {
    const value = at(quality, cell);
    if (Number.isNaN(value)) continue;
    const estimate = Math.min(1 - minDistance, Math.max(minDistance, at(estimates, cell)));
    sum -= value * Math.log(estimate) + (1 - value) * Math.log(1 - estimate);
    known += 1;
  }
  return { sum, known };
}
