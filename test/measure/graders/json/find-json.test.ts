import { describe, expect, it } from 'vitest';
import { jsonFieldsGrader } from '../../../../src/measure/graders/json-fields.js';
import { jsonSchemaGrader } from '../../../../src/measure/graders/json-schema.js';

describe('graders of JSON, where the outer value is broken', () => {
  it.each([
    '{"name":"Bob","manager":{"name":"Ann"},}',
    '```json\n{\n  "name": "Bob", // the customer\n  "manager": {"name": "Ann"}\n}\n```',
    '{"name":"Bob","manager":{"name":"Ann"}',
    '{"staff":[{"name":"Ann"}],}',
    '{"name":"Bob",\'manager\':1,"friend": {"name":"Ann"}}',
  ])('do not grade a part of %j', async (answer) => {
    const grade = await jsonFieldsGrader.grade({ answer, reference: { name: 'Ann' }, options: {} });
    expect(grade).toEqual({ kind: 'graded', quality: 0, detail: 'no JSON found' });
  });

  it.each([
    [{ type: 'object', required: ['name'] }, '{"title":"x","author":{"name":"Ann"},}'],
    [{ type: 'array', items: { type: 'string' } }, '{"tags":["a","b"],"n":1,}'],
  ])('do not check a part by the schema %j', async (reference, answer) => {
    const grade = await jsonSchemaGrader.grade({ answer, reference, options: {} });
    expect(grade).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    '{"name":"Ann"}',
    'Here it is: {"name":"Ann"}. Let me know!',
    'The set {a, b} is given. {"name":"Ann"}',
    '[see {"name":"Ann"}]',
    'The "answer": {"name":"Ann"}',
    'First {"name": oops. Then {"name":"Ann"}',
    'Voici : {"name":"Ann"}',
    'Das Ergebnis {laut Text} ist {"name":"Ann"}.',
    '结果：{"name":"Ann"}',
    '```json\n{"name":"Ann"}\n```\nNote: {"broken": }',
  ])('still read the object of %j', async (answer) => {
    const grade = await jsonFieldsGrader.grade({ answer, reference: { name: 'Ann' }, options: {} });
    expect(grade).toMatchObject({ kind: 'graded', quality: 1 });
  });
});

describe('the json_fields grader, where a number is a text', () => {
  const gradeOf = (text: string) =>
    jsonFieldsGrader.grade({
      answer: JSON.stringify({ n: text }),
      reference: { n: 3 },
      options: {},
    });

  it.each([
    '≥3',
    'at least 3',
    '3 or more',
    '3+ nights',
    'up to 3',
    'no more than 3',
    'mindestens 3',
  ])('takes %j for 3, as a field such as "min_nights" does', async (text) => {
    expect(await gradeOf(text)).toMatchObject({ kind: 'graded', quality: 1 });
  });

  it.each([
    'less than 3',
    '> 3',
    'not 3',
    '3 dozen',
    'plus de 3',
    'not exactly 3',
    'more than $3',
    'three dozen',
    'fewer than three',
  ])('does not take %j for 3', async (text) => {
    expect(await gradeOf(text)).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    '3',
    '3.0',
    '3 EUR',
    '$3',
    '3 items',
    'three',
    '3 Stück',
    '3 pommes',
    '3 años',
    '3个',
    '3 (not verified)',
    '3 nights, not refundable',
    '3 EUR, VAT not included',
    '3 zuzüglich, nicht inklusive MwSt',
    'Ranked 3, better than last year',
    '$3/dozen',
    '$3 -> net',
    '<b>3</b>',
    '3 <br>',
  ])('takes %j for 3', async (text) => {
    expect(await gradeOf(text)).toMatchObject({ kind: 'graded', quality: 1 });
  });
});
