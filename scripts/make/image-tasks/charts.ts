import {
  chartSize,
  drawFrame,
  drawLegend,
  placeName,
  placeValue,
  plotArea,
  seriesColor,
  type ValueAxis,
} from './chart-frame.js';
import { areDistinct, drawUntil, sum, type Scene } from './image-draft.js';
import { circle, colors, line, path, picture, rectangle, text } from './picture.js';

const { width, height } = chartSize;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug'];

const themes = [
  { title: 'Visitors of the museum, by weekday', names: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] },
  { title: 'Books lent out, by branch', names: ['North', 'East', 'South', 'West', 'Harbor'] },
  { title: 'Repairs finished, by workshop', names: ['Alder', 'Birch', 'Cedar', 'Elm', 'Fir'] },
  { title: 'Tickets closed, by team', names: ['Amber', 'Coral', 'Ivory', 'Jade', 'Onyx'] },
  { title: 'Crates of apples, by orchard', names: ['Hill', 'Lake', 'Mill', 'Ridge', 'Vale'] },
] as const;

/** Bars whose ends are on gridlines. */
const barDifference: Scene = (picker) => {
  const { title, names } = picker.pick(themes);
  const axis: ValueAxis = { start: 0, step: picker.pick([5, 20, 50]), steps: 10 };
  const values = drawUntil(
    () => names.map(() => axis.step * picker.integer(1, 10)),
    (drawn) => areDistinct(drawn),
  );
  const [more, less] = picker
    .sample([0, 1, 2, 3, 4], 2)
    .sort((a, b) => (values[b] as number) - (values[a] as number)) as [number, number];
  return {
    picture: picture(width, height, [
      ...drawFrame(title, axis, names),
      ...values.map((value, index) => drawBar(index, names.length, value, axis)),
    ]),
    prompt: `The chart "${title}" has its bars end on gridlines. By how much does ${names[more]} exceed ${names[less]}? Answer with the number only.`,
    reference: (values[more] as number) - (values[less] as number),
    grader: { name: 'numeric' },
    wrong: String(values[more]),
    level: 'easy',
  };
};

/** Bars with their values written above them, on an axis that does not start at zero. */
const cutAxis: Scene = (picker) => {
  const { title, names } = picker.pick(themes);
  const start = picker.pick([40, 60, 80]);
  const axis: ValueAxis = { start, step: 10, steps: 6 };
  const { values, more, less } = drawUntil(
    () => {
      const drawn = names.map(() => picker.integer(start + 5, start + 58));
      return { values: drawn, more: picker.integer(0, 4), less: picker.integer(0, 4) };
    },
    (drawn) => {
      const percent = percentAbove(drawn.values, drawn.more, drawn.less);
      return areDistinct(drawn.values) && percent >= 10 && Math.abs((percent % 1) - 0.5) > 0.15;
    },
  );
  const heights = values.map((value) => value - start);
  return {
    picture: picture(width, height, [
      ...drawFrame(title, axis, names),
      ...values.map((value, index) => drawBar(index, names.length, value, axis, String(value))),
    ]),
    prompt: `Look at the chart "${title}". By how many percent is the value of ${names[more]} higher than that of ${names[less]}? Round to a whole percent and answer with the number only.`,
    reference: Math.round(percentAbove(values, more, less)),
    grader: { name: 'numeric', tolerance: 0.5 },
    wrong: String(Math.round(percentAbove(heights, more, less))),
    level: 'hard',
  };
};

function percentAbove(values: readonly number[], more: number, less: number): number {
  return 100 * ((values[more] as number) / (values[less] as number) - 1);
}

