import { describe, expect, it } from 'vitest';
import { linkModels } from '../../../../src/learn/evaluate/strategies/link-models.js';

/** A value in the rows from the first to before the last. */
function fillRows(first: number, last: number): Float64Array {
  return Float64Array.from({ length: 100 }, (_, row) =>
    row >= first && row < last ? 0 : Number.NaN,
  );
}

describe('sets of models that can be compared', () => {
  it.each([
    ['with the same rows are one', [fillRows(0, 50), fillRows(0, 50)], [[0, 1]]],
    ['without a same row are two', [fillRows(0, 50), fillRows(50, 100)], [[0], [1]]],
    ['with too few of them are two', [fillRows(0, 50), fillRows(41, 90)], [[0], [1]]],
    [
      'are linked by a model in between',
      [fillRows(0, 40), fillRows(60, 100), fillRows(30, 70)],
      [[0, 1, 2]],
    ],
    ['without a value are one each', [fillRows(0, 0), fillRows(0, 0)], [[0], [1]]],
  ])('%s', (_, columns, sets) => {
    expect(linkModels(columns, ['a', 'b', 'c'], () => 10)).toEqual(sets);
  });

  const [few, many] = [fillRows(0, 30), fillRows(40, 100)];
  it.each([
    ['that have the most models', [many, many, few, few, few], 'abcde', [2, 3, 4]],
    ['that share the most rows, of equal ones', [few, few, many, many], 'abcd', [2, 3]],
    [
      'that come first by name, of equal ones',
      [few, few, fillRows(70, 100), fillRows(70, 100)],
      'dcba',
      [2, 3],
    ],
  ])('begin with those %s', (_, columns, names, first) => {
    expect(linkModels(columns, [...names])[0]).toEqual(first);
  });
});
