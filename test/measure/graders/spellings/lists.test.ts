import { setF1Grader } from '../../../../src/measure/graders/set-f1.js';
import { expectAll, testSpellings } from './spelling.js';

/** Ways to write a list of items. */
const forms: readonly ((items: readonly string[]) => string)[] = [
  (items) => JSON.stringify(items),
  (items) => JSON.stringify({ items }),
  (items) => JSON.stringify(items, null, 2),
  (items) => `\`\`\`json\n${JSON.stringify(items)}\n\`\`\``,
  (items) => `Here you are: ${JSON.stringify(items)}`,
  (items) => items.join(', '),
  (items) => `${items.join(', ')}.`,
  (items) => items.join('; '),
  (items) => items.join('\n'),
  (items) => items.map((item) => `- ${item}`).join('\n'),
  (items) => items.map((item) => `* ${item}`).join('\n'),
  (items) => items.map((item) => `• ${item}`).join('\n'),
  (items) => items.map((item, index) => `${index + 1}. ${item}`).join('\n'),
  (items) => items.map((item, index) => `${index + 1}) ${item}`).join('\n'),
  (items) => items.map((item) => `- **${item}**`).join('\n'),
  (items) => items.map((item) => `- ${item}.`).join('\n'),
  (items) => items.map((item) => `"${item}"`).join(', '),
  (items) => `The list:\n${items.map((item) => `- ${item}`).join('\n')}`,
  (items) => `Here it is:\n\n${items.join('\n')}`,
  (items) => `Names: ${items.join(', ')}`,
  (items) => `${items.slice(0, -1).join(', ')}, and ${items.at(-1) ?? ''}`,
  (items) => `<think>Rome?</think>${items.join(', ')}`,
  (items) => items.map((item) => item.toUpperCase()).join(', '),
  (items) => items.map((item) => `  - ${item}  `).join('\n'),
  (items) => `${items.map((item) => `- ${item}`).join('\n')}\n\nThat is all of them!`,
];

const write = (items: readonly string[]): readonly string[] => forms.map((form) => form(items));
const reference = ['Ada King', 'Bo Li', 'Cy Roe'];
const none = [
  '[]',
  'None',
  'none.',
  'Nothing',
  'N/A',
  '```json\n[]\n```',
  '{"items": []}',
  '"none"',
  '- none',
  '**None**',
];

testSpellings('lists', [
  [
    setF1Grader,
    [
      ...expectAll(write(reference), 'right', { reference }),
      ...expectAll(write(reference.toReversed()), 'right', { reference }),
      ...expectAll(write([...reference, 'Bo Li']).slice(0, 18), 'right', { reference }),
      ...expectAll(write(['Ada King', 'Bo Li']), 4 / 5, { reference }),
      ...expectAll(write([...reference, 'Di Poe']), 6 / 7, { reference }),
      ...expectAll(write(['Ada King', 'Di Poe']), 2 / 5, { reference }),
      ...expectAll(write(['Xa Xo', 'Ya Yo']), 'wrong', { reference }),
      ...expectAll(none, 'right', { reference: [] }),
      ...expectAll(write(reference).slice(0, 10), 'wrong', { reference: [] }),
      ...expectAll(none, 'wrong', { reference }),
      ...expectAll(['1, 2, 3', '[3, 2, 1]', '- 1\n- 2\n- 3'], 'right', { reference: [1, 2, 3] }),
      ...expectAll(['3.10', '3,1', '[3.10]', 'm = 3.1'], 'right', { reference: [3.1] }),
      ...expectAll(
        ['- 1,000\n- 2,000', '1,000 and 2,000', '1,000, 2,000', '1.000 und 2.000', '1000,2000'],
        'right',
        { reference: [1000, 2000] },
      ),
      ...expectAll(['5.0, 7.0', '5,7', '5 and 7', '1) 5\n2) 7'], 'right', { reference: [5, 7] }),
      ...expectAll(['5, 7 and 9'], 4 / 5, { reference: [5, 7] }),
      ...expectAll(['2,5; 3,5', '2.50, 3.5', '2,5 und 3,5', '5/2 and 7/2'], 'right', {
        reference: [2.5, 3.5],
      }),
      ...expectAll(['12 cm, 15 cm', '12 cm and 15 cm'], 'right', { reference: [12, 15] }),
      ...expectAll(['5,100,200', '5, 100, 200'], 'right', { reference: [5, 100, 200] }),
      ...expectAll(['5,100,201'], 2 / 3, { reference: [5, 100, 200] }),
      ...expectAll(['1,000 and 7,500', '- 1,000\n- 7,500'], 1 / 2, { reference: [500, 1000] }),
      ...expectAll(['12,346 and 5'], 1 / 2, { reference: [12345, 5] }),
      ...expectAll(['[12,345]'], 'wrong', { reference: [12345, 500] }),
      ...expectAll(['10% and 30%', '- 10 %\n- 30 %', '10 percent; 30 percent'], 1 / 2, {
        reference: [10, 25],
      }),
      ...expectAll(['x = 1 or x = 3', 'x = 1 or 3', '$x_1 = 1$, $x_2 = 3$', 'x = ±1'], 1 / 2, {
        reference: [1, 2],
      }),
      ...expectAll(['Rome or Lyon'], 'wrong', { reference: ['Rome', 'Lyon'] }),
      ...expectAll(['less than 7', 'half of 7', 'twice 7', '7 dozen'], 'wrong', { reference: [7] }),
      ...expectAll(['ADA KING, bo li, cy roe'], 'wrong', {
        reference,
        options: { caseSensitive: true },
      }),
      ...expectAll(['Ada King | Bo Li | Cy Roe'], 'right', {
        reference,
        options: { separators: ['|'] },
      }),
      ...expectAll(['', ' ', '\n'], 'unparseable', { reference }),
    ],
  ],
]);
