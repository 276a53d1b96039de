import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grader } from '../../../src/measure/graders/grade.js';
import { findGrader, graderNames } from '../../../src/measure/graders/registry.js';
import { extractCode } from '../../../src/measure/graders/code/extract-code.js';
import { findVerdict } from '../../../src/measure/graders/judge/find-verdict.js';
import { readAnswer } from '../../../src/measure/graders/texts/read-answer.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';
import { isLongRun } from '../../support/test-run.js';

/** For each grader, a task that is in order and an answer that is right. */
const sound: Record<
  string,
  { reference: JsonValue | undefined; options: JsonObject; right: string }
> = {
  exact: { reference: 'Paris', options: {}, right: 'Paris' },
  choice: { reference: 'B', options: { choices: ['yes', 'no', 'maybe'] }, right: 'no' },
  numeric: { reference: 12.5, options: { tolerance: 0.1 }, right: 'It is 12.5' },
  math: { reference: '(x+1)^2', options: {}, right: '$x^2 + 2x + 1$' },
  contains: { reference: ['a', 'b'], options: { not: ['c'] }, right: 'a b' },
  not_contains: { reference: ['sorry', 'cannot'], options: {}, right: 'Gladly.' },
  regex: { reference: '^[a-c]+$', options: {}, right: 'abc' },
  json_schema: {
    reference: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string', pattern: '^(a+)+$' }, born: { format: 'date' } },
    },
    options: {},
    right: '{"name": "aa", "born": "2001-02-03"}',
  },
  json_fields: {
    reference: { name: 'Ada', address: { city: 'Paris' }, tags: ['a', 'b'] },
    options: { fields: { tags: { compare: 'unordered' } } },
    right: '{"name": "ada", "address": {"city": "Paris"}, "tags": ["b", "a"]}',
  },
  set_f1: { reference: ['red', 'blue'], options: {}, right: '- blue\n- red' },
  similarity: {
    reference: 'The train leaves at nine.',
    options: {},
    right: 'the train leaves at nine',
  },
  instructions: {
    reference: undefined,
    options: { maxWords: 3, include: ['tea'] },
    right: 'Tea, please',
  },
  tool_call: {
    reference: { name: 'weather', arguments: { city: 'Paris' } },
    options: {},
    right: '{"name": "weather", "arguments": {"city": "paris"}}',
  },
};

/** Graders that cannot do without a tool have tests of their own. */
const names = graderNames.filter((name) => findGrader(name)?.needs === undefined);

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
  `{"name": "a.${'A_A.'.repeat(40)}."}`,
  `("${'"'.repeat(50_000)}${' '.repeat(50_000)}x`,
  `f(${'\t'.repeat(19_000)}x`,
  `${'*'.repeat(19_000)}x\ny`,
  '[0](_'.repeat(20_000),
];