/** Two lines, and the months in which one of them is above the other. */
const twoLines: Scene = (picker) => {
  const [first, second] = picker.sample(['Kayaks', 'Bikes', 'Skates', 'Scooters', 'Tents'], 2) as [
    string,
    string,
  ];
  const axis: ValueAxis = { start: 0, step: 10, steps: 8 };
  const { one, other, above } = drawUntil(
    () => {
      const draw = (): number[] => months.map(() => 10 * picker.integer(1, 8));
      const [a, b] = [draw(), draw()];
      return { one: a, other: b, above: months.filter((_, i) => (a[i] ?? 0) > (b[i] ?? 0)) };
    },
    (drawn) =>
      drawn.one.every((value, index) => value !== drawn.other[index]) &&
      drawn.above.length >= 2 &&
      drawn.above.length <= 4,
  );
  const title = `Rentals per month: ${first} and ${second}`;
  return {
    picture: picture(width, height, [
      ...drawFrame(title, axis, months),
      ...drawLegend([first, second]),
      ...[one, other].flatMap((values, index) => drawSeries(values, axis, seriesColor(index))),
    ]),
    prompt: `In which months of the chart were more ${first.toLowerCase()} than ${second.toLowerCase()} rented out? List the months as they are written below the axis, separated by commas, and nothing else.`,
    reference: above,
    grader: { name: 'set_f1' },
    wrong: months.filter((month) => !above.includes(month)).join(', '),
    level: 'medium',
  };
};

function drawSeries(values: readonly number[], axis: ValueAxis, color: string): string[] {
  const points = values.map(
    (value, index) => [placeName(index, values.length), placeValue(value, axis)] as const,
  );
  return [
    path(`M${points.map(([x, y]) => `${x} ${y}`).join('L')}`, { stroke: color, width: 2 }),
    ...points.map(([x, y]) => circle(x, y, 4, { fill: color })),
  ];
}

/** Stacked bars: the part of one color has to be read off as a difference. */
const stacked: Scene = (picker) => {
  const sources = picker.sample(['Solar', 'Wind', 'Hydro', 'Biogas'], 3);
  const names = ['Q1', 'Q2', 'Q3', 'Q4'];
  const axis: ValueAxis = { start: 0, step: 10, steps: 11 };
  const values = drawUntil(
    () => names.map(() => sources.map(() => 10 * picker.integer(1, 5))),
    (drawn) => drawn.every((column) => sum(column) <= 110),
  );
  const quarter = picker.integer(0, 3);
  const source = picker.integer(1, 2);
  const column = values[quarter] as number[];
  const place = picker.pick(['Overton', 'Kirkwall Mill', 'Sandby', 'Penrose', 'Lowfield']);
  return {
    picture: picture(width, height, [
      ...drawFrame(`Energy produced at ${place} (MWh)`, axis, names),
      ...drawLegend(sources),
      ...values.flatMap((parts, index) => drawStack(index, parts, axis)),
    ]),
    prompt: `The bars of the chart are stacked. How many MWh of ${(sources[source] as string).toLowerCase()} energy did ${place} produce in ${names[quarter]}? Answer with the number only.`,
    reference: column[source] as number,
    grader: { name: 'numeric' },
    wrong: String(sum(column.slice(0, source + 1))),
    level: 'medium',
  };
};

function drawStack(index: number, parts: readonly number[], axis: ValueAxis): string[] {
  return parts.map((part, layer) => {
    const below = sum(parts.slice(0, layer));
    const top = placeValue(below + part, axis);
    const left = placeName(index, 4) - 30;
    const style = { fill: seriesColor(layer) };
    return rectangle(left, top, 60, placeValue(below, axis) - top, style);
  });
}

const budgets = [
  { unit: 'dollars', title: 'What the club spent', total: 2400, names: ['Rent', 'Travel', 'Gear'] },
  { unit: 'hours', title: 'Time of the project', total: 800, names: ['Design', 'Build', 'Test'] },
  { unit: 'votes', title: 'Ballot of the guild', total: 1200, names: ['Ito', 'Okafor', 'Brandt'] },
  { unit: 'liters', title: 'Water of the farm', total: 6000, names: ['Stable', 'Field', 'House'] },
] as const;

