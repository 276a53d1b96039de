import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shrinkTaskQuality } from '../../../../src/learn/train/heads/shrink-task-quality.js';
import { shrinkUnevenTaskQuality } from '../../../../src/learn/train/heads/shrink-to-effects.js';
import { createRandom } from '../../../../src/util/random.js';
import { listRows } from '../../../support/outcome-table.js';

const rates = [
  [0.95, 0.9],
  [0.35, 0.3],
];

/** Grades of two models on an easy and on a hard task, of the cells that were asked. */
function plant(isAsked: (row: number, model: number) => boolean) {
  const random = createRandom(3);
  const rowCount = 1000;
  const quality = Float32Array.from({ length: 2 * rowCount }, (_, cell) => {
    const [row, model] = [Math.floor(cell / 2), cell % 2];
    const isRight = random() < rates[row % 2]![model]!;
    return isAsked(row, model) ? Number(isRight) : Number.NaN;
  });
  const taskOf = Int32Array.from({ length: rowCount }, (_, row) => row % 2);
  return { quality, taskOf, taskCount: 2, modelCount: 2 };
}

describe('shrinkUnevenTaskQuality', () => {
  it('gives the means of cells with many outcomes', () => {
    const result = shrinkUnevenTaskQuality(
      plant(() => true),
      listRows(1000),
    );
    rates.flat().forEach((rate, cell) => {
      expect(Math.abs(result[cell]! - rate)).toBeLessThan(0.06);
    });
  });

  it('does not take a model for poor because it was asked on the hard task', () => {
    // The second model answered all hard prompts, and four easy ones.
    const outcomes = plant((row, model) => model === 0 || row % 2 === 1 || row < 8);
    const byEffects = shrinkUnevenTaskQuality(outcomes, listRows(1000));
    const byMean = shrinkTaskQuality(
      { ...outcomes, quality: outcomes.quality.slice() },
      listRows(1000),
    );
    expect(byEffects[1]).toBeGreaterThan(0.7);
    expect(byEffects[1]).toBeGreaterThan(byMean[1]!);
  });

  it('does not take a model for poor because it was asked the hard prompts of a task', () => {
    // Both models answer easy prompts alone, and the second one was asked more hard ones than easy ones.
    const random = createRandom(5);
    const rowCount = 600;
    const grades = Array.from({ length: rowCount }, () => {
      const isEasy = random() < 0.5;
      const isAskedBoth = random() < (isEasy ? 0.1 : 0.3);
      return [Number(isEasy), isAskedBoth ? Number(isEasy) : Number.NaN];
    });
    const outcomes = {
      quality: Float32Array.from(grades.flat()),
      taskOf: new Int32Array(rowCount),
      taskCount: 1,
      modelCount: 2,
    };
    const known = grades.map(([, grade]) => grade!).filter((grade) => !Number.isNaN(grade));
    const mean = known.reduce((sum, grade) => sum + grade, 0) / known.length;
    const [first, second] = shrinkUnevenTaskQuality(outcomes, listRows(rowCount));
    expect(mean).toBeLessThan(0.3);
    expect(Math.abs(first! - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(second! - first!)).toBeLessThan(0.12);
  });

  it('reads nothing from rows without a task', () => {
    const outcomes = plant(() => true);
    const withOthers = {
      ...outcomes,
      quality: Float32Array.from([...outcomes.quality, 0, 1, 0, 1]),
      taskOf: Int32Array.from([...outcomes.taskOf, -1, -1]),
    };
    expect(shrinkUnevenTaskQuality(withOthers, listRows(1002))).toEqual(
      shrinkUnevenTaskQuality(outcomes, listRows(1000)),
    );
  });

  it('estimates a probability for every cell, whatever is known', () => {
    const grade = fc.oneof(
      fc.constantFrom(0, 1, Number.NaN),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const row = fc.record({
      task: fc.integer({ min: -1, max: 2 }),
      grades: fc.tuple(grade, grade),
      weight: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const result = shrinkUnevenTaskQuality(
          {
            quality: Float32Array.from(rows.flatMap(({ grades }) => grades)),
            taskOf: Int32Array.from(rows, ({ task }) => task),
            taskCount: 3,
            modelCount: 2,
            weights: Float64Array.from(rows, ({ weight }) => weight),
          },
          listRows(rows.length),
        );
        expect(result).toHaveLength(6);
        for (const value of result) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });
});
