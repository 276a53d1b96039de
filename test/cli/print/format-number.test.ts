import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatUsd,
} from '../../../src/cli/print/format-number.js';

describe('numbers for people', () => {
  it.each([
    [0, '$0'],
    [0.00000513, '$0.00000513'],
    [0.00123456, '$0.00123'],
    [0.5, '$0.500'],
    [12.345, '$12.3'],
    [1234.5, '$1235'],
    [-0.02, '-$0.0200'],
    [null, '-'],
    [Number.NaN, '-'],
  ])('a cost of %s is %s', (cost, text) => {
    expect(formatUsd(cost)).toBe(text);
  });

  it.each([
    [0.8731, '.873'],
    [1, '1.000'],
    [0, '.000'],
    [-0.02, '-.020'],
    [-0.0001, '.000'],
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
    [null, '-'],
  ])('a share of %s is %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it.each([
    [4.44, '4.4 ms'],
    [840.2, '840 ms'],
    [1240, '1.24 s'],
    [null, '-'],
  ])('a duration of %s ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it('a difference has its sign and its interval', () => {
    expect(formatDifference({ mean: 0.041, low: 0.03, high: 0.052 })).toBe('+.041 [.030, .052]');
    expect(formatDifference({ mean: -0.016, low: -0.065, high: 0.029 })).toBe(
      '-.016 [-.065, .029]',
    );
    expect(formatDifference({ mean: 0, low: 0, high: 0 })).toBe('.000 [.000, .000]');
    expect(formatDifference({ mean: Number.NaN, low: 0, high: 0 })).toBe('-');
    expect(formatDifference(null)).toBe('-');
  });

  it('a saved share has its interval', () => {
    expect(formatShareInterval({ mean: 0.42, low: 0.38, high: 0.45 })).toBe('42 % [38, 45]');
    expect(formatShareInterval(null)).toBe('-');
  });

  it('a file size has its unit', () => {
    expect([820, 330_127, 999_700, 1_234_567].map(formatBytes)).toEqual([
      '820 B',
      '330 kB',
      '1.0 MB',
      '1.2 MB',
    ]);
  });

  it('a count has its noun', () => {
    expect([formatCount(1, 'prompt'), formatCount(2, 'prompt')]).toEqual(['1 prompt', '2 prompts']);
  });

  it('a cost never has an exponent, and keeps three digits', () => {
    const costs = double({ min: 1e-9, max: 1e6, noNaN: true });
    assert(
      property(costs, (cost) => {
        const text = formatUsd(cost);
        expect(text).toMatch(/^\$\d+(\.\d+)?$/);
        expect(Number(text.slice(1)) / cost).toBeCloseTo(1, 2);
      }),
    );
  });
});
