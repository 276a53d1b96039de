import { computeFrontier, type FrontierPoint } from '../diagnose/frontier.js';

/**
 * What a dollar buys without looking at prompts: the slope, at some mean cost, of the best mixes of
 * single models (their non-decreasing convex hull). At this rate all mixes on the segment around
 * that cost are equally good, so that to beat every single model at it is to beat every mix of them
 * at the same cost.
 *
 * @returns quality per USD; 0 from the dearest useful model on, and the slope of the first segment
 * below the cheapest
 */
export function computeExchangeRate(models: readonly FrontierPoint[], costUsd: number): number {
  const hull = computeFrontier(models);
  const last = hull.at(-1);
  if (last === undefined || hull.length < 2 || costUsd >= last.costUsd) return 0;
  const right = Math.max(
    1,
    hull.findIndex((point) => point.costUsd > costUsd),
  );
  const before = hull[right - 1] as FrontierPoint;
  const after = hull[right] as FrontierPoint;
  return (after.quality - before.quality) / (after.costUsd - before.costUsd);
}
