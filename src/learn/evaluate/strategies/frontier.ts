/** Mean cost and mean quality of one way to choose models. */
export interface FrontierPoint {
  readonly costUsd: number;
  readonly quality: number;
}

/** Mean quality of one way to choose models, and the mean expense that it takes: USD or ms. */
interface ExpensePoint {
  readonly expense: number;
  readonly quality: number;
}

/**
 * The non-decreasing convex hull of cost-quality points: what mixes of them can reach, spending each
 * dollar where it buys most. Ascending in cost, beginning at the cheapest point.
 */
export function computeFrontier(points: readonly FrontierPoint[]): FrontierPoint[] {
  return computeHull(points.map((point) => ({ ...toExpense(point), point }))).map(
    ({ point }) => point,
  );
}

function toExpense({ costUsd, quality }: FrontierPoint): ExpensePoint {
  return { expense: costUsd, quality };
}

function computeHull<Point extends ExpensePoint>(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.expense - b.expense || b.quality - a.quality);
  const hull: Point[] = [];
  for (const point of sorted) {
    const last = hull.at(-1);
    if (last !== undefined && point.quality <= last.quality) continue;
    while (isLastBelow(hull, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/** Whether the last point of the hull is not above the line from the one before it to `next`. */
function isLastBelow(hull: readonly ExpensePoint[], next: ExpensePoint): boolean {
  const [start, middle] = hull.slice(-2);
  if (start === undefined || middle === undefined) return false;
  // A point on the line, up to rounding, is not above it.
  return computeSlope(start, middle) <= computeSlope(start, next) * (1 + 1e-12);
}

/** Quality per USD, or per ms, between two points. */
function computeSlope(from: ExpensePoint, to: ExpensePoint): number {
  return (to.quality - from.quality) / (to.expense - from.expense);
}

/**
 * Average improvement in quality of RouterBench (Hu et al., arXiv 2403.12031): the mean quality
 * under the frontier over a range of costs. To the left of its cheapest point a frontier counts with
 * that point's quality, to the right of its most expensive point with that one's.
 *
 * @returns NaN where the range is empty
 */
export function computeAverageImprovementInQuality(
  points: readonly FrontierPoint[],
  range: { readonly lowUsd: number; readonly highUsd: number },
): number {
  const hull = computeFrontier(points);
  const width = range.highUsd - range.lowUsd;
  const [first] = hull;
  const last = hull.at(-1);
  if (first === undefined || last === undefined || !(width > 0)) return Number.NaN;
  const knots = [
    { costUsd: Math.min(range.lowUsd, first.costUsd), quality: first.quality },
    ...hull,
    { costUsd: Math.max(range.highUsd, last.costUsd), quality: last.quality },
  ];
  const area = knots.reduce((sum, left, index) => {
    const right = knots[index + 1];
    return right === undefined ? sum : sum + integrate(left, right, range);
  }, 0);
  return area / width;
}

/** Area under the line between two points, within the range. */
function integrate(
  left: FrontierPoint,
  right: FrontierPoint,
  range: { readonly lowUsd: number; readonly highUsd: number },
): number {
  const low = Math.max(left.costUsd, range.lowUsd);
  const high = Math.min(right.costUsd, range.highUsd);
  if (high <= low) return 0;
  const slope = computeSlope(toExpense(left), toExpense(right));
  const qualityAt = (costUsd: number): number => left.quality + slope * (costUsd - left.costUsd);
  return ((high - low) * (qualityAt(low) + qualityAt(high))) / 2;
}

/**
 * What a dollar, or a millisecond, buys without looking at prompts: the slope, at some mean expense, of
 * the frontier of single models. At this rate all mixes on the segment around it are equally good, so a
 * strategy that beats every single model at this rate beats every mix of the same expense.
 *
 * @returns quality per unit of the expense; 0 from the most expensive useful model on, and the slope of
 * the first segment below the cheapest
 */
export function computeExchangeRate(models: readonly ExpensePoint[], expense: number): number {
  const hull = computeHull(models);
  const right = Math.max(
    1,
    hull.findIndex((point) => point.expense > expense),
  );
  const before = hull[right - 1];
  const after = hull[right];
  const last = hull.at(-1);
  if (before === undefined || after === undefined || last === undefined) return 0;
  return expense >= last.expense ? 0 : computeSlope(before, after);
}
