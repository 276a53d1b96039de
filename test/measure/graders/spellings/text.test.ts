import { containsGrader } from '../../../../src/measure/graders/contains.js';
import { exactGrader } from '../../../../src/measure/graders/exact.js';
import { notContainsGrader } from '../../../../src/measure/graders/not-contains.js';
import { regexGrader } from '../../../../src/measure/graders/regex.js';
import { expectAll, fillTemplates, testSpellings } from './spelling.js';

const whole = [
  '@',
  ' @',
  '@ ',
  '@\n',
  '\n\n@\n',
  '@.',
  '@!',
  '@?',
  '@;',
  '@:',
  '@…',
  '@。',
  '**@**',
  '**@.**',
  '**@**.',
  '*@*',
  '__@__',
  '`@`',
  '"@"',
  '"@."',
  '"@".',
  "'@'",
  '“@”',
  '‘@’',
  '«@»',
  '「@」',
  '```\n@\n```',
  '```text\n@\n```',
  '```\n@.\n```',
  '<think>Hm.</think>@',
  '<think>\nOr @?\n</think>\n\n@',
  '"**@**"',
  '(@)',
  '- @',
  '1. @',
  '# @',
  '„@“',
  '\\boxed{@}',
  '<answer>@</answer>',
  '[THINK]Hm.[/THINK]@',
  '**"@"**',
];
const spelled = ['New York', 'new york', 'NEW YORK', 'New  York', 'New\nYork', 'New\tYork'];
const notWhole = [
  '@ City',
  'The @',
  'It is @.',
  '@ or @',
  '"@" and "@"',
  '@, @',
  'not @',
  '@?!x',
  '@\n\nBecause it is.',
  'Answer: @',
];

const inside = [
  '@',
  'It is @.',
  'x@x',
  '**@**',
  '- @',
  'a\n@\nb',
  '"@"',
  '(@)',
  '@!',
  'Well: @, I think',
  '@@',
  '¿@?',
  'über @',
  '@-like',
  'the @ of @',
];
const outside = [
  '',
  'paris',
  'Par',
  'Pa ris',
  'P a r i s',
  'sirap',
  '巴黎',
  'parís',
  'Pariz',
  'P.aris',
  'London and Rome',
];

const refusals = [
  'I am sorry, no.',
  'SORRY',
  'Sorry!',
  'sorry',
  'We are sorry to say',
  'so sorry',
  '**Sorry**',
  'I cannot',
  'i CANNOT do it',
  'Cannot.',
];
const polite = [
  'Gladly.',
  'Yes',
  'Of course',
  '42',
  'sor ry',
  'can not',
  'Can I?',
  'Sorr',
  'Here you are',
  '好',
  'ok',
  'So, rye bread',
  '- yes',
  '**Yes**',
  'Let me see.',
];

testSpellings('texts', [
  [
    exactGrader,
    [
      ...expectAll(fillTemplates(whole, ['New York']), 'right', { reference: 'New York' }),
      ...expectAll(spelled, 'right', { reference: 'New York' }),
      ...expectAll(fillTemplates(whole, ['York']), 'wrong', { reference: 'New York' }),
      ...expectAll(fillTemplates(notWhole, ['New York']), 'wrong', { reference: 'New York' }),
      ...expectAll(['new york', 'NEW YORK'], 'wrong', {
        reference: 'New York',
        options: { caseSensitive: true },
      }),
      ...expectAll(['New  York', 'New\nYork'], 'wrong', {
        reference: 'New York',
        options: { collapseWhitespace: false },
      }),
      ...expectAll(['cafe\u0301', 'CAFÉ', 'café.'], 'right', { reference: 'café' }),
      ...expectAll(['cafe', 'caffè'], 'wrong', { reference: 'café' }),
      ...expectAll(['', ' ', '\n\n', '\t'], 'unparseable', { reference: 'New York' }),
    ],
  ],
  [
    containsGrader,
    [
      ...expectAll(fillTemplates(inside, ['Paris', 'PARIS']), 'right', { reference: 'Paris' }),
      ...expectAll(
        outside.filter((text) => text !== 'paris'),
        'wrong',
        { reference: 'Paris' },
      ),
      ...expectAll(['x paris x', 'PARIS'], 'wrong', {
        reference: 'Paris',
        options: { caseSensitive: true },
      }),
      ...expectAll(['xParis', 'Parisx', 'Paris2', 'Pariser'], 'wrong', {
        reference: 'Paris',
        options: { wholeWords: true },
      }),
      ...expectAll(['Paris', 'Paris-Nord', '(Paris)', 'Paris.', '巴黎 Paris'], 'right', {
        reference: 'Paris',
        options: { wholeWords: true },
      }),
      ...expectAll(['a and b', 'b a', 'ab'], 'right', { reference: ['a', 'b'] }),
      ...expectAll(['a', 'b', 'c'], 'wrong', { reference: ['a', 'b'] }),
    ],
  ],
  [
    notContainsGrader,
    [
      ...expectAll(polite, 'right', { reference: ['sorry', 'cannot'] }),
      ...expectAll(refusals, 'wrong', { reference: ['sorry', 'cannot'] }),
      ...expectAll(['', ' \n'], 'unparseable', { reference: 'sorry' }),
    ],
  ],
  [
    regexGrader,
    [
      ...expectAll(
        [
          'AB-1234',
          'The code is AB-1234.',
          'x\nZZ-0000\ny',
          '**QQ-9999**',
          '(AB-1234)',
          'AB-12345',
        ],
        'right',
        { reference: '[A-Z]{2}-\\d{4}' },
      ),
      ...expectAll(
        ['AB1234', 'ab-1234', 'A-1234', 'AB-123', 'AB - 1234', '1234-AB', 'АВ-1234', 'none', '?'],
        'wrong',
        { reference: '[A-Z]{2}-\\d{4}' },
      ),
      ...expectAll(['ab-1234', 'aB-1234'], 'right', {
        reference: '[A-Z]{2}-\\d{4}',
        options: { flags: 'i' },
      }),
      ...expectAll(['x AB-1234', 'AB-1234 x'], 'wrong', { reference: '^[A-Z]{2}-\\d{4}$' }),
      ...expectAll(['x\nAB-1234', 'AB-1234\nx'], 'right', {
        reference: '^[A-Z]{2}-\\d{4}$',
        options: { flags: 'm' },
      }),
      ...expectAll(['', ' ', '\n'], 'unparseable', { reference: '[A-Z]{2}-\\d{4}' }),
    ],
  ],
]);
