import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseTolerance,
  isSameNumber,
} from '../../../../src/measure/graders/numbers/same-number.js';
import { gradeAnswer } from '../../../../src/measure/graders/grade-answer.js';
import type { JsonValue } from '../../../../src/util/json.js';

const byDefault = chooseTolerance(undefined, 1e-6);

describe('numbers, unless the task asks for a tolerance', () => {
  it('are different where both are whole and not equal, however large', () => {
    const whole = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER - 1 });
    fc.assert(fc.property(whole, (n) => !isSameNumber(n, n + 1, byDefault)));
    fc.assert(fc.property(whole, (n) => isSameNumber(n, n, byDefault)));
  });

  it.each([
    [1_000_000, 1_000_000.5, false],
    [1_234_567.89, 1_234_567, false],
    [12_345_678_901_234_567_000, 12_345_678_901_000_000_000, false],
    [3, 2.9999999999, true],
    [0.1 + 0.2, 0.3, true],
    [1e9, 999_999_999.9999999, true],
    [-0, 0, true],
  ])('%d and %d: %s', (expected, actual, isSame) => {
    expect(isSameNumber(expected, actual, byDefault)).toBe(isSame);
  });

  it('are compared as asked where it asks', () => {
    expect(isSameNumber(1_000_000, 1_000_001, chooseTolerance(1e-6, 0))).toBe(true);
    expect(isSameNumber(2, 3, chooseTolerance(0, 1e-6))).toBe(false);
  });
});

describe('a whole number that is off by one', () => {
  const cases: readonly (readonly [string, JsonValue, string])[] = [
    ['numeric', 1_000_000, 'The answer is 1000001'],
    ['numeric', '1,234,567', '#### 1,234,568'],
    ['math', '1000000000', 'The answer is $1000000001$'],
    ['math', '\\{1000000000, 2\\}', 'The answer is $\\{1000000001, 2\\}$'],
    ['json_fields', { id: 123_456_789 }, '{"id": 123456788}'],
    ['json_fields', { id: 123_456_789 }, '{"id": "123456788"}'],
    ['json_fields', { ids: [123_456_789] }, '{"ids": [123456788]}'],
    [
      'tool_call',
      { name: 'get', arguments: { id: 123_456_789 } },
      '{"name": "get", "arguments": {"id": 123456788}}',
    ],
  ];

  it.each(cases)('is wrong for %s, reference %j', async (name, reference, answer) => {
    const task = { id: 't', prompt: 'p', reference, grader: { name, options: {} }, metadata: {} };
    expect(await gradeAnswer(task as never, answer)).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it('is right where json_fields asks for a tolerance', async () => {
    const options = { fields: { id: { tolerance: 1e-6 } } };
    const reference = { id: 123_456_789 };
    const grader = { name: 'json_fields', options };
    const task = { id: 't', prompt: 'p', reference, grader, metadata: {} };
    expect(await gradeAnswer(task as never, '{"id": 123456788}')).toMatchObject({ quality: 1 });
  });
});
