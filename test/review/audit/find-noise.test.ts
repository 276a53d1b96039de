import { describe, expect, it } from 'vitest';
import { findNoise } from '../../../src/review/audit/find-noise.js';

describe('the noise of an audit of two models', () => {
  const repeated = Array.from({ length: 18 }, () => [1, 0]);

  it.each([
    ['all answers are repeated', repeated, 0],
    ['one request in ten has a single answer', [...repeated, [1, 0], [1]], 1],
    ['a request has two single answers', [...repeated, [0], [1]], 1],
  ])('is measured where %s', (_, cells, unrepeated) => {
    expect(findNoise(cells, 2)).toMatchObject({ repeats: 2, unrepeated });
    expect(findNoise(cells, 2)?.deviation).toBeCloseTo(Math.sqrt(0.5), 12);
  });

  it.each([
    ['answers are not repeated', undefined],
    [
      'more than a fifth of the requests have a single answer',
      [...repeated, ...Array.from({ length: 6 }, () => [1])],
    ],
    ['there are no requests', []],
  ])('is not known where %s', (_, cells) => {
    expect(findNoise(cells, 2)).toBeUndefined();
  });
});
