import { formatCostPerThousand, formatQuality } from '../../util/format-number.js';

export interface PlotPoint {
  /** Cost per request in USD. */
  readonly x: number;
  /** A quality. */
  readonly y: number;
  /** One character. Of points in the same place, the last one is shown. */
  readonly mark: string;
}

const width = 64;
const height = 14;
const labelWidth = 7;

/**
 * A scatter plot as text, with costs per 1,000 requests on the horizontal axis. That axis is
 * logarithmic where all costs are above zero. Points with an unknown value are skipped.
 */
export function plotPoints(points: readonly PlotPoint[]): string {
  const known = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (known.length === 0) return '  (nothing to plot)';
  const isLogarithmic = known.every(({ x }) => x > 0);
  const scaleX = createScale(
    known.map(({ x }) => (isLogarithmic ? Math.log(x) : x)),
    width,
  );
  const scaleY = createScale(
    known.map(({ y }) => y),
    height,
  );
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  for (const { x, y, mark } of known) {
    const row = cells[height - 1 - scaleY(y)];
    if (row !== undefined) row[scaleX(isLogarithmic ? Math.log(x) : x)] = mark.slice(0, 1);
  }
  const sortedY = known.map(({ y }) => y).sort((a, b) => a - b);
  const sortedX = known.map(({ x }) => x).sort((a, b) => a - b);
  const lines = cells.map((row, index) => {
    const value = index === 0 ? sortedY.at(-1) : index === height - 1 ? sortedY[0] : undefined;
    const label = value === undefined ? '' : formatQuality(value);
    return `${label.padStart(labelWidth)} |${row.join('').trimEnd()}`;
  });
  const low = formatCostPerThousand(sortedX[0]);
  const high = formatCostPerThousand(sortedX.at(-1));
  const margin = ' '.repeat(labelWidth + 1);
  return [
    ...lines,
    `${margin}+${'-'.repeat(width)}`,
    `${margin} ${low}${high.padStart(Math.max(1, width - low.length))}`,
  ].join('\n');
}

/** Maps the range of the values to 0 ... size - 1. A range of length 0 maps to the middle. */
function createScale(values: readonly number[], size: number): (value: number) => number {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return (value) =>
    range === 0 ? Math.floor(size / 2) : Math.round(((value - low) / range) * (size - 1));
}
