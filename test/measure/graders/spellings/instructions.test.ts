import { instructionsGrader } from '../../../../src/measure/graders/instructions.js';
import type { JsonObject } from '../../../../src/util/json.js';
import { testSpellings, type Expected, type Spelling } from './spelling.js';

/** For each instruction, answers that keep it and answers that do not. */
const tables: readonly (readonly [
  JsonObject,
  kept: readonly string[],
  broken: readonly string[],
])[] = [
  [
    { maxWords: 3 },
    [
      'tea',
      'a b c',
      'state-of-the-art tea, please',
      'one - two',
      '**one** two',
      'a\nb\nc',
      '1 2 3',
      "it's so late",
      '<think>a b c d e</think>a b c',
      '茶です',
    ],
    [
      'a b c d',
      'one two three four',
      'a\nb\nc\nd',
      '1 2 3 4',
      '- a\n- b\n- c\n- d',
      'It is late now.',
    ],
  ],
  [
    { minWords: 3 },
    ['a b c', 'one two three four', '我喜欢喝茶', 'ฉันชอบดื่มชา'],
    ['a', 'a b', 'a - b', '* * * *', 'tea!'],
  ],
  [
    { maxSentences: 2 },
    ['One.', 'One. Two.', 'One! Two?', 'No full stop', '一。二。'],
    ['One. Two. Three.', 'A! B! C!', '一。二。三。'],
  ],
  [
    { minSentences: 2 },
    ['One. Two.', 'Is it? Yes.', 'One. Two. Three.', 'Ça va? Oui.'],
    ['One.', 'no', 'One, two, three', '...'],
  ],
  [
    { maxCharacters: 5 },
    ['abcde', 'ab', '😀😀😀😀😀', ' abcde '],
    ['abcdef', 'ab cd ef', '😀😀😀😀😀😀'],
  ],
  [{ minCharacters: 5 }, ['abcde', 'abcdef', '你好你好吗'], ['abcd', '😀', '好']],
  [{ lines: 2 }, ['a\nb', 'a\n\nb', '\na\nb\n', '- a\n- b'], ['a', 'a\nb\nc', 'a b']],
  [
    { paragraphs: 2 },
    ['a\n\nb', 'a\nb\n\nc', 'a\n \nb', '\n\na\n\nb\n\n'],
    ['a', 'a\nb', 'a\n\nb\n\nc'],
  ],
  [
    { bullets: 2 },
    [
      '- a\n- b',
      '* a\n* b',
      '• a\n• b',
      '1. a\n2. b',
      '1) a\n2) b',
      'So:\n- a\n- b\nDone.',
      '+ a\n+ b',
    ],
    ['- a', 'a\nb', '- a\n- b\n- c', '-a\n-b'],
  ],
  [
    { include: ['tea'] },
    ['tea', 'Tea', 'TEA!', 'my tea-pot', '**tea**', '"tea"', 'tea.'],
    ['coffee', 'team', 'steam', 'te a', 'chá'],
  ],
  [
    { exclude: ['tea'] },
    ['coffee', 'team', 'steam', 'te a'],
    ['tea', 'Tea', 'TEA!', 'my tea-pot', '**tea**'],
  ],
  [
    { startsWith: 'Dear' },
    ['Dear Ada', '**Dear** Ada', '"Dear Ada"', '# Dear Ada', ' Dear'],
    ['dear Ada', 'My Dear', 'Ada', 'De ar'],
  ],
  [
    { endsWith: 'Yours, Bo' },
    ['x Yours, Bo', 'x\nYours, Bo', '"Yours, Bo"', '**Yours, Bo**', 'Yours, Bo\n'],
    ['Yours, Bo.', 'Yours, Ada', 'Yours, Bo and Cy', 'yours, bo'],
  ],
  [{ letters: 'upper' }, ['ABC', 'A 1!', 'ÄÖ', 'ÇA VA'], ['abc', 'ABc', 'äÖ']],
  [{ letters: 'lower' }, ['abc', 'a 1!', 'äö', 'ça va'], ['ABC', 'aBc', 'Äö']],
  [
    { format: 'json' },
    ['{"a": 1}', '[1]', '```json\n{"a": 1}\n```', '"a"', ' {"a": 1} '],
    ['{a: 1}', 'Here: {"a": 1}', 'a', '```json\n{"a": 1}\n```\nDone', '{"a": 1} {"b": 2}'],
  ],
  [
    { format: 'bullets' },
    ['- a', '- a\n- b', '* a\n\n* b', '• a'],
    ['a', 'List:\n- a', '1. a', '-a'],
  ],
  [
    { format: 'numbered' },
    ['1. a', '1. a\n2. b', '1) a\n2) b'],
    ['- a', 'a', 'List:\n1. a', '1 a'],
  ],
  [
    { format: 'table' },
    [
      '| a | b |\n|---|---|\n| 1 | 2 |',
      'a | b\n--- | ---\n1 | 2',
      'See:\n\n| a |\n| --- |\n| 1 |',
      '| a | b |\n|:--|--:|\n| 1 | 2 |',
    ],
    ['a, b\n1, 2', '| a | b |', 'a | b\n1 | 2', '---'],
  ],
  [
    { format: 'code' },
    ['```\na\n```', '```js\na\n```', '```python\na\n\nb\n```'],
    ['a', '`a`', 'So:\n```\na\n```', '```\na\n```\nDone'],
  ],
  [
    { format: 'plain' },
    ['Just text.', 'Two lines.\nOf text.', '2 + 3 = 5', 'a * b', 'snake_case'],
    ['**bold**', '# Title', '- item', '1. item', '| a |', '```\na\n```', '__bold__'],
  ],
  [{ maxCommas: 1 }, ['a', 'a, b', 'a; b; c'], ['a, b, c', 'a，b，c', '1,2,3']],
  [
    { language: 'de' },
    [
      'Der Zug fährt morgen früh um neun Uhr ab.',
      'Guten Morgen, wie geht es Ihnen heute?',
      'Ich möchte bitte eine Tasse Tee.',
      '**Vielen Dank** für Ihre Nachricht.',
    ],
    [
      'The train leaves at nine tomorrow morning.',
      'Le train part demain matin à neuf heures.',
      'El tren sale mañana a las nueve.',
      '列車は明日の朝九時に出発します。',
      'De trein vertrekt morgen om negen uur.',
    ],
  ],
  [
    { language: 'zh' },
    ['火车明天早上九点开。', '谢谢你的帮助，我很高兴。'],
    [
      '列車は明日の朝九時に出発します。',
      'The train leaves at nine.',
      '기차는 내일 아침 아홉 시에 출발합니다.',
    ],
  ],
  [
    { language: 'fr' },
    ['Le train part demain matin à neuf heures.', "Merci beaucoup pour votre aide d'hier."],
    [
      'Il treno parte domani mattina alle nove.',
      'O trem parte amanhã às nove horas.',
      'The train leaves at nine tomorrow.',
    ],
  ],
];

const rows = (
  options: JsonObject,
  answers: readonly string[],
  expected: Expected,
): readonly Spelling[] => answers.map((answer) => ({ answer, options, expected }));

const several = { maxWords: 4, include: ['tea'], startsWith: 'Dear', exclude: ['coffee'] };

testSpellings('instructions', [
  [
    instructionsGrader,
    [
      ...tables.flatMap(([options, kept, broken]) => [
        ...rows(options, kept, 'right'),
        ...rows(options, broken, 'wrong'),
        ...rows(options, ['', ' \n '], 'unparseable'),
      ]),
      ...rows(several, ['Dear Ada, tea?'], 'right'),
      ...rows(several, ['Ada, tea?', 'Dear Ada, juice?', 'Dear Ada, tea coffee?'], 3 / 4),
      ...rows(several, ['Ada, juice?'], 2 / 4),
      ...rows({ ...several, credit: 'all' }, ['Ada, tea?', 'Dear Ada, juice?'], 'wrong'),
    ],
  ],
]);