/** Letters, numbers and markup in random order: closer to real answers than random characters. */
const answerLike = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('A', 'B', '(', ')', '**', '\\boxed{', '}', 'Answer: ', '\n', '#### ', 'not '),
      fc.double().map(String),
      fc.constantFrom(
        '1,234',
        '3/4',
        '%',
        '$',
        '-',
        '½',
        '٣',
        '１',
        '</think>',
        '```',
        '{"',
        '[',
        ']',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/**
 * 100 kB of a few parts over and over: where a pattern takes more than linear time, it takes minutes,
 * and the test runs into its time limit.
 */
const repetitive = fc
  .record({
    before: fc.constantFrom('', 'The answer is ', '(', '"', '```', '{"a": ', '- ', '\\'),
    unit: fc
      .array(
        fc.oneof(
          fc.constantFrom(...' ,;:.?!()[]{}<>|/\\"\'`*_#$%^&=+-~59'),
          fc.constantFrom(
            '\n',
            '\n\n',
            '\t',
            '  ',
            '```',
            '~~~',
            '**',
            '...',
            '\\frac{',
            '\\boxed{',
          ),
          fc.constantFrom('the train is late ', 'not ', 'A', 'B, ', 'and ', 'because ', 'answer: '),
          fc.constantFrom(
            '1,',
            '1 234 ',
            '3/4',
            'x = 5',
            '{"a": 1}',
            'f(a=1)',
            '<answer>',
            'é',
            '是',
            '٣',
          ),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join('')),
    after: fc.constantFrom('', 'x', '.', ')', '}', '"', '\n'),
  })
  .map(({ before, unit, after }) => {
    const repeated = unit.repeat(Math.ceil(100_000 / unit.length)).slice(0, 100_000);
    return `${before}${repeated}${after}`;
  });
const repetitions = isLongRun ? 300 : 8;
/** Of a property, with each of the graders. */
const propertyRuns = isLongRun ? 300 : 100;

const graders = names.map((name): [string, Grader] => [name, findGrader(name) as Grader]);

describe.each(graders)('the contract of graders: %s', (name, grader) => {
  const task = sound[name];
  if (task === undefined) throw new Error(`give the grader ${name} a sound task in this test`);
  const { reference, options, right } = task;

  it('is found under its own name and has a version', () => {
    expect(grader.name).toBe(name);
    expect(grader.version).toBeGreaterThanOrEqual(1);
  });

  it('accepts a sound task and gives a right answer 1', async () => {
    expect(grader.checkTask(reference, options)).toBeUndefined();
    expect(await grader.grade({ answer: right, reference, options })).toEqual({
      kind: 'graded',
      quality: 1,
    });
  });

  it('gives the example that the reference gives 1', async () => {
    const example = grader.exampleAnswer(reference, options);
    if (example === undefined) return;
    expect(await grader.grade({ answer: example, reference, options })).toMatchObject({
      quality: 1,
    });
  });

  it('grades every answer between 0 and 1, twice the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(answerLike, fc.string({ unit: 'grapheme' })), async (answer) => {
        const grade = await grader.grade({ answer, reference, options });
        if (grade.kind === 'graded') {
          expect(grade.quality).toBeGreaterThanOrEqual(0);
          expect(grade.quality).toBeLessThanOrEqual(1);
        }
        expect(await grader.grade({ answer, reference, options })).toEqual(grade);
      }),
      { numRuns: propertyRuns },
    );
  });

  it.each(hostileAnswers.map((answer) => [`${answer.slice(0, 12)} (${answer.length})`, answer]))(
    'survives %j',
    async (_, answer) => {
      const grade = await grader.grade({ answer, reference, options });
      expect(['graded', 'ungraded']).toContain(grade.kind);
    },
  );

  it('comes to an end with whatever is repeated for 100 kB', async () => {
    await fc.assert(
      fc.asyncProperty(repetitive, async (answer) => {
        const grade = await grader.grade({ answer, reference, options });
        expect(['graded', 'ungraded']).toContain(grade.kind);
      }),
      { numRuns: repetitions },
    );
  });

  it('gives an empty answer 0: the model answered, and wrongly', async () => {
    expect(await grader.grade({ answer: '', reference, options })).toMatchObject({
      kind: 'graded',
      quality: 0,
    });
  });

  it('leaves a task ungraded, with the reason, exactly where it reports a problem with it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
        fc.oneof(
          fc.constant({}),
          fc.dictionary(
            fc.constantFrom(...Object.keys(options), 'all', 'choices', 'flags', '__proto__', 'x'),
            fc.jsonValue({ maxDepth: 2 }),
          ),
        ),
        async (anyReference, anyOptions) => {
          const problem = grader.checkTask(anyReference as JsonValue, anyOptions as JsonObject);
          const grade = await grader.grade({
            answer: 'x',
            reference: anyReference as JsonValue,
            options: anyOptions as JsonObject,
          });
          if (problem !== undefined) expect(grade).toEqual({ kind: 'ungraded', reason: problem });
          else if (grade.kind === 'ungraded') {
            expect(grade.ambiguous !== undefined || name === 'math').toBe(true);
          }
        },
      ),
      { numRuns: propertyRuns },
    );
  });

  it('reports an option that it does not know', () => {
    expect(grader.checkTask(reference, { ...options, bogusOption: 1 })).toContain('bogusOption');
  });
});

describe('the readers that graders share', () => {
  it.each<[string, (answer: string) => unknown]>([
    ['reasoning', readAnswer],
    ['code', (answer) => extractCode(answer, 'python', 'f')],
    ['a verdict', (answer) => findVerdict(answer, ['correct', 'partly correct', 'incorrect'])],
  ])('come to an end with whatever is repeated for 100 kB: %s', (_, read) => {
    fc.assert(
      fc.property(repetitive, (answer) => {
        read(answer);
      }),
      { numRuns: 4 * repetitions },
    );
  });
});
