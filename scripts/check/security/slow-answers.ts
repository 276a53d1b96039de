import type { JsonObject, JsonValue } from '../../../src/util/json.js';

/** An answer at a limit of its grader. */
export interface SlowAnswer {
  readonly grader: string;
  readonly reference?: JsonValue;
  readonly options: JsonObject;
  readonly answer: string;
  /** Whether no machine grades it within the limits. */
  readonly isEndless: boolean;
}

function repeat(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

const almost = `${'a'.repeat(60)}!`;
const endlessMember = { type: 'string', pattern: '^(a+)+$' };
const words = Array.from({ length: 3000 }, (_, index) => `word${index}`).join(' ');

const endless: readonly Omit<SlowAnswer, 'isEndless'>[] = [
  { grader: 'regex', reference: '^(a+)+$', options: {}, answer: almost },
  { grader: 'regex', reference: '(\\w+\\s?)+$', options: {}, answer: `${repeat('ab cd ', 90)}!!` },
  {
    grader: 'json_schema',
    reference: { properties: { a: endlessMember, b: endlessMember, c: endlessMember } },
    options: {},
    answer: JSON.stringify({ a: almost, b: almost, c: almost }),
  },
  ...['exact', 'choice', 'numeric', 'contains', 'set_f1', 'judge', 'code'].map((grader) => ({
    grader,
    ...(grader === 'judge'
      ? { options: { rubric: 'x' } }
      : grader === 'code'
        ? { reference: { prints: 'x' }, options: { language: 'javascript' } }
        : { reference: grader === 'numeric' ? 4 : 'B', options: {} }),
    answer: repeat('It is not B. ', 500_001),
  })),
];

/** Within the limits on most machines, but long enough to be noticed on the event loop. */
const long: readonly Omit<SlowAnswer, 'isEndless'>[] = [
  {
    grader: 'instructions',
    options: { include: Array.from({ length: 20 }, (_, index) => `a${index}`) },
    answer: repeat('Ａ', 200_000),
  },
  { grader: 'instructions', options: { minSentences: 1_000_000 }, answer: repeat('5! ', 200_000) },
  ...['edit', 'rouge_l', 'chrf'].map((measure) => ({
    grader: 'similarity',
    reference: words,
    options: { measure },
    answer: repeat('a b ', 200_000),
  })),
  {
    grader: 'json_fields',
    reference: { a: 1 },
    options: {},
    answer: repeat('[a](b {"a":', 200_000),
  },
  { grader: 'exact', reference: 'Paris', options: {}, answer: repeat('Ａ', 200_000) },
  { grader: 'contains', reference: 'tea', options: {}, answer: repeat('Ａ', 200_000) },
  { grader: 'choice', reference: 'B', options: {}, answer: repeat('yes ', 200_000) },
  { grader: 'numeric', reference: 5, options: {}, answer: repeat('1 234 ', 200_000) },
  { grader: 'math', reference: 'x^2', options: {}, answer: repeat('^{', 200_000) },
  { grader: 'set_f1', reference: ['red'], options: {}, answer: repeat('red, ', 200_000) },
  {
    grader: 'tool_call',
    reference: { name: 'f', arguments: { a: 1 } },
    options: {},
    answer: repeat('[TOOL_CALLS]f', 200_000),
  },
];

/** Answers that are at the limits of every grader. */
export const slowAnswers: readonly SlowAnswer[] = [
  ...endless.map((one) => ({ ...one, isEndless: true })),
  ...long.map((one) => ({ ...one, isEndless: false })),
];
