import { describe, expect, it } from 'vitest';
import {
  formatCost,
  formatMoney,
  formatPoints,
  formatQuality,
  formatRange,
  formatShare,
  unknown,
} from '../../../src/learn/report/words.js';

const thin = '\u202f';

describe('numbers in words people use', () => {
  it.each([
    [0, '$0'],
    [0.000_012_34, '$0.0000123'],
    [0.2, '$0.200'],
    [41.2, '$41.20'],
    [655.4, '$655'],
    [1_234_567, '$1,234,567'],
    [-3, '−$3.00'],
  ])('write $%s as a bill does', (usd, text) => {
    expect(formatMoney(usd)).toBe(text);
  });

  it('write the cost of one request as that of a thousand', () => {
    expect(formatCost(0.000_262)).toBe('$0.262');
  });

  it('write shares, qualities and differences in percent and points', () => {
    expect(formatShare(0.634)).toBe(`63${thin}%`);
    expect(formatShare(0.0312)).toBe(`3.1${thin}%`);
    expect(formatQuality(0.9271)).toBe(`92.7${thin}%`);
    expect(formatPoints(0.1271)).toBe('+12.7');
    expect(formatPoints(-0.0041)).toBe('−0.4');
    expect(formatPoints(-0.0001)).toBe('0.0');
  });

  it('write the unit of a range once', () => {
    const interval = { mean: 0.6, low: 0.59, high: 0.66 };
    expect(formatRange(interval, formatShare)).toBe(`59 to 66${thin}%`);
    expect(formatRange(interval, formatPoints)).toBe('+59.0 to +66.0');
  });

  it('show what is not known as such', () => {
    for (const format of [formatMoney, formatShare, formatQuality, formatPoints]) {
      for (const value of [null, undefined, Number.NaN]) expect(format(value)).toBe(unknown);
    }
    expect(formatRange(null, formatMoney)).toBe(unknown);
  });
});
