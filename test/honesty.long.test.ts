import { describe, expect, it } from 'vitest';
import { checkIntervals } from '../scripts/check/honesty/check-intervals.js';
import { checkPromise } from '../scripts/check/honesty/check-promise.js';
import { checkSplit } from '../scripts/check/honesty/check-split.js';
import { checkVerdict } from '../scripts/check/honesty/check-verdict.js';
import { rareLosses, separable, tied, uninformative } from '../scripts/check/honesty/worlds.js';

/** A short form of `npm run check:honesty`; seeded, so that it never fails by chance. */
describe('over simulated trials whose truth is known', () => {
  it.each(Object.entries(uninformative))(
    "the verdict is DON'T ROUTE where prompts tell nothing of the models: %s",
    (_, world) => {
      expect(checkVerdict(world, { trials: 5, prompts: 200, seed: 1 }).routes).toBe(0);
    },
  );

  it('the verdict is ROUTE, with the planted winners, where prompts tell which model is best', () => {
    const { findsWinners } = checkVerdict(separable, { trials: 6, prompts: 300, seed: 1 });
    expect(findsWinners).toBe(1);
  });

  it('95 % intervals hold the true value about as often as they say', () => {
    const found = checkIntervals(separable, { trials: 60, prompts: 120, seed: 3 });
    for (const share of [found.mean, found.quality, found.costSaved]) {
      expect(share).toBeGreaterThanOrEqual(0.88);
    }
    expect(Math.min(found.mean, found.quality, found.costSaved)).toBeLessThan(1);
  });

  it('a promise that is shown is kept on fresh prompts, where a point estimate is not enough', () => {
    const settings = { trials: 20, prompts: 500, freshPrompts: 1000, keepQuality: 0.98, seed: 2 };
    const bound = checkPromise(rareLosses, { ...settings, guarantee: 'bound' });
    expect(bound.broken).toBeLessThanOrEqual(0.05);
    expect(bound.routed).toBeGreaterThan(0.5);
    expect(checkPromise(rareLosses, { ...settings, guarantee: 'point' }).broken).toBeGreaterThan(
      0.2,
    );
  });

  it('nothing is promised where few prompts cannot tell which of two models is the best', () => {
    const settings = { trials: 20, prompts: 100, freshPrompts: 500, keepQuality: 0.98, seed: 2 };
    const { promised } = checkPromise(tied, { ...settings, guarantee: 'bound' });
    expect(promised).toBeLessThan(0.1);
  });

  it('copies of a prompt never straddle a split', () => {
    expect(checkSplit({ trials: 10, prompts: 80, seed: 1 }).straddled).toBe(0);
  });
});
