import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatChange,
  formatCostPerThousand,
  formatCount,
  formatDifference,
  formatDuration,
  formatGainPoints,
  formatInterval,
  formatKnownUsd,
  formatPercent,
  formatPercentPair,
  formatPercentTenths,
  formatPrice,
  formatQuality,
  formatRange,
  formatShareInterval,
  formatSigned,
  formatUsd,
} from '../../src/util/format-number.js';

describe('numbers for people', () => {
  it.each([
    [0, '$0'],
    [0.00000513, '$0.00000513'],
    [0.00123456, '$0.00123'],
    [0.0996, '$0.10'],
    [0.1049, '$0.10'],
    [0.5, '$0.50'],
    [12.345, '$12.35'],
    [99.996, '$100'],
    [1234.5, '$1,235'],
    [-0.02, '-$0.02'],
    [null, '-'],
    [Number.NaN, '-'],
  ])('an amount of %s is %s', (cost, text) => {
    expect(formatUsd(cost)).toBe(text);
  });

  it.each([
    [0, '$0'],
    [0.1, '$0.10'],
    [0.134, '$0.134'],
    [0.0000125, '$0.0000125'],
    [1200, '$1,200.00'],
  ])('a price of %s keeps its digits: %s', (price, text) => {
    expect(formatPrice(price)).toBe(text);
  });

  it('a sum that lacks charges says so', () => {
    expect(formatKnownUsd(0.5, 0)).toBe('$0.50');
    expect(formatKnownUsd(0.5, 2)).toBe('at least $0.50');
    expect(formatKnownUsd(0, 2)).toBe('-');
  });

  it('the cost of a request is shown for 1,000 of them', () => {
    expect(formatCostPerThousand(0.000105)).toBe('$0.11');
    expect(formatCostPerThousand(null)).toBe('-');
  });

  it.each([
    [0.8731, '0.873'],
    [1, '1.000'],
    [0, '0.000'],
    [-0.02, '-0.020'],
    [-0.0001, '0.000'],
    [undefined, '-'],
  ])('a quality of %s is %s', (quality, text) => {
    expect(formatQuality(quality)).toBe(text);
  });

  it.each([
    [0.42, '42 %'],
    [0.031, '3.1 %'],
    [0, '0 %'],
    [-0.5, '-50 %'],
    [1, '100 %'],
    [0.0998, '10 %'],
    [0.994, '99 %'],
    [0.9951, 'over 99 %'],
    [3999 / 4000, 'over 99 %'],
    [0.1 * 3 + 0.7, '100 %'],
    [1 - 2 ** -52, '100 %'],
    [1.004, '100 %'],
    [0.0004, 'under 0.1 %'],
    [0.0006, '0.1 %'],
    [1e-16, '0 %'],
    [-0.0004, '-0.04 %'],
    [-0.0000042, '-0.0004 %'],
    [-0.0006, '-0.1 %'],
    [-1e-16, '0 %'],
    [9.994, '999 %'],
    [12.5, '1,250 %'],
    [-439_329_321.56, '-43,932,932,156 %'],
    [null, '-'],
  ])('a share of %s is %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it.each([
    [0.9863, '98.6 %'],
    [0.4, '40.0 %'],
    [1, '100.0 %'],
    [0.9994, '99.9 %'],
    [0.9997, 'over 99.9 %'],
    [1.004, '100.4 %'],
    [-12.5, '-1,250 %'],
    [0, '0.0 %'],
    [0.0004, 'under 0.1 %'],
    [-0.0003, '-0.03 %'],
    [-1e-16, '0.0 %'],
    [Number.NaN, '-'],
  ])('a share of %s with one decimal is %s', (share, text) => {
    expect(formatPercentTenths(share)).toBe(text);
  });

  it.each([
    [[0.9863, 0.979, 0.9931], '98.6 % [97.9, 99.3]'],
    [[0.9997, 0.9987, 1.0002], 'over 99.9 % [99.9, 100.0]'],
    [[0.0004, -0.0003, 0.001], 'under 0.1 % [-0.03, 0.1]'],
    [[0.5, Number.NaN, Number.NaN], '50.0 %'],
    [[Number.NaN, 0, 1], '-'],
  ] as const)('a share with one decimal has its interval: %s', ([mean, low, high], text) => {
    expect(formatInterval({ mean, low, high }, formatPercentTenths)).toBe(text);
  });

  it.each([
    [0.0123, '1.2 points'],
    [0.0012, '0.12 points'],
    [-0.00002, '0.00 points'],
  ])('a gain of %s is %s', (share, text) => {
    expect(formatGainPoints(share)).toBe(text);
  });

  it.each([
    [[0.42, 0.5], '42 %, 50 %'],
    [[0.418, 0.424], '41.8 %, 42.4 %'],
    [[0.0312, 0.0313], '3.12 %, 3.13 %'],
    [[0.9961, 0.9987], '99.6 %, 99.9 %'],
    [[0.42, 0.42], '42 %, 42 %'],
    [[0.42, 0.42 + 1e-12], '42 %, 42 %'],
  ] as const)('shares that are compared are told apart: %s', ([one, other], text) => {
    expect(formatPercentPair(one, other).join(', ')).toBe(text);
  });

  it.each([
    [0.123, '+12.3 %'],
    [-0.034, '-3.4 %'],
    [-0.0001, '0.0 %'],
    [12.3456, '+1,234.6 %'],
    [null, '-'],
  ])('a change of %s is %s', (share, text) => {
    expect(formatChange(share)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [4.44, '4.4 ms'],
    [840.2, '840 ms'],
    [999.7, '1.0 s'],
    [1240, '1.2 s'],
    [45_300, '45 s'],
    [109_600, '110 s'],
    [120_000, '2 min'],
    [6_000_000, '1.7 h'],
    [null, '-'],
  ])('a duration of %s ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('a difference has its sign and its interval', () => {
    expect(formatDifference({ mean: 0.041, low: 0.03, high: 0.052 })).toBe('+0.041 [0.030, 0.052]');
    expect(formatDifference({ mean: -0.016, low: -0.065, high: 0.029 })).toBe(
      '-0.016 [-0.065, 0.029]',
    );
    expect(formatDifference({ mean: 0, low: 0, high: 0 })).toBe('0.000 [0.000, 0.000]');
    expect(formatDifference({ mean: Number.NaN, low: 0, high: 0 })).toBe('-');
    expect(formatDifference(null)).toBe('-');
  });

  it.each([
    [{ mean: 0.055, low: 0.0002, high: 0.11 }, '+0.055 [+0.000, 0.110]'],
    [{ mean: 0.038, low: -0.0002, high: 0.077 }, '+0.038 [-0.000, 0.077]'],
    [{ mean: 0, low: -1e-12, high: 1e-12 }, '0.000 [0.000, 0.000]'],
  ])('an end of an interval that rounds to zero shows its side', (interval, text) => {
    expect(formatDifference(interval)).toBe(text);
  });

  it('a saved share has its interval', () => {
    expect(formatShareInterval({ mean: 0.42, low: 0.38, high: 0.45 })).toBe('42 % [38, 45]');
    expect(formatShareInterval(null)).toBe('-');
  });

  it.each([
    [0.59, 0.66, formatPercent, '59 to 66 %'],
    [0.0004, 0.02, formatPercent, 'under 0.1 to 2.0 %'],
    [0.003, 0.004, formatCostPerThousand, '$3.00 to $4.00'],
    [0.1, 0.3, formatGainPoints, '10.0 to 30.0 points'],
    [-0.012, 0.034, formatQuality, '-0.012 to 0.034'],
    [null, 0.034, formatQuality, '-'],
    [Number.NaN, 0.034, formatQuality, '-'],
  ])('a range from %s to %s has its unit once', (low, high, format, text) => {
    expect(formatRange({ low, high }, format)).toBe(text);
  });

  it('a change has a sign, unless it is shown as none', () => {
    const changes = [0.0012, 0, -0.0012, 0.000_000_001];
    expect(changes.map((change) => formatSigned(change, formatCostPerThousand))).toEqual([
      '+$1.20',
      '$0',
      '-$1.20',
      '+$0.000001',
    ]);
    expect([0.04, -0.04, 0.0001].map((change) => formatSigned(change, formatQuality))).toEqual([
      '+0.040',
      '-0.040',
      '0.000',
    ]);
  });

  it('a small saved share keeps its sign, so that an interval across 0 shows both', () => {
    expect(formatShareInterval({ mean: 0.0001, low: -0.0004, high: 0.0004 })).toBe(
      'under 0.1 % [-0.04, under 0.1]',
    );
    expect(formatShareInterval({ mean: -0.0001, low: -0.0004, high: 0.0004 })).toBe(
      '-0.01 % [-0.04, under 0.1]',
    );
  });

  it('a file size has its unit', () => {
    expect([820, 330_127, 999_700, 1_234_567].map(formatBytes)).toEqual([
      '820 B',
      '330 kB',
      '1.0 MB',
      '1.2 MB',
    ]);
  });

  it('a count has its noun and its thousands', () => {
    expect([1, 2, 1200].map((count) => formatCount(count, 'prompt'))).toEqual([
      '1 prompt',
      '2 prompts',
      '1,200 prompts',
    ]);
  });

  it('an amount never has an exponent, and is exact to three digits or half a cent', () => {
    const costs = double({ min: 1e-9, max: 1e6, noNaN: true });
    assert(
      property(costs, (cost) => {
        const text = formatUsd(cost);
        expect(text).toMatch(/^\$[\d,]+(\.\d+)?$/);
        const shown = Number(text.slice(1).replaceAll(',', ''));
        const tolerance = cost < 0.0995 ? 0.005001 * cost : cost < 99.995 ? 0.005001 : 0.500001;
        expect(Math.abs(shown - cost)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });
});
