import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds } from '../../../src/measure/tasks/split-groups.js';

function countBy<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe('assignFolds', () => {
  it('never splits a group, leaves no fold empty, and is the same for the same seed', () => {
    const cases = fc.record({
      groups: fc.array(fc.nat({ max: 30 }), { minLength: 10, maxLength: 120 }),
      foldCount: fc.integer({ min: 2, max: 5 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ groups, foldCount, seed }) => {
        fc.pre(new Set(groups).size >= foldCount);
        const labels = groups.map((group) => (group % 3 === 0 ? undefined : `label${group % 3}`));
        const folds = assignFolds(Int32Array.from(groups), foldCount, { seed, labels });
        const foldOfGroup = new Map<number, number>();
        for (const [index, group] of groups.entries()) {
          expect(folds[index]).toBe(foldOfGroup.get(group) ?? folds[index]);
          foldOfGroup.set(group, folds[index] as number);
        }
        expect([...new Set(folds)].sort()).toEqual(Array.from({ length: foldCount }, (_, f) => f));
        expect(assignFolds(Int32Array.from(groups), foldCount, { seed, labels })).toEqual(folds);
      }),
    );
  });

  it('balances sizes', () => {
    const groups = Int32Array.from({ length: 1003 }, (_, index) => index);
    const sizes = [...countBy(assignFolds(groups, 5, { seed: 1 })).values()];
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('places large groups so that sizes still balance', () => {
    const groups = Int32Array.from(
      [...Array<number>(50).fill(0), ...Array<number>(30).fill(1)].concat(
        Array.from({ length: 70 }, (_, index) => 2 + index),
      ),
    );
    const sizes = [...countBy(assignFolds(groups, 3, { seed: 1 })).values()];
    expect(sizes).toEqual([50, 50, 50]);
  });

  it('gives each fold about the same share of each label', () => {
    const labels = Array.from({ length: 600 }, (_, index) =>
      index % 20 === 0 ? 'rare' : 'common',
    );
    const groups = Int32Array.from(labels, (_, index) => Math.floor(index / 2));
    const folds = assignFolds(groups, 5, { seed: 3, labels });
    const rare = countBy([...folds].filter((_, index) => labels[index] === 'rare'));
    expect([...rare.values()]).toEqual([6, 6, 6, 6, 6]);
    expect([...countBy(folds).values()]).toEqual([120, 120, 120, 120, 120]);
  });

  it('deals differently by another seed', () => {
    const groups = Int32Array.from({ length: 100 }, (_, index) => index);
    expect(assignFolds(groups, 5, { seed: 1 })).not.toEqual(assignFolds(groups, 5, { seed: 2 }));
  });

  it('says what is wrong', () => {
    const groups = Int32Array.from([0, 0, 1]);
    expect(() => assignFolds(groups, 1, { seed: 1 })).toThrow(/at least 2/);
    expect(() => assignFolds(groups, 3, { seed: 1 })).toThrow(/2 groups .* 3 folds/);
    expect(() => assignFolds(groups, 2, { seed: 1, labels: ['a'] })).toThrow(/1 labels for 3/);
  });
});
