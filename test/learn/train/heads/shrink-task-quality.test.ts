import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrinkTaskQuality } from '../../../../src/learn/train/heads/shrink-task-quality.js';
import { createRandom } from '../../../../src/util/random.js';
import { listRows } from '../../../support/outcome-table.js';

/** Outcomes of one model with a success rate per task, `count` each. */
function plant(rates: readonly number[], count: number, seed = 1) {
  const random = createRandom(seed);
  const taskOf = Int32Array.from({ length: rates.length * count }, (_, row) => row % rates.length);
  const quality = Float32Array.from(taskOf, (task) => (random() < (rates[task] ?? 0) ? 1 : 0));
  const shrink = (): number[] => [
    ...shrinkTaskQuality(
      { quality, taskOf, taskCount: rates.length, modelCount: 1 },
      listRows(taskOf.length),
    ),
  ];
  const means = rates.map((_, task) => {
    const own = quality.filter((_, row) => taskOf[row] === task);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  return { shrink, means, quality, taskOf };
}

const spreadOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe('shrinkTaskQuality', () => {
  it('gives the means of tasks that differ and have many outcomes', () => {
    const { shrink, means } = plant([0.2, 0.5, 0.8, 0.9], 1000);
    shrink().forEach((value, task) => {
      expect(Math.abs(value - (means[task] as number))).toBeLessThan(0.01);
    });
  });

  it('gives the overall mean where tasks differ by chance only', () => {
    const { shrink, means } = plant(
      Array.from({ length: 20 }, () => 0.6),
      12,
    );
    expect(spreadOf(means)).toBeGreaterThan(0.25);
    expect(spreadOf(shrink())).toBeLessThan(0.1);
  });

  it('moves small tasks further than large ones', () => {
    // One success in five for tasks 0 and 2, four in five for tasks 1 and 3.
    const outcomes = [400, 400, 5, 5].flatMap((count, task) =>
      Array.from({ length: count }, (_, index) => ({
        task,
        value: (index % 5 === 0) === (task % 2 === 0) ? 1 : 0,
      })),
    );
    const result = shrinkTaskQuality(
      {
        quality: Float32Array.from(outcomes, ({ value }) => value),
        taskOf: Int32Array.from(outcomes, ({ task }) => task),
        taskCount: 4,
        modelCount: 1,
      },
      listRows(outcomes.length),
    );
    const [low = 0, high = 0, smallLow = 0, smallHigh = 0] = result;
    expect(smallLow).toBeGreaterThan(low);
    expect(smallHigh).toBeLessThan(high);
  });

  it('gives the overall mean to a task without outcomes, and .5 to a model without any', () => {
    const quality = Float32Array.of(1, Number.NaN, 1, Number.NaN, 0, Number.NaN, 1, Number.NaN);
    const taskOf = Int32Array.of(0, 0, 1, 1);
    const result = shrinkTaskQuality({ quality, taskOf, taskCount: 3, modelCount: 2 }, listRows(4));
    expect(result[4]).toBeCloseTo((3 + 0.5) / 5, 5);
    expect([result[1], result[3], result[5]]).toEqual([0.5, 0.5, 0.5]);
  });

  it('counts rows without a label in the overall mean only', () => {
    const quality = Float32Array.of(1, 1, 0, 0, 0, 0);
    const shrink = (label: number): Float32Array =>
      shrinkTaskQuality(
        {
          quality,
          taskOf: Int32Array.of(0, 0, label, label, label, label),
          taskCount: 2,
          modelCount: 1,
        },
        listRows(6),
      );
    expect(shrink(-1)[1]).toBeCloseTo(2.5 / 7, 5);
    expect(shrink(1)[1]).toBeLessThan(2.5 / 7);
  });

  it('treats each model by itself', () => {
    const one = plant([0.2, 0.9], 50, 1);
    const other = plant([0.7, 0.4], 50, 2);
    const both = Float32Array.from({ length: 200 }, (_, cell) =>
      cell % 2 === 0 ? (one.quality[cell >> 1] as number) : (other.quality[cell >> 1] as number),
    );
    const result = shrinkTaskQuality(
      { quality: both, taskOf: one.taskOf, taskCount: 2, modelCount: 2 },
      listRows(100),
    );
    expect([result[0], result[2]]).toEqual(one.shrink());
    expect([result[1], result[3]]).toEqual(other.shrink());
  });

  it('has log-odds for any outcomes', () => {
    const cell = fc.oneof(
      fc.constantFrom(0, 1, Number.NaN),
      fc.float({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.integer({ min: -1, max: 2 })), { maxLength: 50 }),
        (rows) => {
          const quality = Float32Array.from(rows, ([value]) => value);
          const taskOf = Int32Array.from(rows, ([, task]) => task);
          const outcomes = { quality, taskOf, taskCount: 3, modelCount: 1 };
          for (const value of shrinkTaskQuality(outcomes, listRows(rows.length))) {
            expect(Number.isFinite(Math.log(value / (1 - value)))).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([0, 1])('has log-odds for half a million outcomes of %d', (outcome) => {
    const quality = new Float32Array(500_000).fill(outcome);
    const [value = Number.NaN] = shrinkTaskQuality(
      { quality, taskOf: new Int32Array(500_000), taskCount: 1, modelCount: 1 },
      listRows(500_000),
    );
    expect(Number.isFinite(Math.log(value / (1 - value)))).toBe(true);
  });
});
