import { describe, expect, it } from 'vitest';
import {
  chooseOracle,
  collectModelOutcomes,
  collectOracleOutcomes,
  collectOutcomes,
  collectRandomOutcomes,
  computeKnownMean,
} from '../../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { computePairedMean } from '../../../../src/learn/evaluate/strategies/paired-mean.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

const table = buildOutcomeTable(
  ['a', 'b', 'c'],
  [
    { quality: [0.25, 1, 1], costUsd: [0.5, 3, 2], latencyMs: [10, 20, 30] },
    { quality: [0, 0, 0], costUsd: [4, 1, 2] },
    { quality: [null, 0.5, null], costUsd: [1, 2, null] },
    { quality: [null, null, null] },
    { quality: [1, 1, 0], costUsd: [null, 8, 1] },
  ],
);

describe('collectOutcomes', () => {
  it('looks up the chosen model of each row', () => {
    const outcomes = collectOutcomes(table, Int32Array.of(2, 0), Int32Array.of(1, 2));
    expect(outcomes).toEqual({
      quality: Float64Array.of(0.5, 1),
      weights: Float64Array.of(1, 1),
      costUsd: Float64Array.of(2, 2),
      latencyMs: Float64Array.of(Number.NaN, 30),
      choices: Int32Array.of(1, 2),
    });
  });

  it('gives NaN for what was not recorded', () => {
    expect(collectOutcomes(table, Int32Array.of(2), Int32Array.of(0)).quality[0]).toBeNaN();
  });
});

describe('collectRandomOutcomes', () => {
  it('averages over the models that were recorded', () => {
    const { quality, costUsd, latencyMs } = collectRandomOutcomes(table, Int32Array.of(0, 2, 3));
    expect([...quality]).toEqual([0.75, 0.5, Number.NaN]);
    expect(costUsd[1]).toBe(2);
    expect([...latencyMs]).toEqual([20, Number.NaN, Number.NaN]);
  });

  it('has no cost where that of one model is unknown, as the mean of the others is not its own', () => {
    const priced = { quality: [1, 1, null], costUsd: [1, null, null], latencyMs: [10, 20, null] };
    const some = buildOutcomeTable(['priced', 'unpriced', 'never called'], [priced, priced]);
    const { costUsd, latencyMs } = collectRandomOutcomes(some, Int32Array.of(0, 1));
    expect([...costUsd]).toEqual([Number.NaN, Number.NaN]);
    expect([...latencyMs]).toEqual([15, 15]);
  });
});

/** Thirty prompts that "large" solves more often than "small", each third one without an outcome of it. */
const gaps = buildOutcomeTable(
  ['small', 'large'],
  Array.from({ length: 30 }, (_, row) => ({
    quality: row % 3 === 0 ? [0, null] : [row % 2, 1],
    costUsd: row % 3 === 0 ? [1, null] : [1, 9],
  })),
);
const gapRows = listRows(30);

describe('a random model where outcomes are missing', () => {
  it('has the values of prompts that have those of every model', () => {
    const { quality, costUsd } = collectRandomOutcomes(gaps, gapRows);
    expect([...quality.subarray(0, 4)]).toEqual([Number.NaN, 1, 0.5, Number.NaN]);
    expect([...costUsd.subarray(0, 4)]).toEqual([Number.NaN, 5, 5, Number.NaN]);
  });

  it('has no cost on prompts that lack that of one model, though half of its costs are known', () => {
    const some = { ...gaps, quality: gaps.quality.map(() => 1) };
    const { quality, costUsd } = collectRandomOutcomes(some, gapRows);
    expect(quality.every((value) => value === 1)).toBe(true);
    expect([...costUsd.subarray(0, 3)]).toEqual([Number.NaN, 5, 5]);
  });

  it('is one of the models that can take the prompt', () => {
    const canTake = (row: number, model: number): boolean => model === 0 || row % 3 !== 0;
    const { quality, costUsd } = collectRandomOutcomes(gaps, gapRows, canTake);
    expect([...quality.subarray(0, 3)]).toEqual([0, 1, 0.5]);
    expect([...costUsd.subarray(0, 3)]).toEqual([1, 5, 5]);
  });
});

describe('the best model in hindsight where outcomes are missing', () => {
  const reference = collectModelOutcomes(gaps, gapRows, 1);

  it('is known where every model was recorded that can take the prompt', () => {
    const known = collectOracleOutcomes(gaps, gapRows, reference);
    expect([...known.quality.subarray(0, 3)]).toEqual([Number.NaN, 1, 1]);
    expect([...known.costUsd.subarray(0, 3)]).toEqual([Number.NaN, 1, 9]);
    const canTake = (row: number, model: number): boolean => model === 0 || row % 3 !== 0;
    const limited = collectOracleOutcomes(gaps, gapRows, reference, canTake);
    expect([...limited.quality.subarray(0, 3)]).toEqual([0, 1, 1]);
  });

  it.each([
    ['some prompts', gaps],
    [
      'nearly all prompts',
      buildOutcomeTable(
        ['small', 'large', 'rare'],
        Array.from({ length: 30 }, (_, row) => ({
          quality: row % 3 === 0 ? [0, null, null] : [row % 2, 1, row === 1 ? 1 : null],
        })),
      ),
    ],
  ])('is never worse than the reference, which lacks outcomes of %s', (_, some) => {
    const { quality, weights } = collectModelOutcomes(some, gapRows, 1);
    const oracle = collectOracleOutcomes(some, gapRows, { quality });
    const shown = computePairedMean(
      oracle.quality,
      { values: quality, mean: 0.9 },
      weights,
      'difference',
    );
    expect(shown.mean).toBeGreaterThan(0.9 - 1e-9);
  });
});

describe('chooseOracle', () => {
  it.each([
    [0, 2, 'of equally good ones the cheapest'],
    [1, 1, 'the cheapest where all fail'],
    [2, 1, 'one that was recorded'],
    [3, 0, 'the first where nothing was recorded'],
    [4, 0, 'the first where costs cannot be compared'],
  ])('takes for row %d model %d: %s', (row, model) => {
    expect(chooseOracle(table, row)).toBe(model);
  });
});

describe('computeKnownMean', () => {
  it('leaves out what is unknown', () => {
    expect(computeKnownMean([1, Number.NaN, 3])).toBe(2);
    expect(computeKnownMean([1, Number.NaN, 3], [3, 9, 1])).toBe(1.5);
    expect(computeKnownMean([Number.NaN])).toBeNaN();
    expect(computeKnownMean([])).toBeNaN();
  });
});
