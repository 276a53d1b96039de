import { describe, expect, it } from 'vitest';
import { gradeAnswer } from '../../../src/measure/graders/grade-answer.js';
import { buildPracticeAnswers } from '../../../src/measure/practice/practice-answers.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { buildExample } from '../../support/task-set.js';

const siblings = [
  buildExample('x', { reference: 'positive' }),
  buildExample('y', { reference: '17' }),
];

const cases: [string, Partial<Example>][] = [
  ['a number', { reference: 42, grader: { name: 'numeric', options: {} } }],
  ['a fraction', { reference: '3/4', grader: { name: 'numeric', options: {} } }],
  ['a letter', { reference: 'B', grader: { name: 'choice', options: {} } }],
  [
    'one of given texts',
    {
      reference: 'sports',
      grader: { name: 'choice', options: { choices: ['sports', 'politics', 'science'] } },
    },
  ],
  ['a whole answer', { reference: 'Guten Morgen', grader: { name: 'exact', options: {} } }],
  ['one of several answers', { reference: ['no', 'nope'], grader: { name: 'exact', options: {} } }],
  ['a text within', { reference: 'Paris', grader: { name: 'contains', options: {} } }],
  ['several texts within', { reference: ['a1', 'b2'], grader: { name: 'contains', options: {} } }],
  ['a pattern', { reference: '\\bparis\\b', grader: { name: 'regex', options: { flags: 'i' } } }],
  [
    'a pattern with an example',
    {
      reference: '^\\d{3}-[a-z]+$',
      grader: { name: 'regex', options: {} },
      metadata: { answer: '123-abc' },
    },
  ],
];

describe('buildPracticeAnswers', () => {
  it.each(cases)('pleases and fails the grader of %s', async (_, changes) => {
    const example = buildExample('task', changes);
    const { right, wrong } = await buildPracticeAnswers(example, siblings, 1);
    expect(await gradeAnswer(example, right)).toMatchObject({ kind: 'graded', quality: 1 });
    expect(wrong.length).toBeGreaterThan(0);
    for (const answer of wrong) {
      expect(await gradeAnswer(example, answer)).toMatchObject({ kind: 'graded', quality: 0 });
    }
  });

  it('takes the answers that a task gives itself where nothing can be tried', async () => {
    const example = buildExample('task', {
      reference: { prints: '1' },
      grader: { name: 'code', options: { language: 'javascript' } },
      metadata: { answer: 'console.log(1)', wrongAnswers: ['console.log(2)'] },
    });
    expect(await buildPracticeAnswers(example, siblings, 1)).toEqual({
      right: 'console.log(1)',
      wrong: ['console.log(2)'],
    });
  });

  it('says that it is simulated where there is nothing to go by', async () => {
    const example = buildExample('task', { grader: undefined, reference: undefined });
    const { right, wrong } = await buildPracticeAnswers(example, [], 1);
    expect([right, ...wrong].every((answer) => answer.includes('simulated'))).toBe(true);
  });

  it('depends on the seed and nothing else', async () => {
    const example = buildExample('task', {
      reference: 42,
      grader: { name: 'numeric', options: {} },
    });
    expect(await buildPracticeAnswers(example, siblings, 1)).toEqual(
      await buildPracticeAnswers(example, siblings, 1),
    );
  });
});
