import { describe, expect, it } from 'vitest';
import {
  compareStrategies,
  type StrategyComparison,
} from '../../../../src/learn/evaluate/strategies/compare-strategies.js';
import type { Outcomes } from '../../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { indexGroups } from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import { computeSavedShare } from '../../../../src/learn/evaluate/statistics/ratio.js';
import { computeQualityDifference } from '../../../../src/learn/evaluate/strategies/quality-difference.js';
import { createRandom } from '../../../../src/util/random.js';
import { listRows } from '../../../support/outcome-table.js';

const unknown = Number.NaN;

function write(
  quality: readonly number[],
  costUsd: readonly number[],
  latencyMs: readonly number[] = quality.map(() => unknown),
): Outcomes {
  return {
    quality: Float64Array.from(quality),
    costUsd: Float64Array.from(costUsd),
    latencyMs: Float64Array.from(latencyMs),
    weights: new Float64Array(quality.length).fill(1),
  };
}

function compare(own: Outcomes, reference: Outcomes): StrategyComparison {
  const [comparison] = compareStrategies([own], {
    reference,
    groups: listRows(own.quality.length),
    seed: 1,
  });
  if (comparison === undefined) throw new Error('one comparison for one strategy');
  return comparison;
}

describe('compareStrategies', () => {
  it('gives means, differences and savings', () => {
    const comparison = compare(
      write([1, 0.5, 1, 0.5], [1, 1, 2, 2], [100, 100, 100, 300]),
      write([0.5, 0.5, 1, 0], [4, 4, 2, 2], [200, 200, 200, 200]),
    );
    expect(comparison).toMatchObject({ quality: 0.75, costUsd: 1.5, latencyMs: 150 });
    expect(comparison.qualityDifference.mean).toBeCloseTo(0.25, 12);
    expect(comparison.costSaved?.mean).toBeCloseTo(0.5, 12);
    expect(comparison.latencySaved?.mean).toBeCloseTo(0.25, 12);
    expect(comparison.unknownOutcomes).toBe(0);
  });

  it('finds no difference between a strategy and itself', () => {
    const own = write([1, 0, 1], [1, 2, 3], [1, 2, 3]);
    const none = { mean: 0, low: 0, high: 0 };
    expect(compare(own, own)).toMatchObject({
      qualityDifference: none,
      costSaved: none,
      latencySaved: none,
    });
  });

  it('is as unsure with few groups as their number says', () => {
    const groups = listRows(60).map((row) => row % 5);
    const values = [1, 0, 0.2, 0.4, 0.9];
    const draw = (from: number) => [...groups].map((group) => values[(group + from) % 5] ?? 0);
    const costs = draw(2).map((value) => 1 + value);
    const [own, reference] = [
      write(draw(0), costs, costs),
      write(
        draw(1),
        draw(0).map(() => 2),
      ),
    ];
    const [comparison] = compareStrategies([own], { reference, groups, seed: 1 });
    const index = indexGroups(groups);
    const difference = computeQualityDifference(own, reference, index);
    const saved = computeSavedShare(own.costUsd, reference.costUsd, index);
    expect(comparison?.qualityDifference.low).toBeCloseTo(difference?.low ?? 0, 12);
    expect(comparison?.qualityDifference.high).toBeCloseTo(difference?.high ?? 0, 12);
    expect(comparison?.costSaved?.low).toBeCloseTo(saved?.low ?? 0, 12);
    expect(comparison?.costSaved?.high).toBeCloseTo(Math.min(1, saved?.high ?? 0), 12);
  });

  it('says nothing of other prompts where one has most of the weight', () => {
    const weights = new Float64Array(50).fill(1).with(0, 500);
    const grades = [...listRows(50)].map((row) => row % 2);
    const own = {
      ...write(
        grades,
        grades.map((grade) => 1 + grade),
      ),
      weights,
    };
    const reference = {
      ...write(
        grades.map((grade) => 1 - grade),
        grades.map(() => 2),
      ),
      weights,
    };
    expect(compare(own, reference)).toMatchObject({
      qualityDifference: { low: -1, high: 1 },
      costSaved: null,
    });
    expect(compare(own, own)).toMatchObject({ costSaved: { mean: 0, low: 0, high: 0 } });
  });

  it('says that more was spent by a negative saving', () => {
    expect(compare(write([1, 1], [3, 3]), write([1, 1], [1, 1])).costSaved?.mean).toBeCloseTo(
      -2,
      12,
    );
  });

  it('leaves out, and counts, prompts where either outcome is unknown', () => {
    const comparison = compare(
      write([1, unknown, 1, 0], [2, unknown, 2, 2]),
      write([0, 1, 1, unknown], [4, 4, 4, 4]),
    );
    expect(comparison.unknownOutcomes).toBe(2);
    expect(comparison.qualityDifference.mean).toBeCloseTo(0.5, 12);
    expect(comparison.costSaved?.mean).toBeCloseTo(0.5, 12);
  });

  it('carries means over to the prompts that only the reference has outcomes of', () => {
    // Of the last 40 of 100 prompts, which are long and hard, only the reference has outcomes.
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const isLong = (row: number): boolean => row >= 60;
    const reference = write(
      rows.map((row) => (isLong(row) ? 0.5 : row % 2 === 0 ? 1 : 0.8)),
      rows.map((row) => (isLong(row) ? 0.02 : 0.002)),
      rows.map((row) => (isLong(row) ? 900 : 100)),
    );
    const own = write(
      rows.map((row) => (isLong(row) ? unknown : 0.85)),
      rows.map((row) => (isLong(row) ? unknown : 0.001)),
      rows.map((row) => (isLong(row) ? unknown : 80)),
    );
    const [first, second] = compareStrategies([reference, own], {
      reference,
      groups: listRows(100),
      seed: 1,
    });
    expect(first?.costUsd).toBeCloseTo(0.0092, 9);
    expect(second?.costUsd).toBeCloseTo(0.0092 * (1 - (second?.costSaved?.mean ?? 0)), 9);
    expect(second?.costUsd).toBeCloseTo(0.0046, 9);
    expect(second?.latencyMs).toBeCloseTo(0.8 * (first?.latencyMs ?? 0), 9);
    expect(second?.quality).toBeCloseTo(0.74 + (second?.qualityDifference.mean ?? 0), 9);
    expect(second?.quality).toBeCloseTo(0.69, 9);
    // How far the estimate may be off is not known.
    expect(second?.intervals).toEqual({ quality: null, costUsd: null, latencyMs: null });
  });

  it('carries means over from those that are shown of a reference that lacks as many outcomes', () => {
    const values = Array.from({ length: 100 }, (_, row) => row);
    const lacking = (value: number): number[] => values.map((row) => (row < 40 ? unknown : value));
    const reference = write(lacking(0.9), lacking(8), lacking(100));
    const own = write(lacking(0.8), lacking(4), lacking(50));
    const [comparison] = compareStrategies([own], {
      reference,
      referenceMeans: { quality: 0.7, costUsd: 10, latencyMs: 300 },
      groups: listRows(100),
      seed: 1,
    });
    expect(comparison?.quality).toBeCloseTo(0.6, 12);
    expect(comparison?.costUsd).toBeCloseTo(5, 12);
    expect(comparison?.latencyMs).toBeCloseTo(150, 12);
    expect(comparison?.intervals).toEqual({ quality: null, costUsd: null, latencyMs: null });
  });

  it('shows no saving that contradicts the two means beside it', () => {
    // The reference lacks the outcomes of the long prompts, which routing has.
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const of = (short: number, long: number): number[] =>
      rows.map((row) => (row < 92 ? short + row / 1000 : long));
    const reference = write(of(0.9, unknown), of(2, unknown), of(20, unknown));
    const own = write(of(0.9, 0.5), of(1, 30), of(10, 300));
    const compareTo = (costUsd: number, latencyMs: number): StrategyComparison | undefined =>
      compareStrategies([own], {
        reference,
        referenceMeans: { quality: 0.8, costUsd, latencyMs },
        groups: listRows(100),
        seed: 1,
      })[0];
    const contradicted = compareTo(3, 30);
    expect(contradicted?.costUsd).toBeGreaterThan(3);
    expect(contradicted).toMatchObject({ costSaved: null, latencySaved: null });
    // Where both cost as much more for the long prompts, the saving stands.
    const fitting = compareTo((contradicted?.costUsd ?? 0) * (2.0455 / 1.0455), 30);
    expect(fitting?.costSaved?.mean).toBeCloseTo(1 - 1.0455 / 2.0455, 9);
    expect(fitting?.latencySaved).toBeNull();
  });

  it('says nothing of costs and latencies that nobody knows', () => {
    const comparison = compare(write([1, 1], [unknown, unknown]), write([1, 0], [1, 1]));
    expect(comparison).toMatchObject({
      costUsd: null,
      costSaved: null,
      latencyMs: null,
      latencySaved: null,
    });
  });

  it('says nothing of costs that are missing for one of the models that a strategy mixes', () => {
    // Only the reference has costs, which the strategy leaves on four of ten prompts.
    const quality = Array.from({ length: 10 }, () => 1);
    const latencyMs = quality.map((_, row) => (row < 4 ? unknown : 5));
    const costUsd = quality.map((_, row) => (row < 4 ? unknown : 0.01));
    const comparison = compare(
      write(quality, costUsd, latencyMs),
      write(
        quality,
        quality.map(() => 0.01),
        quality.map(() => 5),
      ),
    );
    expect(comparison).toMatchObject({
      costUsd: null,
      costSaved: null,
      latencyMs: null,
      latencySaved: null,
      intervals: { costUsd: null, latencyMs: null },
    });
  });

  it('knows no share that is saved of a reference that costs nothing', () => {
    expect(compare(write([1, 1], [1, 1]), write([1, 1], [0, 0])).costSaved).toBeNull();
    expect(compare(write([1, 1], [0, 0]), write([1, 1], [0, 0])).costSaved).toBeNull();
  });

  it('bounds paired differences: two noisy but parallel strategies differ for certain', () => {
    const random = createRandom(1);
    const base = Array.from({ length: 200 }, () => 0.8 * random());
    const costs = base.map(() => 1);
    const { qualityDifference } = compare(
      write(
        base.map((value, row) => value + 0.1 + (row % 2 === 0 ? 0.001 : -0.001)),
        costs,
      ),
      write(base, costs),
    );
    expect(qualityDifference.low).toBeCloseTo(0.1, 3);
    expect(qualityDifference.high).toBeCloseTo(0.1, 3);
  });

  it('does not take equal grades of other choices for no difference on the next prompt', () => {
    const right = Array.from({ length: 60 }, () => 1);
    const choose = (choices: readonly number[]): Outcomes => ({
      ...write(right, right),
      choices: Int32Array.from(choices),
    });
    const reference = choose(right.map(() => 0));
    const { qualityDifference, intervals } = compare(
      choose(right.map((_, row) => row % 2)),
      reference,
    );
    // About what 3 of 60 would make, as one such prompt more may.
    expect(qualityDifference.mean).toBe(0);
    expect(qualityDifference.low).toBeGreaterThan(-0.06);
    expect(qualityDifference.low).toBeLessThan(-0.04);
    expect(qualityDifference.high).toBeCloseTo(-qualityDifference.low, 12);
    expect(intervals.quality).toMatchObject({ mean: 1, high: 1 });
    expect(intervals.quality?.low).toBeLessThan(0.97);
    expect(intervals.quality?.low).toBeGreaterThan(0.94);
    // The same choices have the same grades for certain.
    const same = compare(choose(right.map(() => 0)), reference);
    expect(same.qualityDifference).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('compares every strategy with the same draws', () => {
    const random = createRandom(2);
    const draw = (): Outcomes => {
      const values = Array.from({ length: 50 }, () => random());
      return write(values, values, values);
    };
    const [reference, one, other] = [draw(), draw(), draw()];
    const basis = { reference, groups: listRows(50), seed: 3 };
    expect(compareStrategies([one, other], basis)).toEqual([
      ...compareStrategies([one], basis),
      ...compareStrategies([other], basis),
    ]);
  });
});
