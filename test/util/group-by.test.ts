import { describe, expect, it } from 'vitest';
import { groupBy } from '../../src/util/group-by.js';

describe('groups of items', () => {
  it('keep the order of keys and items', () => {
    const groups = groupBy([3, 1, 4, 1, 5], (item) => item % 2 === 0);
    expect([...groups]).toEqual([
      [false, [3, 1, 1, 5]],
      [true, [4]],
    ]);
  });

  it('may have any key, undefined included, and there are none of no items', () => {
    expect([...groupBy([1], () => undefined)]).toEqual([[undefined, [1]]]);
    expect(groupBy([], String).size).toBe(0);
  });
});
