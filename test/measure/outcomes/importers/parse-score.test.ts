import { describe, expect, it } from 'vitest';
import { parseScore } from '../../../../src/measure/outcomes/importers/parse-score.js';

describe('parseScore', () => {
  it.each([
    ['True', 1],
    ['false', 0],
    [' 0.25 ', 0.25],
    ['1.', 1],
    ['.5', 0.5],
    ['5e-1', 0.5],
    ['0', 0],
  ])('reads %j as a score', (cell, quality) => {
    expect(parseScore(cell)).toEqual({ ok: true, value: quality });
  });

  it.each([' ', 'nan', 'NaN', '#N/A'])('takes %j as missing, never as 0', (cell) => {
    expect(parseScore(cell)).toEqual({ ok: true, value: undefined });
  });

  it.each(['nano', 'n/a', 'None', '1.5', '-0.1', 'Infinity', '0x1', '1,0', 'truest', '1e999'])(
    'refuses %j',
    (cell) => {
      expect(parseScore(cell)).toMatchObject({ ok: false });
    },
  );
});
