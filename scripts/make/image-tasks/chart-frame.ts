import { colors, line, rectangle, text } from './picture.js';

/** Size of every chart, and the area inside of its axes. */
export const chartSize = { width: 520, height: 340 } as const;
export const plotArea = { left: 64, right: 500, top: 70, bottom: 290 } as const;

/** A value axis with gridlines from `start`, `step` apart. */
export interface ValueAxis {
  readonly start: number;
  readonly step: number;
  readonly steps: number;
}

/** The height in the picture at which a value stands. */
export function placeValue(value: number, { start, step, steps }: ValueAxis): number {
  const share = (value - start) / (step * steps);
  return plotArea.bottom - share * (plotArea.bottom - plotArea.top);
}

/** Title, gridlines with their values, and the names below the axis. */
export function drawFrame(title: string, axis: ValueAxis, names: readonly string[]): string[] {
  const { left, right, bottom } = plotArea;
  const parts = [text(16, 26, title, { size: 16, bold: true })];
  for (let index = 0; index <= axis.steps; index++) {
    const value = axis.start + index * axis.step;
    const y = placeValue(value, axis);
    const stroke = index === 0 ? colors.ink : colors.grid;
    parts.push(line([left, y], [right, y], { stroke }));
    parts.push(text(left - 8, y + 5, String(value), { size: 13, anchor: 'end' }));
  }
  for (const [index, name] of names.entries()) {
    parts.push(text(placeName(index, names.length), bottom + 20, name, { anchor: 'middle' }));
  }
  return parts;
}

/** The middle of the band that belongs to a name below the axis. */
export function placeName(index: number, count: number): number {
  return plotArea.left + ((index + 0.5) * (plotArea.right - plotArea.left)) / count;
}

/** Names and colors of the series, in one line below the title. */
export function drawLegend(names: readonly string[]): string[] {
  const width = 145;
  return names.flatMap((name, index) => [
    rectangle(18 + index * width, 40, 12, 12, { fill: seriesColor(index) }),
    text(36 + index * width, 51, name, { size: 13 }),
  ]);
}

export function seriesColor(index: number): string {
  return colors.series[index % colors.series.length] as string;
}
