import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSpellings } from '../../../../scripts/check/graders/read-spellings.js';
import { extractCode } from '../../../../src/measure/graders/code/extract-code.js';
import { createGraderPool } from '../../../../src/measure/graders/pool/grader-pool.js';
import { findGrader, graderNames } from '../../../../src/measure/graders/registry.js';
import type { Grade, GradeInput, GraderPool } from '../../../../src/measure/graders/grade.js';
import type { JsonObject, JsonValue } from '../../../../src/util/json.js';
import { isLongRun, scaleTime } from '../../../support/test-run.js';

/** For each grader that needs no tools, a task whose answer may be of any length. */
const endless: Readonly<Record<string, readonly [JsonValue | undefined, JsonObject]>> = {
  exact: ['Paris', {}],
  choice: ['B', {}],
  numeric: [5, {}],
  math: ['x^2', {}],
  contains: ['tea', { wholeWords: true }],
  not_contains: ['tea', {}],
  regex: ['^(a+)+$', {}],
  json_schema: [{ type: 'object' }, {}],
  json_fields: [{ a: 1 }, {}],
  set_f1: [['red', 'blue'], {}],
  similarity: ['The train.', {}],
  instructions: [undefined, { include: ['tea'] }],
  tool_call: [{ name: 'f', arguments: {} }, {}],
};
const names = graderNames.filter((name) => findGrader(name)?.needs === undefined);
const spellings = readSpellings().filter(({ grader }) => names.includes(grader));

const open: GraderPool[] = [];
function create(settings: Parameters<typeof createGraderPool>[0]): GraderPool {
  const pool = createGraderPool(settings);
  open.push(pool);
  return pool;
}
/** Nothing is late here, however slow the machine. */
const patient = create({ threads: 1, timeLimitMs: scaleTime(60_000) });
afterAll(() => Promise.all(open.map((pool) => pool.close())));

async function gradeHere(grader: string, input: GradeInput): Promise<Grade | undefined> {
  return findGrader(grader)?.grade(input);
}

function toInput({ reference, options = {}, answer }: (typeof spellings)[number]): GradeInput {
  return { reference, options, answer };
}

