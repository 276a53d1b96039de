import { describe, expect, it } from 'vitest';
import { parseGivenPrice } from '../../../../src/measure/models/listing/build-pool.js';

describe('a price that the user gives', () => {
  it.each([
    ['small=0.15/0.60', { kind: 'listed', inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 }],
    ['small=0/0.001', { kind: 'listed', inputPerMillionUsd: 0, outputPerMillionUsd: 0.001 }],
    ['small=free', { kind: 'free' }],
  ])('is read from %s', (text, price) => {
    expect(parseGivenPrice(text)).toEqual({ model: 'small', price });
  });

  it('is not that of one token', () => {
    expect(() => parseGivenPrice('small=0.00000015/0.0000006')).toThrow(
      '--price small: 1.5e-7 is less than $0.001 per million tokens; if it is the price of one token',
    );
  });

  it.each(['small', 'small=cheap', 'small=1'])('is not %s', (text) => {
    expect(() => parseGivenPrice(text)).toThrow('is not a price');
  });
});
