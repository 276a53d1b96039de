import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grader } from '../../src/graders/grade.js';
import { findGrader, graderNames } from '../../src/graders/registry.js';
import type { JsonObject, JsonValue } from '../../src/util/json.js';

/** For each grader, a task that is in order and an answer that is right. */
const sound: Record<string, { reference: JsonValue; options: JsonObject; right: string }> = {
  exact: { reference: 'Paris', options: {}, right: 'Paris' },
  choice: { reference: 'B', options: { choices: ['yes', 'no', 'maybe'] }, right: 'no' },
  numeric: { reference: 12.5, options: { tolerance: 0.1 }, right: 'It is 12.5' },
  contains: { reference: ['a', 'b'], options: { not: ['c'] }, right: 'a b' },
  regex: { reference: '^[a-c]+$', options: {}, right: 'abc' },
};

const hostileAnswers = [
  '',
  ' \n\t',
  '\u0000\ud800',
  '1,'.repeat(50_000),
  '1 234 '.repeat(20_000),
  '9'.repeat(200_000),
  '('.repeat(100_000),
  '\\boxed{'.repeat(20_000),
  'the answer is '.repeat(10_000),
  `${'.'.repeat(200_000)}x`,
  `${' '.repeat(200_000)}x`,
  `\`\`\`${'\n'.repeat(100_000)}`,
  'not B '.repeat(30_000),
  'no '.repeat(50_000),
  '\\frac{'.repeat(30_000),
  '*'.repeat(100_000),
];

/** Letters, numbers and markup in random order: closer to real answers than random characters. */
const answerLike = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('A', 'B', '(', ')', '**', '\\boxed{', '}', 'Answer: ', '\n', '#### ', 'not '),
      fc.double().map(String),
      fc.constantFrom('1,234', '3/4', '%', '$', '-', '½', '٣', '１', '</think>', '```'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

const graders = graderNames.map((name): [string, Grader] => [name, findGrader(name) as Grader]);

describe.each(graders)('the contract of graders: %s', (name, grader) => {
  const task = sound[name];
  if (task === undefined) throw new Error(`give the grader ${name} a sound task in this test`);
  const { reference, options, right } = task;

  it('is found under its own name and has a version', () => {
    expect(grader.name).toBe(name);
    expect(grader.version).toBeGreaterThanOrEqual(1);
  });

  it('accepts a sound task and gives a right answer 1', () => {
    expect(grader.checkTask(reference, options)).toBeUndefined();
    expect(grader.grade({ answer: right, reference, options })).toEqual({
      kind: 'graded',
      quality: 1,
    });
  });

  it('grades every answer between 0 and 1, twice the same', () => {
    fc.assert(
      fc.property(fc.oneof(answerLike, fc.string({ unit: 'grapheme' })), (answer) => {
        const grade = grader.grade({ answer, reference, options });
        if (grade.kind === 'graded') {
          expect(grade.quality).toBeGreaterThanOrEqual(0);
          expect(grade.quality).toBeLessThanOrEqual(1);
        }
        expect(grader.grade({ answer, reference, options })).toEqual(grade);
      }),
      { numRuns: 300 },
    );
  });

  it.each(hostileAnswers.map((answer) => [`${answer.slice(0, 12)} (${answer.length})`, answer]))(
    'survives %j',
    (_, answer) => {
      expect(['graded', 'ungraded']).toContain(grader.grade({ answer, reference, options }).kind);
    },
  );

  it('gives an empty answer 0: the model answered, and wrongly', () => {
    expect(grader.grade({ answer: '', reference, options })).toMatchObject({
      kind: 'graded',
      quality: 0,
    });
  });

  it('leaves a task ungraded, with the reason, exactly where it reports a problem with it', () => {
    fc.assert(
      fc.property(
        fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
        fc.oneof(
          fc.constant({}),
          fc.dictionary(
            fc.constantFrom(...Object.keys(options), 'all', 'choices', 'flags', '__proto__', 'x'),
            fc.jsonValue({ maxDepth: 2 }),
          ),
        ),
        (anyReference, anyOptions) => {
          const problem = grader.checkTask(anyReference as JsonValue, anyOptions as JsonObject);
          const grade = grader.grade({
            answer: 'x',
            reference: anyReference as JsonValue,
            options: anyOptions as JsonObject,
          });
          if (problem === undefined) expect(grade.kind).toBe('graded');
          else expect(grade).toEqual({ kind: 'ungraded', reason: problem });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reports an option that it does not know', () => {
    expect(grader.checkTask(reference, { ...options, bogusOption: 1 })).toContain('bogusOption');
  });
});
