import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawSample } from '../../../src/review/audit/draw-sample.js';
import { createRandom } from '../../../src/util/random.js';

const scores = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
});

describe('drawing a sample', () => {
  it('gives as many distinct members as asked for, each with its probability', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 70 }), fc.nat(), (values, size, seed) => {
        const { members, probability } = drawSample(values, size, createRandom(seed));
        const wanted = Math.min(size, values.length);
        // Sums of probabilities are rounded, which can cost or add one draw.
        expect(Math.abs(members.length - wanted)).toBeLessThanOrEqual(size < values.length ? 1 : 0);
        expect(new Set(members).size).toBe(members.length);
        expect(probability.every((chance) => chance > 0 && chance <= 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never draws less than half of a uniform sample from anybody', () => {
    const values = [0, 0, 0, 0, 0, 0, 0, 0, 0, 100];
    const { members, probability } = drawSample(values, 10, createRandom(1));
    expect(members).toHaveLength(10);
    expect(Math.min(...probability)).toBe(1);
    const few = drawSample(values, 2, createRandom(1));
    few.members.forEach((member, place) => {
      // 2 draws: 1 uniform over 10, 1 for the last one, which the uniform half makes certain.
      const expected = member === 9 ? 1 : 1 / 9;
      expect(few.probability[place]).toBeCloseTo(expected, 12);
    });
  });

  it('draws everybody as often as it says', () => {
    const values = Array.from({ length: 20 }, (_, index) => index);
    const counts = new Float64Array(20);
    const stated = new Float64Array(20);
    const rounds = 4000;
    for (let seed = 0; seed < rounds; seed++) {
      const { members, probability } = drawSample(values, 6, createRandom(seed));
      members.forEach((member, place) => {
        counts[member]! += 1;
        stated[member] = probability[place]!;
      });
    }
    // Six standard deviations of a share.
    counts.forEach((count, index) => {
      expect(Math.abs(count / rounds - stated[index]!)).toBeLessThan(0.048);
    });
    expect(stated.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(6, 9);
  });
});
