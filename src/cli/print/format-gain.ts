/** A share of quality in points, as `1.2 points`; two decimals below one point. */
export function formatGainPoints(share: number): string {
  const points = 100 * share;
  const digits = Math.abs(points) < 1 ? points.toFixed(2) : points.toFixed(1);
  return `${digits} points`;
}
