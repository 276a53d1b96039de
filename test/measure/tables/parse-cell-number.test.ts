import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findNumberStyle,
  parseCellCount,
  parseCellNumber,
  parseDecimal,
} from '../../../src/measure/tables/parse-cell-number.js';

const point = { decimalComma: false };
const comma = { decimalComma: true };

describe('parseDecimal', () => {
  it('reads decimal numbers and nothing else', () => {
    expect(['-1.5e3', '12', '', '1_0', '9'.repeat(65)].map(parseDecimal)).toEqual([
      -1500,
      12,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('parseCellNumber', () => {
  it.each([
    ['0,0001', 0.0001],
    [' 12 ', 12],
    ['85%', 0.85],
    ['12,5 %', 0.125],
    ['$0.002', 0.002],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1,234,567', 1234567],
    ['-3e-5', -0.00003],
    ['1.234', 1.234],
  ])('reads %j', (cell, value) => {
    expect(parseCellNumber(cell, point)).toEqual({ ok: true, value });
  });

  it('refuses a number with two readings, unless the file shows which one is meant', () => {
    expect(parseCellNumber('1,234', point)).toMatchObject({
      problem: expect.stringContaining('can be read in two ways'),
    });
    expect(parseCellNumber('1,234', comma)).toEqual({ ok: true, value: 1.234 });
    expect(parseCellNumber('1.234', comma)).toMatchObject({ ok: false });
  });

  it.each(['0,012', '$0,012', '$ 0,012', '12,5 %', '$1.234,5'])(
    'takes a comma in %j for the decimal comma of the whole file',
    (cell) => {
      expect(findNumberStyle(['n/a', '1.234', cell])).toEqual(comma);
    },
  );

  it.each(['$1,234', '$0.012', '1,234 %'])('finds no decimal comma in %j', (cell) => {
    expect(findNumberStyle([cell])).toEqual(point);
  });

  it.each(['', 'nan', '1,2,3', '0x1', '1 000', '€3', '1e999999', '12.34.56'])(
    'refuses %j',
    (cell) => {
      expect(parseCellNumber(cell, point)).toMatchObject({ ok: false });
    },
  );

  it('reads a number alike with a point and, in a file of decimal commas, with a comma', () => {
    const number = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value.toFixed(4));
    fc.assert(
      fc.property(number, (text) => {
        const withComma = text.replace('.', ',');
        expect(findNumberStyle([withComma])).toEqual(comma);
        expect(parseCellNumber(withComma, comma)).toEqual(parseCellNumber(text, point));
      }),
    );
  });
});

describe('parseCellCount', () => {
  it.each(['1.234', '1,234', '12.345', '-1.234', '$1.234'])(
    'finds two readings of %j in a file of any style',
    (cell) => {
      for (const style of [point, comma]) {
        expect(parseCellCount(cell, style)).toMatchObject({
          problem: expect.stringContaining('can be read in two ways'),
        });
      }
    },
  );

  it.each([
    ['987', 987],
    ['1234', 1234],
    ['1234.0', 1234],
    ['345.5', 345.5],
    ['345.3333333', 345.3333333],
    ['1,234,567', 1234567],
    ['1.234.567', 1234567],
  ])('reads %j, also as the mean of several counts', (cell, value) => {
    expect(parseCellCount(cell, point)).toEqual({ ok: true, value });
  });
});

describe('findNumberStyle', () => {
  it('needs a comma that cannot separate thousands', () => {
    expect(findNumberStyle(['1,234', 'a,b', '7'])).toEqual(point);
    expect(findNumberStyle(['1,234', '0,5'])).toEqual(comma);
    expect(findNumberStyle(['1.234,50'])).toEqual(comma);
  });
});
