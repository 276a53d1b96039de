import { describe, expect, it } from 'vitest';
import {
  isMissingNumber,
  parseScore,
  readVerdict,
} from '../../../../src/measure/outcomes/importers/parse-score.js';

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

  it.each([' ', 'nan', 'NaN', '#N/A', '<NA>', 'n/a', 'None'])(
    'takes %j as missing, never as 0',
    (cell) => {
      expect(parseScore(cell)).toEqual({ ok: true, value: undefined });
    },
  );

  it.each(['nano', '1.5', '-0.1', 'Infinity', '0x1', '1,0', 'truest', '1e999'])(
    'refuses %j',
    (cell) => {
      expect(parseScore(cell)).toMatchObject({ ok: false });
    },
  );
});

describe('isMissingNumber', () => {
  it.each([
    '',
    ' ',
    'nan',
    'NaN',
    'NAN',
    '#N/A',
    ' #n/a',
    '<NA>',
    '<na>',
    'N/A',
    'n.a.',
    'NA',
    'None',
    'null',
    '-',
    ' -- ',
    '—',
  ])('takes %j as missing', (cell) => {
    expect(isMissingNumber(cell)).toBe(true);
  });

  it.each(['0', '-1', '----', 'nano', 'timeout', 'no'])('does not take %j as missing', (cell) => {
    expect(isMissingNumber(cell)).toBe(false);
  });
});

describe('readVerdict', () => {
  it.each([
    [' Passed ', 'FAILED'],
    ['👍🏽', '👎'],
    ['✔\uFE0F', '✘'],
    ['Thumbs_Up', 'thumbs-down'],
    ['Y', 'N'],
    ['ja', 'Nein'],
  ])('reads %j as right and %j as wrong', (right, wrong) => {
    expect([readVerdict(right), readVerdict(wrong)]).toEqual([1, 0]);
  });

  it.each(['', '1', 'ok', 'maybe', 'fail (wrong amount)', 'good', 'positive', 'toString'])(
    'reads nothing in %j',
    (cell) => {
      expect(readVerdict(cell)).toBeUndefined();
    },
  );
});
