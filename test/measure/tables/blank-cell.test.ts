import { describe, expect, it } from 'vitest';
import { isBlankCell } from '../../../src/measure/tables/blank-cell.js';

describe('isBlankCell', () => {
  it.each([undefined, null, '', '  ', [], 'nan', 'NaN', '#N/A', '<NA>'])(
    'is true for %j',
    (cell) => {
      expect(isBlankCell(cell)).toBe(true);
    },
  );

  it.each(['None', 'N/A', 'n/a', 'null', '-', 'Nan', 0, false])('is false for %j', (cell) => {
    expect(isBlankCell(cell)).toBe(false);
  });
});
