import { describe, expect, it } from 'vitest';
import { isBlankCell, isSpreadsheetError } from '../../../src/measure/tables/blank-cell.js';

describe('isBlankCell', () => {
  it.each([undefined, null, '', '  ', [], 'nan', 'NaN', '#N/A', '#N/A N/A', '#NV', '#N/D', '<NA>'])(
    'is true for %j',
    (cell) => {
      expect(isBlankCell(cell)).toBe(true);
    },
  );

  it.each(['None', 'N/A', 'n/a', 'null', '-', 'Nan', 0, false])('is false for %j', (cell) => {
    expect(isBlankCell(cell)).toBe(false);
  });
});

describe('isSpreadsheetError', () => {
  it.each([
    '#NAME?',
    '#REF!',
    ' #VALUE! ',
    '#WERT!',
    '#DIV/0!',
    '#NUM!',
    '#NULL!',
    '#BEZUG!',
    '#SPILL!',
  ])('is true for %j', (cell) => {
    expect(isSpreadsheetError(cell)).toBe(true);
  });

  it.each(['#N/A', '#1', '#hashtag', 'What is #REF!?', '#NAME', 7, null])(
    'is false for %j',
    (cell) => {
      expect(isSpreadsheetError(cell)).toBe(false);
    },
  );
});
