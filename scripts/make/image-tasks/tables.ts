import { drawTable } from './draw-table.js';
import { areDistinct, drawUntil, formatCents, sum, type Scene } from './image-draft.js';

const stops = ['Aldern', 'Birkby', 'Coldwell', 'Dunmore', 'Easby', 'Farleigh', 'Glenrock'];

function formatTime(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

/** A timetable: the last bus that arrives early enough. */
const timetable: Scene = (picker) => {
  const names = picker.sample(stops, 5);
  let begin = picker.integer(390, 420);
  const trips = Array.from({ length: 5 }, () => {
    begin += picker.integer(36, 58);
    const times = [begin];
    for (let stop = 1; stop < 5; stop++) times.push((times.at(-1) ?? 0) + picker.integer(6, 14));
    return times;
  });
  const [from, to] = picker.pick([
    [0, 3],
    [0, 4],
    [1, 3],
    [1, 4],
  ] as const);
  const trip = picker.integer(1, 3);
  const [here, next] = [trips[trip]?.[to] ?? 0, trips[trip + 1]?.[to] ?? 0];
  const answer = formatTime(trips[trip]?.[from] ?? 0);
  const others = trips.map((times) => formatTime(times[from] ?? 0)).filter((one) => one !== answer);
  const due = drawUntil(
    () => formatTime(here + picker.integer(2, next - here - 2)),
    (time) => !others.includes(time),
  );
  const line = picker.integer(2, 89);
  return {
    picture: drawTable({
      title: `Bus ${line}, Monday to Friday`,
      widths: [110, 70, 70, 70, 70, 70],
      header: ['Stop', 'a', 'b', 'c', 'd', 'e'],
      rows: names.map((name, row) => [
        name,
        ...trips.map((times) => formatTime(times[row] as number)),
      ]),
    }),
    prompt: `By the timetable of bus ${line}, when is the last departure at ${names[from]} with which you are at ${names[to]} by ${due}? Answer with the time only, as HH:MM.`,
    reference: answer,
    grader: { name: 'contains', not: others },
    wrong: formatTime(trips[trip + 1]?.[from] ?? 0),
    level: 'medium',
  };
};

const goods = ['Folder', 'Marker', 'Stapler', 'Notebook', 'Clipboard', 'Ruler', 'Hole punch'];

/** Prices that fall with the quantity. */
const priceTiers: Scene = (picker) => {
  const names = picker.sample(goods, 5);
  const prices = names.map(() => {
    const single = 5 * picker.integer(40, 180);
    return [single, single - 5 * picker.integer(2, 6), single - 5 * picker.integer(8, 14)];
  });
  const [one, other] = picker.sample([0, 1, 2, 3, 4], 2) as [number, number];
  const [some, many] = [picker.integer(11, 49), picker.integer(5, 9) * 10];
  const cents = some * (prices[one]?.[1] ?? 0) + many * (prices[other]?.[2] ?? 0);
  return {
    picture: drawTable({
      title: 'Price per piece (dollars)',
      widths: [140, 90, 90, 110],
      header: ['Item', '1-9', '10-49', '50 or more'],
      rows: names.map((name, row) => [
        name,
        ...(prices[row] ?? []).map((price) => formatCents(price)),
      ]),
      notes: ['The price depends on the pieces of the same item.'],
    }),
    prompt: `By this price list, what do ${some} pieces of "${names[one]}" and ${many} pieces of "${names[other]}" cost in dollars? Answer with the amount only.`,
    reference: cents / 100,
    grader: { name: 'numeric' },
    wrong: formatCents(some * (prices[one]?.[0] ?? 0) + many * (prices[other]?.[0] ?? 0)),
    level: 'hard',
  };
};

const regions = ['Norland', 'Westfold', 'Sutherby', 'Eastmarch', 'Midvale', 'Highmoor'];

/** A note below the table changes a number in it. */
const footnote: Scene = (picker) => {
  const names = picker.sample(regions, 5);
  const [before, after] = [0, 1].map(() => names.map(() => picker.integer(120, 480))) as [
    number[],
    number[],
  ];
  const row = picker.integer(0, 4);
  const missing = picker.integer(15, 60);
  const value = (after[row] ?? 0) + missing;
  return {
    picture: drawTable({
      title: 'New members by region',
      widths: [150, 100, 100],
      header: ['Region', '2023', '2024'],
      rows: names.map((name, index) => [
        name,
        String(before[index]),
        `${after[index]}${index === row ? ' *' : ''}`,
      ]),
      notes: [`* without December; ${missing} more joined in that month`],
    }),
    prompt: `How many new members did ${names[row]} have in all of 2024, December included? Answer with the number only.`,
    reference: value,
    grader: { name: 'numeric' },
    wrong: String(after[row]),
    level: 'medium',
  };
};

const teams = ['Otters', 'Falcons', 'Badgers', 'Herons', 'Lynxes', 'Ravens', 'Stags'];

/** A league table without its points: three for a win, one for a draw. */
const league: Scene = (picker) => {
  const names = picker.sample(teams, 6);
  const results = drawUntil(
    () =>
      names.map(() => {
        const won = picker.integer(1, 8);
        const drawn = picker.integer(0, 10 - won);
        return { won, drawn, lost: 10 - won - drawn };
      }),
    (rows) => areDistinct(rows.map(({ won, drawn }) => 3 * won + drawn)),
  );
  const points = results.map(({ won, drawn }) => 3 * won + drawn);
  const place = picker.pick([2, 3]);
  const ranked = names.toSorted(
    (a, b) => (points[names.indexOf(b)] ?? 0) - (points[names.indexOf(a)] ?? 0),
  );
  return {
    picture: drawTable({
      title: 'League after ten rounds (by name)',
      widths: [130, 75, 75, 75],
      header: ['Team', 'Won', 'Drawn', 'Lost'],
      rows: names
        .map((name, index) => [name, ...Object.values(results[index] ?? {}).map(String)])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      notes: ['Three points for a win, one for a draw.'],
    }),
    prompt: `Which team is ${place === 2 ? 'second' : 'third'} by points, of ${names.toSorted().join(', ')}? Answer with the name only.`,
    reference: ranked[place - 1] as string,
    grader: { name: 'exact' },
    wrong: ranked[place] as string,
    level: 'medium',
  };
};

const people = ['Amara', 'Bela', 'Chidi', 'Dora', 'Emre', 'Freya', 'Goran'];
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A duty roster: nights that are followed by an early shift. */
const roster: Scene = (picker) => {
  const names = picker.sample(people, 5).sort();
  const { shifts, tired } = drawUntil(
    () => {
      const drawn = names.map(() => days.map(() => picker.pick(['E', 'L', 'N', '-', 'E', 'N'])));
      const found = names.filter((_, row) =>
        drawn[row]?.some((shift, day) => shift === 'N' && drawn[row]?.[day + 1] === 'E'),
      );
      return { shifts: drawn, tired: found };
    },
    ({ tired: found }) => found.length === 2,
  );
  const ward = picker.pick(['Ward 3', 'Ward 5', 'Ward 8', 'the pharmacy', 'the control room']);
  return {
    picture: drawTable({
      title: 'Shifts of the week',
      widths: [100, 48, 48, 48, 48, 48, 48, 48],
      header: ['Name', ...days],
      rows: names.map((name, row) => [name, ...(shifts[row] ?? [])]),
      notes: ['E early, L late, N night, - off'],
    }),
    prompt: `In this roster of ${ward}, nobody should work early on the day after a night shift. Who does so all the same? List the names, separated by commas, and nothing else.`,
    reference: tired,
    grader: { name: 'set_f1' },
    wrong: names.find((name) => !tired.includes(name)) ?? '',
    level: 'hard',
  };
};

/** A table of stock that has to be reordered below its minimum. */
const reorder: Scene = (picker) => {
  const names = picker.sample(['Bolts', 'Washers', 'Hinges', 'Brackets', 'Rivets', 'Screws'], 6);
  const { stock, minimum, low } = drawUntil(
    () => {
      const inStock = names.map(() => picker.integer(12, 95));
      const least = names.map(() => 5 * picker.integer(5, 15));
      const below = names.flatMap((_, i) => ((inStock[i] ?? 0) < (least[i] ?? 0) ? [i] : []));
      return { stock: inStock, minimum: least, low: below };
    },
    (drawn) => drawn.low.length >= 2 && drawn.low.length <= 4,
  );
  const gap = sum(low.map((row) => (minimum[row] ?? 0) - (stock[row] ?? 0)));
  const store = picker.pick(['Store A', 'Store B', 'the depot', 'the annex']);
  return {
    picture: drawTable({
      title: `Boxes in ${store}`,
      widths: [130, 100, 100],
      header: ['Item', 'In stock', 'Minimum'],
      rows: names.map((name, row) => [name, String(stock[row]), String(minimum[row])]),
    }),
    prompt: `Items of ${store} that are below their minimum are filled up to it, all others are left as they are. How many boxes are needed in all? Answer with the number only.`,
    reference: gap,
    grader: { name: 'numeric' },
    wrong: String(low.length),
    level: 'hard',
  };
};

export const tableScenes: readonly Scene[] = [
  timetable,
  priceTiers,
  footnote,
  league,
  roster,
  reorder,
];
