import { describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { jsonSchemaGrader } from '../../../src/measure/graders/json-schema.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

type Row = readonly [string, JsonValue | undefined, JsonObject, string];

const problems: readonly Row[] = [
  ['json_schema', undefined, {}, 'give a JSON Schema'],
  ['json_schema', 'object', {}, 'give a JSON Schema'],
  ['json_schema', { type: 'objekt' }, {}, 'type'],
  ['json_schema', { tpye: 'object' }, {}, 'unknown keyword: "tpye"'],
  ['json_schema', { $ref: '#/nowhere' }, {}, 'nowhere'],
  ['json_schema', { pattern: '(' }, {}, 'reference'],
  ['json_schema', { format: 'moon' }, {}, 'moon'],
  ['json_fields', {}, {}, 'give an object'],
  ['json_fields', ['a'], {}, 'give an object'],
  ['json_fields', { a: 1 }, { fields: { b: {} } }, 'no field "b"'],
  ['json_fields', { a: 1 }, { fields: { a: { weight: 0 } } }, 'weight'],
  ['json_fields', { a: 1 }, { fields: { a: { compare: 'fuzzy' } } }, 'compare'],
  ['set_f1', 'a, b', {}, 'give a list'],
  ['set_f1', [{}], {}, 'give a list'],
  ['set_f1', ['a'], { separators: [] }, 'separators'],
  ['similarity', undefined, {}, 'give a text'],
  ['similarity', 'a', { measure: 'bleu' }, 'measure'],
  ['similarity', 'a', { pass: 0 }, 'pass'],
  ['not_contains', undefined, {}, 'give a text'],
  ['not_contains', ['a', ''], {}, 'give a text'],
  ['instructions', undefined, {}, 'at least one instruction'],
  ['instructions', undefined, { credit: 'all' }, 'at least one instruction'],
  ['instructions', 'a', { maxWords: 1 }, 'leave it out'],
  ['instructions', undefined, { maxWords: -1 }, 'maxWords'],
  ['instructions', undefined, { language: 'german' }, 'language'],
  ['instructions', undefined, { maxWord: 1 }, 'did you mean "maxWords"'],
  ['tool_call', undefined, {}, '"arguments"'],
  ['tool_call', 'get_weather', {}, '"arguments"'],
  ['tool_call', { name: 'f', args: {} }, {}, '"arguments"'],
  ['tool_call', { name: 'f', arguments: [] }, {}, '"arguments"'],
  ['tool_call', { name: 'f' }, { alternatives: { a: [] } }, 'alternatives'],
  ['judge', undefined, {}, 'rubric'],
  ['judge', undefined, { mode: 'pairwise' }, 'the answer to compare with'],
  ['judge', undefined, { rubric: 'x', choices: { yes: 1 } }, 'at least two'],
  ['judge', undefined, { rubric: 'x', choices: { yes: 1, no: -1 } }, 'choices'],
  ['judge', {}, { rubric: 'x' }, 'not blank'],
];

const sound: readonly (readonly [string, JsonValue | undefined, JsonObject])[] = [
  ['json_schema', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'array' }, {}],
  ['json_schema', { type: ['string', 'null'], format: 'date' }, { wholeAnswer: true }],
  ['json_fields', { a: { b: [1] } }, { fields: { 'a.b': { compare: 'unordered' } } }],
  ['set_f1', [], {}],
  ['similarity', ['a', 'b'], { measure: 'edit', pass: 0.5 }],
  ['instructions', undefined, { language: 'de' }],
  ['tool_call', [], {}],
  ['tool_call', { name: 'f' }, { optional: ['a'] }],
  ['judge', undefined, { rubric: 'x' }],
  ['judge', 'x', { mode: 'pairwise' }],
];

describe('checkGrader', () => {
  it.each(problems)('reports of %s the reference %j with %j', (name, reference, options, text) => {
    expect(checkGrader({ name, options }, reference)).toContain(text);
  });

  it.each(sound)('accepts of %s the reference %j with %j', (name, reference, options) => {
    expect(checkGrader({ name, options }, reference)).toBeUndefined();
  });
});

describe('a JSON Schema', () => {
  it('tells its patterns apart', () => {
    const reference = {
      properties: { code: { pattern: '^[A-Z]{2}$' }, year: { pattern: '^\\d{4}$' } },
    };
    const quality = (value: JsonObject): number => {
      const input = { answer: JSON.stringify(value), reference, options: {} };
      const grade = jsonSchemaGrader.grade(input);
      return grade.kind === 'graded' ? grade.quality : Number.NaN;
    };
    expect(quality({ code: 'AB', year: '1999' })).toBe(1);
    expect(quality({ code: '1999', year: '1999' })).toBe(0);
    expect(quality({ code: 'AB', year: 'AB' })).toBe(0);
  });

  it.each([{ $ref: '#' }, { anyOf: [{ $ref: '#' }, { type: 'string' }] }])(
    'that refers to itself without end leaves every answer ungraded: %j',
    (reference) => {
      expect(jsonSchemaGrader.grade({ answer: '{}', reference, options: {} })).toEqual({
        kind: 'ungraded',
        reason: 'the schema refers to itself without end',
      });
    },
  );
});
