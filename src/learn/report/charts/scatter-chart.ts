import type * as Plot from '@observablehq/plot';
import type { Interval } from '../../../policy/file/policy.js';
import { makeVisible, type Html } from '../html.js';
import type { PointKind } from '../report.js';
import { drawPlot, markSimulated, renderPlot, loadPlot } from './draw-plot.js';
import { placeLabels } from './place-labels.js';

/** A point of a scatter chart with its intervals and its hover text. */
export interface ScatterPoint {
  readonly name: string;
  readonly kind: PointKind;
  readonly x: number;
  readonly y: number;
  readonly xInterval: Interval | null;
  readonly yInterval: Interval | null;
  readonly title: string;
}

export interface ScatterLine {
  readonly kind: 'routing' | 'mixing';
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface ScatterSettings {
  /** Accessible name of the chart. */
  readonly name: string;
  readonly xLabel: string;
  readonly formatX: (value: number) => string;
  readonly width: number;
  readonly height: number;
  readonly simulated: boolean;
}

interface PointLook {
  readonly symbol: 'circle' | 'diamond' | 'star' | 'square' | 'triangle';
  readonly color: string;
  readonly filled: boolean;
  readonly size: number;
  /** Priority of the label; the smallest number is placed first. */
  readonly priority: number;
}

/** How the kinds of points look, in the chart and in its legend. */
export const pointLooks: Readonly<Record<PointKind, PointLook>> = {
  objective: { symbol: 'circle', color: 'var(--accent)', filled: true, size: 6.5, priority: 0 },
  now: { symbol: 'square', color: 'var(--waste)', filled: true, size: 5.5, priority: 1 },
  policy: { symbol: 'diamond', color: 'var(--accent)', filled: false, size: 6, priority: 2 },
  oracle: { symbol: 'star', color: 'var(--ink)', filled: false, size: 6, priority: 3 },
  model: { symbol: 'circle', color: 'var(--model)', filled: true, size: 4, priority: 4 },
  reference: { symbol: 'triangle', color: 'var(--ink)', filled: false, size: 5, priority: 5 },
  baseline: { symbol: 'diamond', color: 'var(--ink)', filled: false, size: 5, priority: 6 },
};

const margins = { marginLeft: 46, marginRight: 14, marginTop: 22, marginBottom: 44 } as const;
const fontSize = 12;
const maxLabelLength = 32;

/** Draws qualities by cost or latency, on a logarithmic axis if all values are above zero. */
export function drawScatter(
  points: readonly ScatterPoint[],
  lines: readonly ScatterLine[],
  settings: ScatterSettings,
): Html {
  const x = createXAxis(points, settings);
  const options: Plot.PlotOptions = {
    width: settings.width,
    height: settings.height,
    ...margins,
    x,
    y: createYAxis(points),
  };
  const marks = [
    ...lines.map((line) => drawLine(line)),
    ...drawIntervals(points, x.domain),
    ...drawPoints(points),
    ...markSimulated(settings.simulated),
  ];
  const labels = drawLabels(drawPlot({ ...options, marks }), points, lines, settings);
  return renderPlot(drawPlot({ ...options, marks: [...marks, ...labels] }), settings.name);
}

function createXAxis(
  points: readonly ScatterPoint[],
  { xLabel, formatX, width }: ScatterSettings,
): Plot.ScaleOptions & { readonly domain: readonly [number, number] } {
  const { low, high } = findDomain(points.map(({ x }) => x));
  const isLogarithmic = low > 0;
  const domain = isLogarithmic ? ([low / 1.35, high * 1.35] as const) : ([0, high * 1.05] as const);
  return {
    type: isLogarithmic ? 'log' : 'linear',
    domain,
    ticks: listTicks(domain, isLogarithmic, width),
    tickFormat: formatX,
    label: isLogarithmic ? `${xLabel} (log scale)` : xLabel,
    labelAnchor: 'center',
    labelArrow: 'none',
  };
}

function createYAxis(points: readonly ScatterPoint[]): Plot.ScaleOptions {
  const { low, high } = findDomain(
    points.flatMap(({ y, yInterval }) => [y, yInterval?.low ?? y, yInterval?.high ?? y]),
  );
  const padding = Math.max(0.02, (high - low) * 0.07);
  return {
    domain: [Math.max(0, low - padding), Math.min(1, high + padding)],
    ticks: 6,
    tickFormat: (value: number) => `${Math.round(value * 100)}`,
    label: 'quality, %',
    labelArrow: 'none',
    grid: true,
  };
}

function drawLine({ kind, points }: ScatterLine): Plot.Markish {
  const isRouting = kind === 'routing';
  return loadPlot().line([...points], {
    x: 'x',
    y: 'y',
    stroke: isRouting ? 'var(--accent)' : 'var(--faint)',
    strokeWidth: isRouting ? 2 : 1.5,
    strokeOpacity: isRouting ? 0.55 : 1,
    clip: true,
    ...(!isRouting && { strokeDasharray: '4 4' }),
  });
}

function drawIntervals(
  points: readonly ScatterPoint[],
  [lowX, highX]: readonly [number, number],
): Plot.Markish[] {
  const color = (point: ScatterPoint): string => pointLooks[point.kind].color;
  return [
    loadPlot().ruleX(
      points.filter(({ yInterval }) => yInterval !== null),
      {
        x: 'x',
        y1: (point: ScatterPoint) => Math.max(0, point.yInterval?.low ?? 0),
        y2: (point: ScatterPoint) => Math.min(1, point.yInterval?.high ?? 0),
        stroke: { transform: (all: ScatterPoint[]) => all.map(color) },
        strokeWidth: 1.5,
        strokeOpacity: 0.55,
      },
    ),
    loadPlot().ruleY(
      points.filter(({ xInterval }) => xInterval !== null),
      {
        y: 'y',
        x1: (point: ScatterPoint) => Math.max(lowX, point.xInterval?.low ?? 0),
        x2: (point: ScatterPoint) => Math.min(highX, point.xInterval?.high ?? 0),
        stroke: { transform: (all: ScatterPoint[]) => all.map(color) },
        strokeWidth: 1.5,
        strokeOpacity: 0.55,
      },
    ),
  ];
}

/** Draws the most important points last, on top of the others. */
function drawPoints(points: readonly ScatterPoint[]): Plot.Markish[] {
  const kinds = Object.entries(pointLooks).sort(([, a], [, b]) => b.priority - a.priority);
  return kinds.map(([kind, { symbol, color, filled, size }]) =>
    loadPlot().dot(
      points.filter((point) => point.kind === kind),
      {
        x: 'x',
        y: 'y',
        symbol,
        r: size,
        fill: filled ? color : 'var(--paper)',
        stroke: filled ? 'var(--paper)' : color,
        strokeWidth: filled ? 1 : 1.8,
        title: (point: ScatterPoint) => makeVisible(point.title),
      },
    ),
  );
}

function drawLabels(
  draft: ReturnType<typeof drawPlot>,
  points: readonly ScatterPoint[],
  lines: readonly ScatterLine[],
  area: { readonly width: number; readonly height: number },
): Plot.Markish[] {
  const x = draft.scale('x');
  const y = draft.scale('y');
  if (x === undefined || y === undefined) return [];
  const locate = (point: { readonly x: number; readonly y: number }) => ({
    x: x.apply(point.x) as number,
    y: y.apply(point.y) as number,
  });
  const requests = points.map((point) => ({
    ...locate(point),
    text: shortenLabel(point.name),
    priority: pointLooks[point.kind].priority,
    point,
  }));
  const right = area.width - 2;
  const bottom = area.height - margins.marginBottom;
  const placed = placeLabels(
    requests,
    { width: right, height: bottom, fontSize },
    lines.flatMap((line) => line.points.map(locate)),
  );
  return placed.map(({ request, dx, dy, anchor }) => {
    const point = requests.find((item) => item === request)?.point as ScatterPoint;
    const isMain = point.kind === 'objective' || point.kind === 'now';
    return loadPlot().text([point], {
      x: 'x',
      y: 'y',
      text: () => request.text,
      dx,
      dy,
      textAnchor: anchor,
      fill: isMain ? pointLooks[point.kind].color : 'var(--ink)',
      fontWeight: isMain ? 650 : 400,
      fontSize,
      stroke: 'var(--paper)',
      strokeWidth: 3,
    });
  });
}

/** Round values of an axis: 1, 2, 3, 5 and 7 of each decade, or fewer if those are too many. */
function listTicks(
  [low, high]: readonly [number, number],
  isLogarithmic: boolean,
  width: number,
): number[] | number {
  const maxTicks = width < 500 ? 4 : 8;
  if (!isLogarithmic) return maxTicks;
  for (const steps of [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const ticks: number[] = [];
    for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++) {
      for (const step of steps) {
        const value = Number(`${step}e${decade}`);
        if (value >= low && value <= high) ticks.push(value);
      }
    }
    if (ticks.length <= maxTicks) return ticks;
  }
  return maxTicks;
}

/** Shortens a name for its label; the hover text has the full name. */
function shortenLabel(name: string): string {
  const characters = [...makeVisible(name).replaceAll(/\s+/g, ' ')];
  if (characters.length <= maxLabelLength) return characters.join('');
  return `${characters.slice(0, maxLabelLength - 1).join('')}…`;
}

function findDomain(values: readonly number[]): { readonly low: number; readonly high: number } {
  return { low: Math.min(...values), high: Math.max(...values) };
}
