import { similarityGrader } from '../../../../src/measure/graders/similarity.js';
import { expectAll, fillTemplates, testSpellings } from './spelling.js';

const sentence = 'The train to Vienna leaves at nine';
const same = [
  '@',
  '@.',
  ' @ ',
  '**@**',
  '"@"',
  '@\n',
  '`@`',
  '```\n@\n```',
  '<think>Hm.</think>@',
  '“@.”',
  '@!',
];
const spelled = [
  sentence,
  sentence.toUpperCase(),
  sentence.replaceAll(' ', '  '),
  sentence.replace(' to ', '\nto '),
];
const other = ['xyz', '???', 'qqqq', '12345', 'öäü', '你好', 'ЖЖЖ', '----', 'zzz xxx', '0'];
const near = [
  'The train to Vienna leaves at ten',
  'A train to Vienna leaves at nine',
  'The train to Vienna left at nine',
  'The train for Vienna leaves at nine',
];
const far = ['The bus goes to Graz tomorrow', 'I do not know when it leaves', 'Nine is a number'];
const chinese = '火车明天早上九点开';
const empty = ['', ' ', '\n\t'];

testSpellings('similarity', [
  [
    similarityGrader,
    (['edit', 'rouge_l', 'chrf'] as const)
      .flatMap((measure) => [
        ...expectAll(fillTemplates(same, spelled), 'right', {
          reference: sentence,
          options: { measure },
        }),
        ...expectAll(spelled.slice(0, 1), 'right', {
          reference: ['Something else', sentence],
          options: { measure },
        }),
        ...expectAll(near, 'right', { reference: sentence, options: { measure, pass: 0.7 } }),
        ...expectAll(far, 'wrong', { reference: sentence, options: { measure, pass: 0.7 } }),
        ...expectAll(other, 'wrong', { reference: sentence, options: { measure, pass: 0.2 } }),
        ...expectAll([chinese, `${chinese}。`], 'right', {
          reference: chinese,
          options: { measure },
        }),
        ...expectAll(empty, 'unparseable', { reference: sentence, options: { measure } }),
      ])
      .concat(
        // By hand: kitten and sitting are 3 edits apart.
        expectAll(['sitting'], 1 - 3 / 7, { reference: 'kitten', options: { measure: 'edit' } }),
        expectAll(['abc'], 1 / 2, { reference: 'abcdef', options: { measure: 'edit' } }),
        // ROUGE-L's own example (Lin 2004): "police kill the gunman" shares 3 of 4 words, in order.
        expectAll(['police kill the gunman'], 3 / 4, {
          reference: 'police killed the gunman',
          options: { measure: 'rouge_l' },
        }),
        expectAll(['the gunman kill police'], 1 / 2, {
          reference: 'police killed the gunman',
          options: { measure: 'rouge_l' },
        }),
        // chrF with n = 1 only, since there is one character: precision 1/2 and recall 1.
        expectAll(['ab'], (5 * (1 / 2)) / (4 * (1 / 2) + 1), {
          reference: 'a',
          options: { measure: 'chrf' },
        }),
      ),
  ],
]);
