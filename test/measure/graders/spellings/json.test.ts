import { jsonFieldsGrader } from '../../../../src/measure/graders/json-fields.js';
import { jsonSchemaGrader } from '../../../../src/measure/graders/json-schema.js';
import { expectAll, fillTemplates, testSpellings } from './spelling.js';

/** Ways to hand over JSON. */
const wrappings = [
  '@',
  ' @ ',
  '@\n',
  '```json\n@\n```',
  '```\n@\n```',
  '```JSON\n@\n```',
  'Here it is:\n\n```json\n@\n```',
  '```json\n@\n```\n\nI hope this helps!',
  'Here: @',
  'Here: @.',
  'The result is @, as asked.',
  '**@**',
  '`@`',
  '<think>{"name": "Bob"}</think>@',
  '<think>Hm.</think>\n```json\n@\n```',
  'First: {"name": "Bob"}\n\nCorrected: @',
  '```json\n{"name": "Bob"}\n```\nNo:\n```json\n@\n```',
  'Note [1]: @',
  '@ [1]',
  '```json\n@',
  'Answer: @',
  '> @',
  '1. @',
  '{ not JSON }\n@',
];
const good = [
  '{"name": "Ada", "age": 36}',
  '{\n  "name": "Ada",\n  "age": 36\n}',
  '{"age":36,"name":"Ada"}',
  '{"name": "Ada", "age": 36, "extra": [1, {"a": null}]}',
];
const schema = {
  type: 'object',
  required: ['name', 'age'],
  properties: {
    name: { type: 'string', minLength: 1 },
    age: { type: 'integer', minimum: 0 },
    email: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true },
  },
};
const bad = [
  '{"name": "Ada"}',
  '{"age": 36}',
  '{"name": "", "age": 36}',
  '{"name": "Ada", "age": -1}',
  '{"name": "Ada", "age": "36"}',
  '{"name": "Ada", "age": 36.5}',
  '{"name": null, "age": 36}',
  '{}',
  '[]',
  '[{"name": "Ada", "age": 36}]',
  '"Ada"',
  '36',
  'true',
  'null',
  '{"name": "Ada", "age": 36, "email": "nowhere"}',
  '{"name": "Ada", "age": 36, "tags": ["c"]}',
  '{"name": "Ada", "age": 36, "tags": ["a", "a"]}',
  '{"name": "Ada", "age": 36, "tags": "a"}',
  '{"Name": "Ada", "Age": 36}',
];
const broken = [
  '',
  ' ',
  'Ada, 36',
  '{name: "Ada", age: 36}',
  "{'name': 'Ada', 'age': 36}",
  '{"name": "Ada", "age": 36',
  '{"name": "Ada" "age": 36}',
  '{"name": "Ada", "age": 36,}',
  'name: Ada\nage: 36',
  '<name>Ada</name>',
  '```json\n{"name": \n```',
  '{"name": "Ada", "age": 036}',
  'I cannot.',
  '{"name": “Ada”}',
  '{"age": NaN}',
  '```\nAda\n```',
  '{',
  '[',
  '{"',
];
const expected = {
  name: 'Ada Lovelace',
  age: 36,
  address: { city: 'London', zip: null },
  tags: ['a', 'b'],
};
const full = JSON.stringify(expected);

testSpellings('JSON', [
  [
    jsonSchemaGrader,
    [
      ...expectAll(fillTemplates(wrappings, good), 'right', { reference: schema }),
      ...expectAll(good, 'right', { reference: schema, options: { wholeAnswer: true } }),
      ...expectAll(bad, 'wrong', { reference: schema }),
      ...expectAll(broken, 'unparseable', { reference: schema }),
      ...expectAll(fillTemplates(['Here: @', '```json\n@\n```', '@ Done.'], good), 'unparseable', {
        reference: schema,
        options: { wholeAnswer: true },
      }),
    ],
  ],
  [
    jsonFieldsGrader,
    [
      ...expectAll(fillTemplates(wrappings, [full]), 'right', { reference: expected }),
      ...expectAll(
        [
          full.toLowerCase(),
          full.replace('Ada Lovelace', ' Ada  Lovelace. '),
          full.replace('36', '"36"'),
          full.replace('36', '"36 years"'),
          full.replace(',"zip":null', ''),
          full.replace('36', '36.0000001'),
          full.replace('}', '},"more":1'),
        ],
        'right',
        { reference: expected },
      ),
      ...expectAll(
        [
          full.replace('36', '37'),
          full.replace('36', 'null'),
          full.replace('London', 'Paris'),
          full.replace('["a","b"]', '["b","a"]'),
          full.replace('"a","b"', '"a"'),
          full.replace('Ada', 'A.'),
        ],
        4 / 5,
        { reference: expected },
      ),
      ...expectAll([full.replace('["a","b"]', '["b","a"]')], 'right', {
        reference: expected,
        options: { fields: { tags: { compare: 'unordered' } } },
      }),
      ...expectAll([full.replace('36', '37')], 4 / 8, {
        reference: expected,
        options: { fields: { age: { weight: 4 } } },
      }),
      ...expectAll([full.replace('36', '37')], 'right', {
        reference: expected,
        options: { fields: { age: { tolerance: 1 } } },
      }),
      ...expectAll([full.replace('Ada Lovelace', 'Countess Ada Lovelace')], 'right', {
        reference: expected,
        options: { fields: { name: { compare: 'contains' } } },
      }),
      ...expectAll([full.replace('}', '},"more":1')], 5 / 6, {
        reference: expected,
        options: { allowExtra: false },
      }),
      ...expectAll(['{"name": "ADA LOVELACE"}', '{"address": {"city": "London"}}'], 2 / 5, {
        reference: expected,
      }),
      ...expectAll(
        ['{"name": 1, "age": "x", "address": {"city": 3, "zip": 0}, "tags": {}}'],
        'wrong',
        { reference: expected },
      ),
      ...expectAll(broken, 'unparseable', { reference: expected }),
      ...expectAll(['[]', '[1, 2]', '"Ada"', '36', 'null'], 'unparseable', { reference: expected }),
    ],
  ],
]);
