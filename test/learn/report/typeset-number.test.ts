import { describe, expect, it } from 'vitest';
import {
  formatCost,
  formatDistance,
  formatLatency,
  formatMoney,
  formatPoints,
  formatPointsRange,
  formatQualityPercent,
  formatRange,
  formatShare,
  unknown,
} from '../../../src/learn/report/typeset-number.js';

const thin = '\u202f';

const formats = [
  formatCost,
  formatDistance,
  formatLatency,
  formatMoney,
  formatPoints,
  formatQualityPercent,
  formatShare,
];

describe('numbers on the page', () => {
  it.each([
    [0, '$0'],
    [0.000_012_34, '$0.0000123'],
    [0.2, '$0.20'],
    [0.0262, '$0.0262'],
    [41.2, '$41.20'],
    [655.4, '$655'],
    [1_234_567, '$1,234,567'],
    [-3, '−$3.00'],
  ])('write %s dollars in cents, or in three digits below $0.10', (usd, text) => {
    expect(formatMoney(usd)).toBe(text);
  });

  it('write the cost of one request as that of 1,000', () => {
    expect(formatCost(0.000_262)).toBe('$0.26');
  });

  it('write shares, qualities and differences in percent and points', () => {
    expect(formatShare(0.634)).toBe(`63${thin}%`);
    expect(formatShare(0.0312)).toBe(`3.1${thin}%`);
    expect(formatShare(0.9998)).toBe(`over 99${thin}%`);
    expect(formatQualityPercent(0.9271)).toBe(`92.7${thin}%`);
    expect(formatPoints(0.1271)).toBe('+12.7');
    expect(formatPoints(-0.0041)).toBe('−0.4');
    expect(formatPoints(-0.0001)).toBe('0.0');
    expect(formatDistance(-0.1271)).toBe('12.7');
  });

  it('write latencies in the unit that suits them', () => {
    expect(formatLatency(840)).toBe(`840${thin}ms`);
    expect(formatLatency(1240)).toBe(`1.2${thin}s`);
  });

  it('write the unit of a range once', () => {
    const interval = { mean: 0.6, low: 0.59, high: 0.66 };
    const small = { mean: 0.01, low: 0.0002, high: 0.02 };
    expect(formatRange(small, formatShare)).toBe(`under 0.1 to 2.0${thin}%`);
    const signed = { mean: 0.01, low: -0.0004, high: 0.02 };
    expect(formatRange(signed, formatShare)).toBe(`−0.04 to 2.0${thin}%`);
    expect(formatRange(interval, formatShare)).toBe(`59 to 66${thin}%`);
    expect(formatRange(interval, formatPoints)).toBe('+59.0 to +66.0');
  });

  it('show on which side of zero the end of a difference is', () => {
    expect(formatPointsRange({ mean: 0.06, low: 0.0002, high: 0.11 })).toBe('+0.0 to +11.0');
    expect(formatPointsRange({ mean: 0.04, low: -0.0002, high: 0.077 })).toBe('−0.0 to +7.7');
    expect(formatPointsRange({ mean: 0, low: 0, high: 0 })).toBe('0.0 to 0.0');
    expect(formatPointsRange(null)).toBe(unknown);
  });

  it('show an en dash for an unknown number', () => {
    for (const format of formats) {
      for (const value of [null, undefined, Number.NaN]) expect(format(value)).toBe(unknown);
    }
    expect(formatRange(null, formatMoney)).toBe(unknown);
  });
});
