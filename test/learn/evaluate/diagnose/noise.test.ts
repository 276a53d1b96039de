import { describe, expect, it } from 'vitest';
import {
  computeAgreement,
  computeWilson,
} from '../../../../src/learn/evaluate/diagnose/agreement.js';
import { computeNoise } from '../../../../src/learn/evaluate/diagnose/noise.js';
import { createRandom } from '../../../../src/util/random.js';

/** Grades of `repeats` askings, right with a chance of its own for each prompt. */
function simulate(chances: readonly number[], repeats: number, seed: number): number[][] {
  const random = createRandom(seed);
  return chances.map((chance) => Array.from({ length: repeats }, () => Number(random() < chance)));
}

describe('computeNoise', () => {
  it('finds none where every repeat gets the same grade', () => {
    const noise = computeNoise(
      ['a', 'b'],
      [
        [
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        [
          [1, 1],
          [0, 0],
          [0, 0],
        ],
      ],
      { seed: 1 },
    );
    expect(noise.models[0]).toMatchObject({ prompts: 3, noise: 0, agreement: { mean: 1 } });
    expect(noise.differences).toMatchObject([
      { better: 'a', worse: 'b', prompts: 3, rerun: 0, noiseShare: 0 },
    ]);
  });

  it('knows no noise of a model without repeats', () => {
    const [model] = computeNoise(['a'], [[[1], [0]]], { seed: 1 }).models;
    expect(model).toMatchObject({ prompts: 0, quality: null, noise: null });
  });

  it('finds nothing but noise between two models that are equally good at every prompt', () => {
    const chances = Array.from({ length: 4000 }, () => 0.5);
    const noise = computeNoise(['a', 'b'], [simulate(chances, 3, 1), simulate(chances, 3, 2)], {
      seed: 1,
    });
    expect(noise.models[0]?.agreement?.mean).toBeCloseTo(0.5, 1);
    expect(noise.models[0]?.noise).toBeCloseTo(0.5, 1);
    expect(noise.differences[0]?.noiseShare).toBeGreaterThan(0.95);
    expect(noise.differences[0]?.difference.low).toBeLessThan(0);
  });

  it('says by how much the difference moves in 95 % of reruns', () => {
    const chances = Array.from({ length: 30 }, (_, prompt) => prompt / 30);
    const compare = (seed: number) => {
      const grades = [simulate(chances, 2, seed), simulate(chances.toReversed(), 2, seed + 1)];
      const { better, difference, rerun } = computeNoise(['a', 'b'], grades, { seed: 1 })
        .differences[0]!;
      return { mean: better === 'a' ? difference.mean : -difference.mean, rerun };
    };
    const isInside = Array.from({ length: 100 }, (_, trial) => {
      const [one, other] = [compare(4 * trial + 1), compare(4 * trial + 3)];
      return Math.abs(one.mean - other.mean) <= one.rerun;
    });
    const share = isInside.filter(Boolean).length / isInside.length;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(1);
  });

  it('tells noise from what prompts make of the difference', () => {
    // One is sure at every prompt; the other is sure at half of them, and guesses at the rest.
    const one = Array.from({ length: 4000 }, () => 1);
    const other = one.map((_, index) => (index % 2 === 0 ? 1 : 0.5));
    const noise = computeNoise(['one', 'other'], [simulate(one, 2, 3), simulate(other, 2, 4)], {
      seed: 1,
    });
    // Within: .5 x .25 / 2 = .0625; between: the variance of 0 and .5, .0625. So half is noise.
    expect(noise.differences[0]?.noiseShare).toBeCloseTo(0.5, 1);
    expect(noise.differences[0]?.difference.mean).toBeCloseTo(0.25, 1);
    expect(noise.differences[0]?.rerun).toBeCloseTo(1.96 * Math.sqrt((2 * 0.0625) / 4000), 3);
  });

  it('calls the model better that is so on the prompts that both repeated', () => {
    const repeat = (quality: number, count: number): number[][] =>
      Array.from({ length: count }, () => [quality, quality]);
    // The first model was repeated on easy prompts too, which the other was not.
    const noise = computeNoise(
      ['easy', 'hard'],
      [[...repeat(0.4, 10), ...repeat(1, 90)], repeat(0.6, 10)],
      { seed: 1 },
    );
    expect(noise.models.map(({ quality }) => quality)).toEqual([
      expect.closeTo(0.94),
      expect.closeTo(0.6),
    ]);
    expect(noise.differences).toMatchObject([
      { better: 'hard', worse: 'easy', prompts: 10, difference: { mean: expect.closeTo(0.2) } },
    ]);
  });

  it('is not sure of the next prompt because a few prompts got the same grades', () => {
    const repeats = (count: number, grade: number): number[][] =>
      Array.from({ length: count }, () => [grade, grade]);
    const { models, differences } = computeNoise(['a', 'b'], [repeats(3, 1), repeats(3, 0)], {
      seed: 1,
    });
    expect(models[0]?.agreement).toMatchObject({ mean: 1, high: 1 });
    expect(models[0]?.agreement?.low).toBeLessThan(0.5);
    expect(differences[0]?.difference).toMatchObject({ mean: 1, high: 1 });
    expect(differences[0]?.difference.low).toBeLessThan(0.5);
    const [single] = computeNoise(['a'], [repeats(1, 1)], { seed: 1 }).models;
    expect(single).toMatchObject({ prompts: 1, quality: 1, agreement: null });
  });

  it('is not surer where equal values differ by rounding', () => {
    // .3 - .1 and .4 - .2 are the same difference, up to rounding.
    const repeat = (...grades: number[]): number[][] => grades.map((grade) => [grade, grade]);
    const { differences } = computeNoise(['a', 'b'], [repeat(0.3, 0.4), repeat(0.1, 0.2)], {
      seed: 1,
    });
    const [found] = differences;
    expect(found?.difference.mean).toBeCloseTo(0.2);
    expect(found?.difference.low).toBeLessThan(0);
    expect(found?.difference.high).toBeGreaterThan(0.5);
    expect(found?.noiseShare).toBe(0);
  });

  it('uses only what was asked more than once', () => {
    const noise = computeNoise(
      ['a', 'b'],
      [
        [[1], [1, 0]],
        [[0, 0], [1]],
      ],
      { seed: 1 },
    );
    expect(noise.models.map(({ prompts }) => prompts)).toEqual([1, 1]);
    expect(noise.differences).toEqual([]);
  });
});

describe('computeAgreement', () => {
  it('gives share, kappa and bias', () => {
    // The example of Cohen's kappa with 20 and 15 agreements of 50: .7 observed, .5 by chance.
    const pairs = [
      ...Array.from({ length: 20 }, () => [1, 1]),
      ...Array.from({ length: 5 }, () => [1, 0]),
      ...Array.from({ length: 10 }, () => [0, 1]),
      ...Array.from({ length: 15 }, () => [0, 0]),
    ] as [number, number][];
    const agreement = computeAgreement(
      pairs.map(([one]) => one),
      pairs.map(([, other]) => other),
    );
    expect(agreement).toMatchObject({ pairs: 50, same: { mean: 0.7 }, bias: expect.closeTo(-0.1) });
    expect(agreement.kappa).toBeCloseTo(0.4, 10);
  });

  it('has no kappa where both say always the same, and nothing at all of no pairs', () => {
    expect(computeAgreement([1, 1], [1, 1]).kappa).toBeNull();
    expect(computeAgreement([], [])).toMatchObject({
      pairs: 0,
      kappa: null,
      bias: null,
      same: { low: 0, high: 1 },
    });
  });

  it("gives Wilson's interval", () => {
    // Reference values: R, prop.test(81, 263, correct = FALSE).
    const { low, high } = computeWilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(computeWilson(5, 5)).toMatchObject({ mean: 1, high: 1 });
  });
});
