import { describe, expect, it } from 'vitest';
import { checkTaskSet } from '../../../src/measure/graders/check-task-set.js';
import { buildTask } from '../../support/task-set.js';

describe('checkTaskSet', () => {
  it('finds references that fail their own grader, and wrong answers that pass', async () => {
    const check = await checkTaskSet([
      buildTask('good', { metadata: { wrongAnswers: ['5', '6'] } }),
      buildTask('bad', {
        reference: '^\\d{3}$',
        grader: { name: 'regex', options: {} },
        metadata: { answer: '12' },
      }),
      buildTask('lax', { metadata: { wrongAnswers: ['It is 14'] } }),
    ]);
    expect(check).toMatchObject({ tasks: 3, rightAnswers: 2, wrongAnswers: 2 });
    expect(check.failing).toEqual([
      { task: 'bad', problem: 'its right answer gets 0: no match' },
      { task: 'lax', problem: 'a wrong answer passes: "It is 14"' },
    ]);
  });

  it('says what it could not try', async () => {
    const check = await checkTaskSet([
      buildTask('a', { grader: { name: 'regex', options: {} }, reference: 'x' }),
      buildTask('b', { grader: undefined }),
      buildTask('c', {
        grader: { name: 'code', options: { language: 'javascript' } },
        reference: { prints: '1' },
        metadata: { answer: 'console.log(1)' },
      }),
    ]);
    expect(check.untried.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    expect(check.untried[2]?.problem).toContain('--allow-code');
    expect(check.failing).toEqual([]);
  });

  it('counts labels and graders, and finds what is asked twice or nearly so', async () => {
    const long = 'Please tell me what the capital of the northern republic of our continent is';
    const check = await checkTaskSet([
      buildTask('a', { prompt: `${long} called today?` }),
      buildTask('b', { prompt: `${long} called today!` }),
      buildTask('c', { prompt: 'Hi there', task: undefined }),
      buildTask('d', { prompt: 'Hi there' }),
    ]);
    expect([...check.labels]).toEqual([
      ['', 1],
      ['arithmetic', 3],
    ]);
    expect([...check.graders]).toEqual([['contains', 4]]);
    expect(check.duplicates).toEqual([['c', 'd']]);
    expect(check.nearDuplicates).toEqual([['a', 'b']]);
  });
});
