import { letterOptions, type Picker, type Template } from './draft.js';
import { people, weekdays } from './vocabulary.js';

const endings = [
  'Answer with the letter.',
  'Which option is right? Letter only.',
  'Think it through, then finish with "Answer:" and the letter.',
  'Choose one.',
] as const;

function task(picker: Picker, question: string, right: string, wrong: readonly string[]) {
  const { lines, letter } = letterOptions(picker, right, wrong);
  return {
    prompt: `${question}\n${lines}\n${picker.pick(endings)}`,
    reference: letter,
    grader: { name: 'choice' },
  };
}

const kinds = [
  ['glims', 'tovs', 'rands'],
  ['poets', 'sailors', 'bakers'],
  ['wugs', 'daxes', 'feps'],
  ['violinists', 'gardeners', 'chess players'],
  ['blickets', 'zorps', 'mivs'],
] as const;

export const logicTemplates: readonly Template[] = [
  (picker) => {
    const [a, b, c, d] = picker.sample(people, 4) as [string, string, string, string];
    const [more, most] = picker.pick([
      ['taller', 'tallest'],
      ['older', 'oldest'],
      ['faster', 'fastest'],
      ['richer', 'richest'],
    ] as const);
    const facts = picker.sample(
      [`${a} is ${more} than ${b}.`, `${b} is ${more} than ${c}.`, `${c} is ${more} than ${d}.`],
      3,
    );
    return task(picker, `${facts.join(' ')} Who is the ${most}?`, a, [b, c, d]);
  },
  (picker) => {
    const [a, b, c, d] = picker.sample(people, 4) as [string, string, string, string];
    return task(
      picker,
      `Four runners finish a race. ${b} comes in right after ${a}. ${c} is last. ${d} is right behind ${b}. Who is third?`,
      d,
      [a, b, c],
    );
  },
  (picker) => {
    const start = picker.integer(0, 6);
    const days = picker.integer(8, 60);
    const right = weekdays[(start + days) % 7] as string;
    const wrong = picker.sample(
      weekdays.filter((day) => day !== right),
      3,
    );
    return task(
      picker,
      `If today is ${weekdays[start]}, what day of the week is it in ${days} days?`,
      right,
      wrong,
    );
  },
  (picker) => {
    const [a, b, c] = picker.pick(kinds);
    const valid = picker.pick([true, false]);
    const claim = valid ? `All ${a} are ${c}` : `All ${c} are ${a}`;
    const question = `Suppose all ${a} are ${b}, and all ${b} are ${c}. Does it follow that "${claim}"?`;
    return valid
      ? task(picker, question, 'Yes, it follows', [
          'No, it does not follow',
          'The two premises contradict each other',
        ])
      : task(picker, question, 'No, it does not follow', [
          'Yes, it follows',
          'The two premises contradict each other',
        ]);
  },
  (picker) => {
    const [a, b] = picker.pick(kinds);
    const [name] = picker.sample(people, 1);
    const question = `No ${a} are ${b}. ${name} is one of the ${b}. What can be concluded about ${name}?`;
    return task(picker, question, `${name} is not one of the ${a}`, [
      `${name} is one of the ${a}`,
      'Nothing can be concluded',
      `All ${b} are ${a}`,
    ]);
  },
  (picker) => {
    const [first, step] = [picker.integer(2, 20), picker.integer(3, 12)];
    const double = picker.pick([true, false]);
    const next = (value: number): number => (double ? value * 2 + 1 : value + step);
    const series = [first];
    while (series.length < 6) series.push(next(series.at(-1) ?? 0));
    const right = series.at(-1) ?? 0;
    const wrong = [right + 1, right - 2, right + step + 2].map(String);
    return task(
      picker,
      `Continue the series: ${series.slice(0, 5).join(', ')}, ?`,
      String(right),
      wrong,
    );
  },
  (picker) => {
    const groups: readonly (readonly [string, readonly string[]])[] = [
      ['carrot', ['trout', 'salmon', 'cod']],
      ['hammer', ['piano', 'flute', 'cello']],
      ['Tuesday', ['March', 'August', 'June']],
      ['sparrow', ['oak', 'birch', 'maple']],
      ['nine', ['two', 'six', 'eight']],
      ['triangle', ['cube', 'sphere', 'cone']],
      ['copper', ['wool', 'cotton', 'linen']],
      ['Madrid', ['Kenya', 'Peru', 'Norway']],
      ['whisper', ['run', 'walk', 'crawl']],
      ['scarlet', ['navy', 'azure', 'turquoise']],
    ];
    const [odd, others] = picker.pick(groups);
    const question = picker.pick([
      'Which of these does not belong with the rest?',
      'Find the odd one out.',
      'Three of the following have something in common. Which one is the exception?',
    ]);
    return task(picker, question, odd, others);
  },
  (picker) => {
    const [red, blue] = [picker.integer(3, 14), picker.integer(3, 14)];
    const right = String(Math.max(red, blue) + 1);
    const wrong = ['2', String(Math.min(red, blue) + 1), String(red + blue)].filter(
      (value) => value !== right,
    );
    const question = `A drawer holds ${red} red and ${blue} blue socks, and it is dark. How many must you take out to be sure of having at least one of each colour?`;
    return task(picker, question, right, [...new Set(wrong)]);
  },
  (picker) => {
    const [liar, honest] = picker.sample(people, 2) as [string, string];
    const thing = picker.pick(['the key', 'the map', 'the letter', 'the coin']);
    const question = `${liar} always lies and ${honest} always tells the truth. Exactly one of them has ${thing}. ${liar} says: "I have ${thing}." Who has it?`;
    return task(picker, question, honest, [liar, 'Neither of them', 'It cannot be known']);
  },
  (picker) => {
    const [condition, result] = picker.pick([
      ['it rains', 'the match is cancelled'],
      ['the alarm rings', 'the door locks'],
      ['the river floods', 'the road is closed'],
      ['the fuse blows', 'the lights go out'],
      ['the queue is full', 'new jobs are refused'],
      ['the fridge is empty', 'we eat out'],
    ] as const);
    const forward = picker.pick([true, false]);
    return forward
      ? task(
          picker,
          `Rule: if ${condition}, then ${result}. We know that it is not the case that ${result}. What follows?`,
          `It is not the case that ${condition}`,
          [`It is the case that ${condition}`, 'Nothing follows'],
        )
      : task(
          picker,
          `Rule: if ${condition}, then ${result}. We observe that ${result}. What follows about whether ${condition}?`,
          'Nothing certain follows',
          [`It must be that ${condition}`, `It cannot be that ${condition}`],
        );
  },
];