/** A pie whose last share is not written on it. */
const missingShare: Scene = (picker) => {
  const { unit, title, total, names } = picker.pick(budgets);
  const shares = drawUntil(
    () => {
      const known = names.map(() => picker.integer(10, 35));
      return [...known, 100 - sum(known)];
    },
    (drawn) => areDistinct(drawn) && (drawn[3] ?? 0) >= 10,
  );
  const slices = [...names, 'Other'];
  const share = shares[3] as number;
  return {
    picture: picture(width, 300, [
      text(16, 26, `${title} (total: ${total} ${unit})`, { size: 16, bold: true }),
      ...shares.flatMap((_, index) => drawSlice(shares, index)),
      ...slices.flatMap((name, index) => [
        rectangle(330, 90 + 34 * index, 14, 14, { fill: seriesColor(index) }),
        text(352, 102 + 34 * index, `${name}: ${index === 3 ? '?' : `${shares[index]} %`}`),
      ]),
    ]),
    prompt: `One share of the pie chart "${title}" is not written on it. How many ${unit} fall on "Other"? Answer with the number only.`,
    reference: (total * share) / 100,
    grader: { name: 'numeric' },
    wrong: String(share),
    level: 'medium',
  };
};

function drawSlice(shares: readonly number[], index: number): string[] {
  const [x, y, radius] = [170, 165, 110];
  const begin = sum(shares.slice(0, index)) / 100;
  const end = begin + (shares[index] as number) / 100;
  const at = (share: number): string => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(x + radius * Math.cos(angle)).toFixed(2)} ${(y + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const isLong = end - begin > 0.5 ? 1 : 0;
  const data = `M${x} ${y}L${at(begin)}A${radius} ${radius} 0 ${isLong} 1 ${at(end)}Z`;
  return [path(data, { fill: seriesColor(index), stroke: colors.paper, width: 2 })];
}

/** Points on both sides of a dashed line. */
const pointsAboveLine: Scene = (picker) => {
  const what = picker.pick(['Batches', 'Deliveries', 'Samples', 'Runs']);
  const axis: ValueAxis = { start: 0, step: 20, steps: 5 };
  const limit = 10 * picker.integer(4, 7);
  const count = picker.integer(13, 18);
  const points = drawUntil(
    () => Array.from({ length: count }, () => [picker.integer(80, 485), picker.integer(4, 96)]),
    (drawn) => {
      const above = drawn.filter(([, value = 0]) => value > limit).length;
      return above !== count - above && above >= 4 && drawn.every(isApart(limit));
    },
  );
  const above = points.filter(([, value = 0]) => value > limit).length;
  const y = placeValue(limit, axis);
  const title = `${what}: measured value of each, and limit`;
  return {
    picture: picture(width, height, [
      ...drawFrame(title, axis, []),
      line([plotArea.left, y], [plotArea.right, y], {
        stroke: seriesColor(3),
        width: 2,
        dash: '8 5',
      }),
      text(plotArea.right, y - 5, 'limit', { size: 12, anchor: 'end', fill: seriesColor(3) }),
      ...points.map(([x = 0, value = 0]) =>
        circle(x, placeValue(value, axis), 5, { fill: seriesColor(0) }),
      ),
    ]),
    prompt: `Each dot of the chart is one of the ${what.toLowerCase()}. How many of them are above the dashed limit of ${limit}? Answer with the number only.`,
    reference: above,
    grader: { name: 'numeric' },
    wrong: String(count - above),
    level: 'hard',
  };
};

/** Whether a point is clear of the line, its label, and the points before it. */
function isApart(limit: number) {
  return ([x = 0, value = 0]: number[], index: number, all: number[][]): boolean =>
    Math.abs(value - limit) >= 6 &&
    !(x > 455 && value > limit && value < limit + 14) &&
    all.slice(0, index).every(([otherX = 0, otherValue = 0]) => {
      const distance = Math.hypot(x - otherX, 2.2 * (value - otherValue));
      return distance >= 16;
    });
}

function drawBar(
  index: number,
  count: number,
  value: number,
  axis: ValueAxis,
  label?: string,
): string {
  const x = placeName(index, count);
  const y = placeValue(value, axis);
  const bar = rectangle(x - 26, y, 52, plotArea.bottom - y, { fill: seriesColor(0) });
  return label === undefined ? bar : bar + text(x, y - 5, label, { anchor: 'middle', size: 13 });
}

export const chartScenes: readonly Scene[] = [
  barDifference,
  cutAxis,
  twoLines,
  stacked,
  missingShare,
  pointsAboveLine,
];
