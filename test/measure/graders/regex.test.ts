import { describe, expect, it } from 'vitest';
import { regexGrader } from '../../../src/measure/graders/regex.js';

describe('the regex grader', () => {
  it('takes the reference for the pattern', () => {
    const task = { reference: '^\\d{4}-\\d{2}$', options: {} };
    expect(regexGrader.grade({ answer: '2024-05', ...task })).toMatchObject({ quality: 1 });
    expect(regexGrader.grade({ answer: 'in 2024-05', ...task })).toMatchObject({
      quality: 0,
      detail: 'no match',
    });
  });

  it('prefers the option "pattern", and honours flags', () => {
    const task = { reference: 'a colour', options: { pattern: '^colou?r$', flags: 'im' } };
    expect(regexGrader.grade({ answer: 'The\nCOLOR', ...task })).toMatchObject({ quality: 1 });
  });

  it('leaves an answer of excessive length ungraded', () => {
    const answer = 'a'.repeat(100_001);
    expect(regexGrader.grade({ answer, reference: 'a', options: {} })).toEqual({
      kind: 'ungraded',
      reason: 'answer longer than 100000 characters',
    });
  });

  it.each([
    ['(', {}, 'does not compile'],
    [undefined, {}, 'pattern'],
    [5, {}, 'pattern'],
    ['a', { flags: 'g' }, 'flags'],
    ['a', { flags: 'ii' }, 'does not compile'],
    ['a', { patern: 'a' }, 'did you mean "pattern"?'],
  ])('reports reference %j with options %j', (reference, options, problem) => {
    expect(regexGrader.checkTask(reference, options)).toContain(problem);
  });
});
