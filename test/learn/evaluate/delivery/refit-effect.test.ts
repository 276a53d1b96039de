import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyRefitEffect,
  computeRefitEffect,
  leaveOutShift,
  noRefitEffect,
  scaleRefitEffect,
} from '../../../../src/learn/evaluate/delivery/refit-effect.js';

const number = fc.double({ min: -10, max: 10, noNaN: true });
const width = fc.double({ min: 0, max: 10, noNaN: true });
const interval = fc
  .tuple(number, width, width)
  .map(([mean, below, above]) => ({ mean, low: mean - below, high: mean + above }));
const changes = fc.array(number, { minLength: 1, maxLength: 8 });

describe('the effect of refitting', () => {
  it('is the mean change, with its standard error over the folds', () => {
    const { shift, standardError } = computeRefitEffect([0.1, 0.3]);
    expect(shift).toBeCloseTo(0.2, 12);
    expect(standardError).toBeCloseTo(0.1, 12);
  });

  it('is as uncertain as it is large where there is one fold', () => {
    expect(computeRefitEffect([-0.2])).toEqual({ shift: -0.2, standardError: 0.2 });
  });

  it('leaves out unknown changes, and is none where none is known', () => {
    expect(computeRefitEffect([Number.NaN, 0.2])).toEqual(computeRefitEffect([0.2]));
    expect(computeRefitEffect([Number.NaN])).toEqual(noRefitEffect);
  });

  it('shifts an interval and never narrows it', () => {
    fc.assert(
      fc.property(interval, changes, (before, list) => {
        const effect = computeRefitEffect(list);
        const after = applyRefitEffect(before, effect);
        expect(after.mean).toBeCloseTo(before.mean + effect.shift, 9);
        expect(after.mean - after.low).toBeGreaterThanOrEqual(before.mean - before.low - 1e-9);
        expect(after.high - after.mean).toBeGreaterThanOrEqual(before.high - before.mean - 1e-9);
      }),
    );
  });

  it('changes nothing where the folds agree with the refit', () => {
    fc.assert(
      fc.property(interval, (before) => {
        const { mean, low, high } = applyRefitEffect(before, computeRefitEffect([0, 0, 0]));
        expect(mean).toBeCloseTo(before.mean, 12);
        expect(low).toBeCloseTo(before.low, 9);
        expect(high).toBeCloseTo(before.high, 9);
      }),
    );
  });

  it('widens an interval by the shift that is left out', () => {
    expect(leaveOutShift({ shift: 3, standardError: 4 })).toEqual({ shift: 0, standardError: 5 });
  });

  it('has no negative error in other units', () => {
    const scaled = scaleRefitEffect({ shift: 2, standardError: 1 }, -0.5);
    expect(scaled).toEqual({ shift: -1, standardError: 0.5 });
  });
});
