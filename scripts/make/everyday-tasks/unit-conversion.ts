import type { Draft, Picker, Template } from './draft.js';

interface Conversion {
  readonly from: string;
  readonly to: string;
  /** By definition, not by measurement: the references are exact before they are rounded. */
  readonly convert: (value: number) => number;
  readonly values: readonly [number, number];
}

const conversions: readonly Conversion[] = [
  { from: 'miles', to: 'kilometres', convert: (v) => v * 1.609344, values: [3, 120] },
  { from: 'kilometres', to: 'miles', convert: (v) => v / 1.609344, values: [5, 300] },
  { from: 'inches', to: 'centimetres', convert: (v) => v * 2.54, values: [4, 90] },
  { from: 'centimetres', to: 'inches', convert: (v) => v / 2.54, values: [10, 250] },
  { from: 'feet', to: 'metres', convert: (v) => v * 0.3048, values: [6, 400] },
  { from: 'metres', to: 'feet', convert: (v) => v / 0.3048, values: [3, 150] },
  { from: 'pounds', to: 'kilograms', convert: (v) => v * 0.45359237, values: [4, 260] },
  { from: 'kilograms', to: 'pounds', convert: (v) => v / 0.45359237, values: [2, 140] },
  {
    from: 'degrees Celsius',
    to: 'degrees Fahrenheit',
    convert: (v) => (v * 9) / 5 + 32,
    values: [-30, 45],
  },
  {
    from: 'degrees Fahrenheit',
    to: 'degrees Celsius',
    convert: (v) => ((v - 32) * 5) / 9,
    values: [-20, 110],
  },
  { from: 'US gallons', to: 'litres', convert: (v) => v * 3.785411784, values: [2, 60] },
  { from: 'litres', to: 'US gallons', convert: (v) => v / 3.785411784, values: [5, 200] },
  { from: 'ounces', to: 'grams', convert: (v) => v * 28.349523125, values: [2, 40] },
  { from: 'hours', to: 'minutes', convert: (v) => v * 60, values: [3, 60] },
  { from: 'days', to: 'hours', convert: (v) => v * 24, values: [3, 90] },
  { from: 'weeks', to: 'days', convert: (v) => v * 7, values: [6, 90] },
  { from: 'square metres', to: 'square feet', convert: (v) => v / 0.09290304, values: [8, 180] },
  { from: 'acres', to: 'hectares', convert: (v) => v * 0.40468564224, values: [3, 90] },
  { from: 'knots', to: 'kilometres per hour', convert: (v) => v * 1.852, values: [5, 60] },
  {
    from: 'miles per hour',
    to: 'kilometres per hour',
    convert: (v) => v * 1.609344,
    values: [15, 110],
  },
  { from: 'tonnes', to: 'kilograms', convert: (v) => v * 1000, values: [2, 80] },
  { from: 'millilitres', to: 'litres', convert: (v) => v / 1000, values: [1500, 9500] },
];

type Wording = (value: number, from: string, to: string) => string;

/** Each ends by saying how to round, because the grader's tolerance depends on it. */
const wordings: readonly Wording[] = [
  (value, from, to) => `Convert ${value} ${from} to ${to}, rounded to one decimal place.`,
  (value, from, to) => `How many ${to} are ${value} ${from}? One decimal is enough.`,
  (value, from, to) => `${value} ${from} in ${to}, please, to the nearest tenth. Only the number.`,
  (value, from, to) =>
    `My form wants ${to} but I measured ${value} ${from}. What do I enter? Round to 1 decimal.`,
  (value, from, to) =>
    `A label reads "${value} ${from}". Express it in ${to} with one digit after the decimal point.`,
  (value, from, to) =>
    `I'm used to ${to}. Someone tells me ${value} ${from}; what is that for me, to one decimal place?`,
  (value, from, to) =>
    `Unit conversion: input ${value}, from ${from}, into ${to}, precision 0.1. Output the value only.`,
  (value, from, to) =>
    `Please change ${value} ${from} into ${to}. Explain briefly, then finish with "Answer:" and the figure to one decimal.`,
  (value, from, to) =>
    `For a table in a report I need ${value} ${from} stated in ${to}, rounded to tenths. What figure goes in?`,
  (value, from, to) =>
    `Quick check before I order parts: ${value} ${from} equals how many ${to}, rounded to a single decimal?`,
];

export const unitConversionTemplates: readonly Template[] = wordings.map(
  (wording) =>
    (picker: Picker): Draft => {
      const { from, to, convert, values } = picker.pick(conversions);
      const value = picker.integer(...values);
      const reference = Math.round(convert(value) * 10) / 10;
      // A tenth up or down is another rounding, not another factor.
      const grader = { name: 'numeric', tolerance: 0.1 };
      return { prompt: wording(value, from, to), reference, grader };
    },
);
