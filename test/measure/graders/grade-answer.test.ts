import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import {
  computeGradeKey,
  describeStaleness,
  gradeAnswer,
  isGradeCurrent,
} from '../../../src/measure/graders/grade-answer.js';
import type { AmbiguousRule, GradingTools } from '../../../src/measure/graders/grade.js';
import { createGraderPool } from '../../../src/measure/graders/pool/grader-pool.js';
import { findGrader, graderNames } from '../../../src/measure/graders/registry.js';
import type { Example } from '../../../src/measure/tasks/example.js';

const example: Example = {
  id: 'one',
  prompt: '6 x 7?',
  task: 'arithmetic',
  reference: 42,
  grader: { name: 'numeric', options: {} },
  metadata: {},
};

describe('gradeAnswer', () => {
  it("grades by the task's grader", async () => {
    expect(await gradeAnswer(example, 'It is 42.')).toEqual({ kind: 'graded', quality: 1 });
    expect(await gradeAnswer(example, 'It is 43.')).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it('leaves a task without grader ungraded', async () => {
    expect(await gradeAnswer({ ...example, grader: undefined }, '42')).toEqual({
      kind: 'ungraded',
      reason: 'the task names no grader',
    });
  });

  it('leaves a task with an unknown grader ungraded', async () => {
    const unknown = { ...example, grader: { name: '__proto__', options: {} } };
    expect(await gradeAnswer(unknown, '42')).toMatchObject({ kind: 'ungraded' });
  });
});

describe('the limits of gradeAnswer', () => {
  const slow = `${'a'.repeat(60)}!`;
  const pattern = '^(a+)+$';

  it.each([
    ['regex', pattern, slow],
    ['json_schema', { pattern }, JSON.stringify(slow)],
  ])('end %s, whatever the pattern', async (name, reference, answer) => {
    const task = { ...example, reference, grader: { name, options: {} } };
    const graderPool = createGraderPool({ threads: 1, timeLimitMs: 50 });
    try {
      expect(await gradeAnswer(task, answer, { graderPool })).toEqual({
        kind: 'ungraded',
        reason: 'grading took longer than 50 ms',
      });
    } finally {
      await graderPool.close();
    }
  });

  it.each(graderNames)('leave an answer that is too long for %s ungraded', async (name) => {
    const task = { ...example, grader: { name, options: {} } };
    expect(await gradeAnswer(task, '4'.repeat(500_001))).toEqual({
      kind: 'ungraded',
      reason: 'the answer has 500001 characters; at most 500000 are graded',
    });
  });

  it('let long answers pass', async () => {
    const answer = `${'It is not easy. '.repeat(10_000)}It is 42.`;
    expect(await gradeAnswer(example, answer)).toEqual({ kind: 'graded', quality: 1 });
  });
});

describe('an answer with two final answers', () => {
  const answer = 'It is 41 or 42.';
  const ambiguous = ['41', '42'];

  it('stays ungraded, with both', async () => {
    const grade = await gradeAnswer(example, answer);
    expect(grade).toEqual({ kind: 'ungraded', reason: 'ambiguous: 41 or 42', ambiguous });
  });

  it('counts as wrong where that was asked for', async () => {
    expect(await gradeAnswer(example, answer, { ambiguous: 'wrong' })).toMatchObject({
      kind: 'graded',
      quality: 0,
      ambiguous,
    });
  });

  it('is decided by the judge where that was asked for', async () => {
    const judge = {
      model: 'judge',
      ask: () =>
        Promise.resolve({ kind: 'reply' as const, text: 'VERDICT: correct', costUsd: 0.01 }),
    };
    const tools = { ambiguous: 'judge' as const, judge };
    const grade = await gradeAnswer(example, answer, tools);
    expect(grade).toMatchObject({ quality: 1, ambiguous, judge: { model: 'judge', calls: 1 } });
    const recorded = { answer, grade, gradeKey: computeGradeKey(example, answer) };
    expect(isGradeCurrent(example, recorded, tools)).toBe(true);
    expect(isGradeCurrent(example, recorded, {})).toBe(true);
    expect(isGradeCurrent(example, recorded, { ambiguous: 'wrong' })).toBe(false);
    expect(isGradeCurrent(example, recorded, { ambiguous: 'judge' })).toBe(true);
    const other = { ...judge, model: 'other judge' };
    expect(isGradeCurrent(example, recorded, { ...tools, judge: other })).toBe(false);
  });

  it('keeps its label under a rule whose judge is not given, and waits for it without one', async () => {
    const gradeKey = computeGradeKey(example, answer);
    const isCurrent = async (rule: AmbiguousRule, tools: GradingTools): Promise<boolean> => {
      const grade = await gradeAnswer(example, answer, { ambiguous: rule });
      return isGradeCurrent(example, { answer, grade, gradeKey }, tools);
    };
    expect(await isCurrent('wrong', { ambiguous: 'judge' })).toBe(true);
    expect(await isCurrent('ungraded', { ambiguous: 'judge' })).toBe(false);
    const judge = { model: 'judge', ask: () => Promise.reject(new Error('is not asked')) };
    expect(await isCurrent('wrong', { ambiguous: 'judge', judge })).toBe(false);
  });

  it('is tried again where the judge was missing', async () => {
    expect(await gradeAnswer(example, answer, { ambiguous: 'judge' })).toMatchObject({
      kind: 'ungraded',
      retryable: true,
      ambiguous,
    });
  });
});

describe('describeStaleness', () => {
  it('names the version of the grader that a recorded grade is from', () => {
    const grade = { kind: 'graded' as const, quality: 1 };
    const older = { answer: '42', grade, gradeKey: computeGradeKey(example, '42', undefined, 2) };
    expect(describeStaleness(example, older)).toBe(
      `numeric: version 2 -> ${findGrader('numeric')?.version}`,
    );
    const other = { ...example, reference: 43 };
    expect(describeStaleness(other, older)).toBe('numeric: reference, options or grader changed');
  });
});

describe('computeGradeKey', () => {
  it('depends on what shapes the grade, and on nothing else', () => {
    const key = computeGradeKey(example, '42');
    expect(computeGradeKey({ ...example, id: 'two', prompt: 'p', metadata: { a: 1 } }, '42')).toBe(
      key,
    );
    const others = [
      computeGradeKey(example, '43'),
      computeGradeKey({ ...example, reference: 43 }, '42'),
      computeGradeKey({ ...example, reference: '42' }, '42'),
      computeGradeKey({ ...example, grader: { name: 'exact', options: {} } }, '42'),
      computeGradeKey({ ...example, grader: { name: 'numeric', options: { tolerance: 1 } } }, '42'),
      computeGradeKey({ ...example, grader: undefined }, '42'),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
  });

  it('is a SHA-256 for any answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (answer) => {
        expect(computeGradeKey(example, answer)).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });
});

describe('checkGrader', () => {
  it('accepts a sound task', () => {
    expect(checkGrader({ name: 'numeric', options: {} }, 42)).toBeUndefined();
  });

  it('lists the known graders, and suggests the nearest', () => {
    expect(checkGrader({ name: 'numerc', options: {} }, 42)).toBe(
      'grader: unknown name "numerc" (did you mean "numeric"? known: exact, choice, numeric, math, contains, not_contains, regex, json_schema, json_fields, set_f1, similarity, instructions, tool_call, code, judge)',
    );
  });

  it("passes the grader's own complaint on", () => {
    expect(checkGrader({ name: 'numeric', options: {} }, 'none')).toMatch(/^grader numeric: ref/);
  });
});
