/** Mean cost and mean quality of one way to choose models. */
export interface FrontierPoint {
  readonly costUsd: number;
  readonly quality: number;
}

/**
 * The non-decreasing convex hull of cost-quality points: what can be reached by mixing them, each
 * dollar spent where it buys most. Ascending in cost, beginning at the cheapest point.
 */
export function computeFrontier(points: readonly FrontierPoint[]): FrontierPoint[] {
  const sorted = [...points].sort((a, b) => a.costUsd - b.costUsd || b.quality - a.quality);
  const hull: FrontierPoint[] = [];
  for (const point of sorted) {
    const last = hull.at(-1);
    if (last !== undefined && point.quality <= last.quality) continue;
    while (hull.length >= 2 && !isAbove(hull, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/** Whether the last point of the hull lies above the line from the one before it to `next`. */
function isAbove(hull: readonly FrontierPoint[], next: FrontierPoint): boolean {
  const start = hull.at(-2) as FrontierPoint;
  const middle = hull.at(-1) as FrontierPoint;
  const slopeToMiddle = (middle.quality - start.quality) / (middle.costUsd - start.costUsd);
  const slopeToNext = (next.quality - start.quality) / (next.costUsd - start.costUsd);
  // A point on the line, but for rounding, is not above it.
  return slopeToMiddle > slopeToNext * (1 + 1e-12);
}

/**
 * Average improvement in quality of RouterBench (Hu et al., arXiv 2403.12031): the mean quality
 * under the frontier over a range of costs. Left of its cheapest point a frontier counts with that
 * point's quality, right of its dearest with that one's.
 *
 * @returns NaN where the range is empty
 */
export function computeAverageImprovementInQuality(
  points: readonly FrontierPoint[],
  range: { readonly lowUsd: number; readonly highUsd: number },
): number {
  const hull = computeFrontier(points);
  const width = range.highUsd - range.lowUsd;
  if (hull.length === 0 || !(width > 0)) return Number.NaN;
  const first = hull[0] as FrontierPoint;
  const last = hull.at(-1) as FrontierPoint;
  const knots = [
    { costUsd: Math.min(range.lowUsd, first.costUsd), quality: first.quality },
    ...hull,
    { costUsd: Math.max(range.highUsd, last.costUsd), quality: last.quality },
  ];
  let area = 0;
  for (let index = 1; index < knots.length; index++) {
    area += integrate(knots[index - 1] as FrontierPoint, knots[index] as FrontierPoint, range);
  }
  return area / width;
}

/** Area under the line between two points, as far as it lies in the range. */
function integrate(
  left: FrontierPoint,
  right: FrontierPoint,
  range: { readonly lowUsd: number; readonly highUsd: number },
): number {
  const low = Math.max(left.costUsd, range.lowUsd);
  const high = Math.min(right.costUsd, range.highUsd);
  if (high <= low) return 0;
  const slope = (right.quality - left.quality) / (right.costUsd - left.costUsd);
  const qualityAt = (costUsd: number): number => left.quality + slope * (costUsd - left.costUsd);
  return ((high - low) * (qualityAt(low) + qualityAt(high))) / 2;
}
