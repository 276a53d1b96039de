import { numeric, type Picker, type Template } from './draft.js';
import { goods, people } from './vocabulary.js';

const endings = [
  'Give only the number.',
  'Answer with a single number.',
  'Just the final figure, please.',
  'Reply with the result and nothing else.',
  'Show your working, then put the result on the last line.',
  'End your reply with "Answer:" and the number.',
  '',
] as const;

function task(picker: Picker, question: string, reference: number) {
  return { prompt: `${question} ${picker.pick(endings)}`.trim(), reference, grader: numeric };
}

/** Sums stay in whole numbers or cents, so that references have no rounding error. */
export const arithmeticTemplates: readonly Template[] = [
  (picker) => {
    const [buyer, item] = [picker.pick(people), picker.pick(goods)];
    const [count, cents] = [picker.integer(3, 24), picker.integer(5, 60) * 25];
    const price = (cents / 100).toFixed(2);
    const question = `${buyer} buys ${count} ${item} at $${price} each. How many dollars is that in all?`;
    return task(picker, question, (count * cents) / 100);
  },
  (picker) => {
    const [a, b, c] = [picker.integer(120, 980), picker.integer(11, 99), picker.integer(2, 9)];
    return task(picker, `Work out ${a} + ${b} × ${c}.`, a + b * c);
  },
  (picker) => {
    const [a, b] = [picker.integer(13, 89), picker.integer(13, 89)];
    return task(picker, `What do you get when you multiply ${a} by ${b}?`, a * b);
  },
  (picker) => {
    const percent = picker.pick([5, 10, 15, 20, 25, 30, 40, 60, 75]);
    const base = picker.integer(3, 48) * 20;
    const question = `A coat was ${base} euros and is now reduced by ${percent} percent. What does it cost in the sale?`;
    return task(picker, question, (base * (100 - percent)) / 100);
  },
  (picker) => {
    const [each, friends] = [picker.integer(6, 38), picker.integer(3, 9)];
    const [first] = picker.sample(people, 1);
    const question = `The bill at ${first}'s birthday dinner comes to ${each * friends} francs, and ${friends} friends split it evenly. How much does each one pay?`;
    return task(picker, question, each);
  },
  (picker) => {
    const [start, perDay] = [picker.integer(400, 900), picker.integer(7, 28)];
    const [days, item] = [picker.integer(4, 14), picker.pick(goods)];
    const question = `A shop has ${start} ${item} in stock and sells ${perDay} a day. If nothing is delivered, how many are left after ${days} days?`;
    return task(picker, question, start - perDay * days);
  },
  (picker) => {
    const values = Array.from({ length: 4 }, () => picker.integer(10, 95));
    const rest = values.reduce((sum, value) => sum + value, 0) % 5;
    const all = [...values, 5 - rest + picker.integer(2, 12) * 5];
    const sum = all.reduce((total, value) => total + value, 0);
    return task(picker, `Find the mean of ${all.join(', ')}.`, sum / 5);
  },
  (picker) => {
    const [speed, halfHours] = [picker.integer(18, 60) * 2, picker.integer(3, 13)];
    const question = `A train keeps up ${speed} km/h for ${halfHours / 2} hours. How many kilometres does it cover?`;
    return task(picker, question, (speed * halfHours) / 2);
  },
  (picker) => {
    const [width, length] = [picker.integer(3, 19), picker.integer(4, 27)];
    const question = `I want to fence a rectangular garden, ${width} metres wide and ${length} metres long. How many metres of fence do I need to go all the way round?`;
    return task(picker, question, 2 * (width + length));
  },
  (picker) => {
    const [older, younger] = picker.sample(people, 2);
    const [age, gap, later] = [picker.integer(5, 30), picker.integer(2, 18), picker.integer(2, 15)];
    const question = `${younger} is ${age}. ${older} is ${gap} years older. How old will ${older} be ${later} years from now?`;
    return task(picker, question, age + gap + later);
  },
  (picker) => {
    const [divisor, quotient] = [picker.integer(6, 29), picker.integer(11, 60)];
    const rest = picker.integer(1, divisor - 1);
    return task(
      picker,
      `What is the remainder of ${divisor * quotient + rest} divided by ${divisor}?`,
      rest,
    );
  },
  (picker) => {
    const hour = picker.integer(6, 14);
    const [minute, minutes] = [picker.integer(0, 11) * 5, picker.integer(10, 50) * 5];
    const end = hour * 60 + minute + minutes;
    const clock = (total: number): string =>
      `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`;
    const question = `The workshop opens at ${clock(hour * 60 + minute)} and closes at ${clock(end)} on the same day (24-hour clock). For how many minutes is it open?`;
    return task(picker, question, minutes);
  },
];
