import { describe, expect, it } from 'vitest';
import { computeNoise } from '../../../src/learn/evaluate/diagnose/noise.js';
import { computeGradeVariance } from '../../../src/measure/outcomes/grade-noise.js';
import { findNoise } from '../../../src/review/audit/find-noise.js';
import { createRandom } from '../../../src/util/random.js';

describe('the variance of repeated grades', () => {
  it('is that of one grade, whatever share of the cells varies', () => {
    const random = createRandom(1);
    // One cell in ten is a guess, with a variance of 0.25.
    const cells = Array.from({ length: 20_000 }, (_, cell) =>
      [1, 2].map(() => (cell % 10 === 0 ? Number(random() < 0.5) : 1)),
    );
    expect(computeGradeVariance(cells)).toBeCloseTo(0.025, 2);
  });

  it('is 0 for equal grades, and unknown without repeats', () => {
    expect(computeGradeVariance([[0.1, 0.1, 0.1], [1]])).toBe(0);
    expect(computeGradeVariance([[1], []])).toBeNaN();
  });

  it('is the same in an evaluation and in an audit', () => {
    const cells = [
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ];
    const deviation = Math.sqrt(0.1);
    expect(computeNoise(['small'], [cells], { seed: 1 }).models[0]?.noise).toBeCloseTo(
      deviation,
      12,
    );
    expect(findNoise(cells, 1)?.deviation).toBeCloseTo(deviation, 12);
  });
});
