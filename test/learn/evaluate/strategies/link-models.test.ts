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
    expect(linkModels(columns, () => 10)).toEqual(sets);
  });
});
