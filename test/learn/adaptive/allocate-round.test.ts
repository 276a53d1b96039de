import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateCells, allocateStart } from '../../../src/learn/adaptive/allocate-round.js';

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('allocateCells', () => {
  it('gives out all cells that there is room for, none beyond its capacity', () => {
    const entry = fc.record({
      weight: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e3, noNaN: true })),
      capacity: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), fc.nat(400), (entries, count) => {
        const weights = Float64Array.from(entries, ({ weight }) => weight);
        const capacities = Int32Array.from(entries, ({ capacity }) => capacity);
        const taken = allocateCells(count, weights, capacities);
        taken.forEach((own, index) => {
          expect(own).toBeGreaterThanOrEqual(0);
          expect(own).toBeLessThanOrEqual(weights[index]! > 0 ? capacities[index]! : 0);
        });
        const room = entries.reduce((all, one) => all + (one.weight > 0 ? one.capacity : 0), 0);
        expect(sum(taken)).toBe(Math.min(count, room));
      }),
    );
  });

  it('is in proportion to the weights, to within a cell', () => {
    const taken = allocateCells(100, Float64Array.of(1, 2, 7), Int32Array.of(99, 99, 99));
    expect([...taken]).toEqual([10, 20, 70]);
    const rounded = allocateCells(10, Float64Array.of(1, 1, 1), Int32Array.of(9, 9, 9));
    expect([...rounded]).toEqual([4, 3, 3]);
  });

  it('gives what a full one cannot take to the others', () => {
    const taken = allocateCells(12, Float64Array.of(10, 1, 1), Int32Array.of(2, 50, 50));
    expect([...taken]).toEqual([2, 5, 5]);
  });
});

describe('allocateStart', () => {
  it('gives small tasks the minimum, and larger ones more, by the root of their size', () => {
    const start = allocateStart(Int32Array.of(2, 100, 10_000), { share: 0.025, minimum: 3 });
    expect(start[0]).toBe(2);
    expect(start[1]).toBeGreaterThan(3);
    expect(sum(start)).toBe(253);
    expect(start[2]! / start[1]!).toBeGreaterThan(8);
    expect(start[2]! / start[1]!).toBeLessThan(11);
  });
});