describe('a pool of graders', () => {
  it('leaves an answer that takes too long ungraded, by every grader, and goes on', async () => {
    const hasty = create({ threads: 1, timeLimitMs: 1 });
    const late = { kind: 'ungraded', reason: 'grading took longer than 1 ms' };
    const slow = ['regex', 'json_schema', 'json_fields', 'similarity', 'instructions'];
    // Each of them costs a thread: 52 in the long form.
    const tried = isLongRun ? [names, names, names, names].flat() : slow;
    for (const name of tried) {
      const [reference, options] = endless[name] ?? [];
      if (options === undefined) throw new Error(`give ${name} a task in this test`);
      // No machine reads twenty million characters in 1 ms, nor while this process waits for its turn.
      const answer = `${'a'.repeat(name === 'regex' ? 60 : 20_000_000)}!`;
      expect(await hasty.grade(name, { answer, reference, options }), name).toEqual(late);
    }
  });

  it('grades what comes after an answer that took too long', async () => {
    const task = { reference: '^(a+)+$', options: {} };
    const pool = create({ threads: 1, timeLimitMs: scaleTime(1000) });
    const grades = await Promise.all(
      [`${'a'.repeat(60)}!`, 'aaa', 'b'].map((answer) => pool.grade('regex', { answer, ...task })),
    );
    expect(grades).toMatchObject([{ kind: 'ungraded' }, { quality: 1 }, { quality: 0 }]);
  });

  it('has one limit for all patterns of a schema together, and no quality beyond it', async () => {
    const pool = create({ threads: 1, timeLimitMs: 50 });
    const member = { type: 'string', pattern: '^(a+)+$' };
    const reference = { properties: { a: member, b: member, c: member } };
    const text = `${'a'.repeat(60)}!`;
    const answer = JSON.stringify({ a: text, b: text, c: text });
    const grade = await pool.grade('json_schema', { answer, reference, options: {} });
    expect(grade).toEqual({ kind: 'ungraded', reason: 'grading took longer than 50 ms' });
  });

  it('gives the answers of the table of spellings the grades that their graders give here', async () => {
    const some = spellings.filter(
      ({ options }, index) =>
        isLongRun || (index % 20 === 0 && options?.['language'] === undefined),
    );
    const grade = (by: typeof gradeHere): Promise<unknown[]> =>
      Promise.all(some.map((spelled) => by(spelled.grader, toInput(spelled))));
    expect(await grade(patient.grade)).toEqual(await grade(gradeHere));
  });

  it('finds the programs of the table where they are found here', async () => {
    const programs = readSpellings().filter(({ grader }) => grader === 'code');
    const found = await Promise.all(
      programs.map(({ answer, options = {} }) => {
        const { language, function: name } = options;
        return patient.extractCode(answer, String(language), name as string | undefined);
      }),
    );
    expect(found).toEqual(
      programs.map(({ answer, options = {} }) => ({
        kind: 'code',
        code: extractCode(
          answer,
          String(options['language']),
          options['function'] as string | undefined,
        ),
      })),
    );
    const hasty = create({ threads: 1, timeLimitMs: 1 });
    expect(await hasty.extractCode('~~~\n'.repeat(1_000_000), 'python', 'f')).toEqual({
      kind: 'ungraded',
      reason: 'grading took longer than 1 ms',
    });
  });

  it('gives any text the grade that its grader gives here', async () => {
    const anyTask = fc.constantFrom(...names.filter((name) => name !== 'regex'));
    await fc.assert(
      fc.asyncProperty(anyTask, fc.string({ unit: 'binary' }), async (name, answer) => {
        const [reference, options] = endless[name] as (typeof endless)[string];
        const input = { answer, reference, options };
        expect(await patient.grade(name, input)).toEqual(await gradeHere(name, input));
      }),
      { numRuns: isLongRun ? 2000 : 50 },
    );
  });

  it('gives the same grades with any number of threads', async () => {
    const several = create({ threads: 2, timeLimitMs: scaleTime(60_000) });
    const some = spellings.filter((_, index) => index % 100 === 0);
    const [one, two] = await Promise.all(
      [patient, several].map((pool) =>
        Promise.all(some.map((spelled) => pool.grade(spelled.grader, toInput(spelled)))),
      ),
    );
    expect(two).toEqual(one);
  });

  it('does not call a thread that was closed a wrong answer', async () => {
    const pool = createGraderPool({ threads: 1, timeLimitMs: scaleTime(60_000) });
    const task = { answer: `${'a'.repeat(60)}!`, reference: '^(a+)+$', options: {} };
    const grades = [pool.grade('regex', task), pool.grade('regex', task)];
    await pool.close();
    for (const grade of [...(await Promise.all(grades)), await pool.grade('regex', task)]) {
      expect(grade).toMatchObject({ kind: 'ungraded', retryable: true });
    }
  });
});

describe('a process that grades in threads', () => {
  const module = new URL('../../../../dist/measure/graders/grade-answer.js', import.meta.url);
  const script = `
    const { gradeAnswer } = await import(${JSON.stringify(module.href)});
    const grader = { name: 'regex', options: {} };
    const example = { id: '1', prompt: '', reference: '^a+$', grader, metadata: {} };
    console.log(JSON.stringify(await gradeAnswer(example, 'aaa')));`;

  async function run(...flags: readonly string[]): Promise<unknown> {
    const values = [...flags, '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, values);
    return JSON.parse(stdout);
  }

  it('ends once it has nothing else to do', async () => {
    expect(await run()).toEqual({ kind: 'graded', quality: 1 });
  });

  it('leaves answers ungraded, with the reason, where it may not start threads', async () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    expect(await run('--no-warnings', flag, '--allow-fs-read=*')).toEqual({
      kind: 'ungraded',
      reason: expect.stringMatching(/^the graders' thread could not be loaded: .*restricted/),
      retryable: true,
    });
  });
});
