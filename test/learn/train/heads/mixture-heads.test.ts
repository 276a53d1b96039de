import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadHeads } from '../../../../src/learn/train/heads/mixture-heads.js';

const anyHeads = fc
  .array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 30 })
  .map((values) => Float32Array.from(values.slice(0, values.length - (values.length % 3))));

describe('spreadHeads', () => {
  it('keeps the mean of each row, and a share of each difference from it', () => {
    fc.assert(
      fc.property(anyHeads, fc.double({ min: 0, max: 1, noNaN: true }), (heads, spread) => {
        const result = spreadHeads(heads, 3, spread);
        heads.forEach((head, at) => {
          const row = heads.slice(at - (at % 3), at - (at % 3) + 3);
          const mean = row.reduce((sum, value) => sum + value, 0) / 3;
          expect(result[at]).toBeCloseTo(mean + spread * (head - mean), 4);
        });
      }),
    );
  });

  it('changes nothing where all is kept', () => {
    const heads = Float32Array.of(1, 2, 3);
    expect(spreadHeads(heads, 3, 1)).toBe(heads);
  });
});
