import { exact, letterOptions, type Draft, type Picker, type Template } from './draft.js';
import { cities, people } from './vocabulary.js';

const words = [
  'lantern',
  'pebble',
  'harbour',
  'violet',
  'compass',
  'meadow',
  'ticket',
  'walnut',
  'saddle',
  'copper',
  'basket',
  'thunder',
  'marble',
  'kettle',
  'button',
] as const;

const questions = [
  'What does this print? Output only.',
  'Give the exact output of the program, nothing else.',
  'Which line appears on the console? Reply with that line alone.',
  'Run this in your head and write down what is printed, without comments.',
  'Predict the output. No explanation.',
  'What is printed?\nAnswer with the printed text only.',
] as const;

function program(picker: Picker, language: string, code: string, output: string | number): Draft {
  const question = picker.pick(questions);
  const block = `\`\`\`${language}\n${code}\n\`\`\``;
  const prompt = picker.pick([true, false]) ? `${question}\n\n${block}` : `${block}\n\n${question}`;
  return { prompt, reference: String(output), grader: exact };
}

/** Each output is computed here by doing in TypeScript what the shown program does. */
export const codeReadingTemplates: readonly Template[] = [
  (picker) => {
    const [end, step] = [picker.integer(9, 40), picker.integer(2, 6)];
    let total = 0;
    for (let value = 0; value < end; value += step) total += value;
    return program(
      picker,
      'python',
      `total = 0\nfor n in range(0, ${end}, ${step}):\n    total += n\nprint(total)`,
      total,
    );
  },
  (picker) => {
    const word = picker.pick(words);
    const [from, to] = [picker.integer(0, 2), picker.integer(4, word.length)];
    return program(
      picker,
      'python',
      `word = "${word}"\nprint(word[${from}:${to}].upper())`,
      word.slice(from, to).toUpperCase(),
    );
  },
  (picker) => {
    const values = Array.from({ length: 6 }, () => picker.integer(1, 30));
    const factor = picker.integer(2, 5);
    const output = values
      .filter((value) => value % 2 === 0)
      .reduce((sum, value) => sum + value * factor, 0);
    return program(
      picker,
      'javascript',
      `const values = [${values.join(', ')}];\nconst even = values.filter((v) => v % 2 === 0);\nconsole.log(even.reduce((sum, v) => sum + v * ${factor}, 0));`,
      output,
    );
  },
  (picker) => {
    const list = picker.sample(words, 4);
    const sorted = [...list].sort();
    return program(
      picker,
      'javascript',
      `const items = ${JSON.stringify(list)};\nitems.sort();\nconsole.log(items[0] + "/" + items.at(-1));`,
      `${sorted[0]}/${sorted.at(-1)}`,
    );
  },
  (picker) => {
    const word = picker.pick(words) + picker.pick(words);
    const letter = picker.pick([...word]);
    return program(
      picker,
      'python',
      `text = "${word}"\nseen = {}\nfor ch in text:\n    seen[ch] = seen.get(ch, 0) + 1\nprint(seen["${letter}"])`,
      word.split(letter).length - 1,
    );
  },
  (picker) => {
    const [a, b] = [picker.integer(20, 90), picker.integer(7, 60)];
    let [x, y] = [a, b];
    while (y !== 0) [x, y] = [y, x % y];
    return program(
      picker,
      'python',
      `def f(a, b):\n    while b:\n        a, b = b, a % b\n    return a\n\nprint(f(${a}, ${b}))`,
      x,
    );
  },
  (picker) => {
    const [start, limit] = [picker.integer(3, 9), picker.integer(60, 400)];
    let [value, count] = [start, 0];
    while (value < limit) {
      value = value * 2 + 1;
      count++;
    }
    return program(
      picker,
      'go',
      `package main\n\nimport "fmt"\n\nfunc main() {\n\tvalue, count := ${start}, 0\n\tfor value < ${limit} {\n\t\tvalue = value*2 + 1\n\t\tcount++\n\t}\n\tfmt.Println(count, value)\n}`,
      `${count} ${value}`,
    );
  },
  (picker) => {
    const [name, other] = picker.sample(people, 2) as [string, string];
    const ages = [picker.integer(18, 70), picker.integer(18, 70)];
    return program(
      picker,
      'javascript',
      `const people = new Map([["${name}", ${ages[0]}]]);\npeople.set("${other}", ${ages[1]});\npeople.set("${name}", people.get("${other}") + 1);\nconsole.log([...people.values()].join("-"));`,
      `${(ages[1] ?? 0) + 1}-${ages[1]}`,
    );
  },
  (picker) => {
    const [n, divisor] = [picker.integer(15, 60), picker.pick([3, 4, 6, 7])];
    const output = Array.from({ length: n }, (_, index) => index + 1).filter(
      (value) => value % divisor === 0,
    ).length;
    return program(
      picker,
      'java',
      `int hits = 0;\nfor (int i = 1; i <= ${n}; i++) {\n    if (i % ${divisor} == 0) hits++;\n}\nSystem.out.println(hits);`,
      output,
    );
  },
  sqlFilter,
  sqlAggregate,
];

interface Row {
  readonly name: string;
  readonly city: string;
  readonly amount: number;
}

function table(picker: Picker): readonly Row[] {
  const [one, two] = picker.sample(cities, 2) as [string, string];
  const amounts = picker.sample(
    Array.from({ length: 60 }, (_, index) => 10 + index * 5),
    5,
  );
  return picker.sample(people, 5).map((name, index) => ({
    name,
    // Two and three rows, so that sums over the cities differ in their number of terms.
    city: index < 2 ? one : two,
    amount: amounts[index] as number,
  }));
}

function renderTable(rows: readonly Row[]): string {
  return [
    'name | city | amount',
    ...rows.map((row) => `${row.name} | ${row.city} | ${row.amount}`),
  ].join('\n');
}

function sqlFilter(picker: Picker): Draft {
  const rows = table(picker);
  const sorted = [...rows].sort((a, b) => b.amount - a.amount);
  const place = picker.integer(0, 3);
  const right = sorted[place] as Row;
  const query = `SELECT name FROM orders ORDER BY amount DESC LIMIT 1${place === 0 ? '' : ` OFFSET ${place}`};`;
  const { lines, letter } = letterOptions(
    picker,
    right.name,
    rows
      .filter((row) => row !== right)
      .slice(0, 3)
      .map((row) => row.name),
  );
  const question = picker.pick([
    'Which name does the query return?',
    'What comes back from this query?',
    'Pick the result of the statement.',
  ]);
  return {
    prompt: `Table orders:\n${renderTable(rows)}\n\n${query}\n\n${question}\n${lines}\nAnswer with one letter.`,
    reference: letter,
    grader: { name: 'choice' },
  };
}

function sqlAggregate(picker: Picker): Draft {
  const rows = table(picker);
  const city = picker.pick(rows).city;
  const inCity = rows.filter((row) => row.city === city).map((row) => row.amount);
  const [name, right] = picker.pick([
    ['SUM(amount)', inCity.reduce((sum, value) => sum + value, 0)],
    ['MAX(amount)', Math.max(...inCity)],
    ['MIN(amount)', Math.min(...inCity)],
    ['COUNT(*)', inCity.length],
  ] as const);
  const wrong = [right + 5, right + 10, right + 25].map(String);
  const { lines, letter } = letterOptions(picker, String(right), wrong);
  const prompt = `${renderTable(rows)}\n\nThe table above is called payments. Which value does this give?\n\nSELECT ${name} FROM payments WHERE city = '${city}';\n\n${lines}`;
  return { prompt, reference: letter, grader: { name: 'choice' } };
}
