import { describe, expect, it } from 'vitest';
import { indexGroups } from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import { computeSavedShare } from '../../../../src/learn/evaluate/statistics/ratio.js';
import { createRandom } from '../../../../src/util/random.js';
import { listRows } from '../../../support/outcome-table.js';

const single = (count: number) => indexGroups(listRows(count));

describe('the saved share', () => {
  it('is of sums, by weight, over the pairs that are known', () => {
    const groups = indexGroups([0, 1, 2, 3], [1, 1, 2, 5]);
    const saved = computeSavedShare(
      Float64Array.of(1, 2, 1, Number.NaN),
      Float64Array.of(4, 4, 4, 9),
      groups,
    );
    expect(saved?.mean).toBeCloseTo(1 - 5 / 16, 12);
  });

  it('is certain where it is the same everywhere', () => {
    const saved = computeSavedShare(Float64Array.of(1, 2, 3), Float64Array.of(2, 4, 6), single(3));
    expect(saved?.low).toBeCloseTo(0.5, 12);
    expect(saved?.high).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['nothing is known of both', [Number.NaN, 1], [1, Number.NaN]],
    ['the reference costs nothing', [1, 1], [0, 0]],
    ['there is a single pair', [1, Number.NaN], [2, 2]],
  ])('is not known where %s', (_, own, reference) => {
    const pair = [Float64Array.from(own), Float64Array.from(reference)] as const;
    expect(computeSavedShare(...pair, single(2))).toBeNull();
  });

  it('has an interval that holds with few groups, too', () => {
    const random = createRandom(2);
    const trials = 400;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const shares = Array.from({ length: 5 }, () => random());
      const groups = indexGroups(Array.from({ length: 50 }, (_, row) => row % 5));
      const reference = Float64Array.from({ length: 50 }, () => 0.8 + 0.4 * random());
      const own = reference.map((cost, row) =>
        random() < (shares[row % 5] ?? 0) ? 0.1 * cost : cost,
      );
      const saved = computeSavedShare(own, reference, groups);
      if (saved !== null && saved.low <= 0.45 && saved.high >= 0.45) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.91);
  });
});
