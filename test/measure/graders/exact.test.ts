import { describe, expect, it } from 'vitest';
import { exactGrader } from '../../../src/measure/graders/exact.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

function quality(answer: string, reference: JsonValue, options: JsonObject = {}): number {
  const grade = exactGrader.grade({ answer, reference, options });
  if (grade.kind === 'ungraded') throw new Error(grade.reason);
  return grade.quality;
}

describe('the exact grader', () => {
  it.each([
    'New York',
    ' new york\n',
    'NEW   YORK',
    'New\nYork',
    'New York.',
    '**New York**',
    '**New York.**',
    '**New York**.',
    '"New York"!',
    '“New York”',
    '`New York`',
    '```\nNew York\n```',
    '```text\nNew York\n```',
    '<think>Boston?</think>\nNew York',
  ])('takes %j for New York', (answer) => {
    expect(quality(answer, 'New York')).toBe(1);
  });

  it.each(['New York City', 'It is New York', 'York', '"New York" or "York"', ''])(
    'does not take %j for New York',
    (answer) => {
      expect(quality(answer, 'New York')).toBe(0);
    },
  );

  it('takes any of a list', () => {
    expect(quality('USA', ['United States', 'USA'])).toBe(1);
    expect(quality('Canada', ['United States', 'USA'])).toBe(0);
  });

  it('takes numbers and booleans as they are written', () => {
    expect(quality('42', 42)).toBe(1);
    expect(quality('True', true)).toBe(1);
  });

  it('compares composed and decomposed letters as equal', () => {
    expect(quality('cafe\u0301', 'café')).toBe(1);
  });

  it('can be told to look at case, white space, punctuation and markup', () => {
    expect(quality('paris', 'Paris', { caseSensitive: true })).toBe(0);
    expect(quality('a  b', 'a b', { collapseWhitespace: false })).toBe(0);
    expect(quality('a.', 'a', { stripTrailingPunctuation: false })).toBe(0);
    expect(quality('**a**', 'a', { stripMarkup: false })).toBe(0);
    expect(quality(' a', 'a', { trim: false, stripMarkup: false })).toBe(0);
  });

  it('keeps what consists of punctuation only', () => {
    expect(quality('!', '!')).toBe(1);
    expect(quality('?', '!')).toBe(0);
  });

  it.each([
    [undefined, {}, 'reference'],
    ['  ', {}, 'reference'],
    [[], {}, 'reference'],
    [{ a: 1 }, {}, 'reference'],
    ['a', { trim: 'yes' }, 'trim'],
    ['a', { casesensitive: true }, 'did you mean "caseSensitive"?'],
    ['a', JSON.parse('{"__proto__": {"trim": false}}') as JsonObject, '__proto__'],
  ])('reports reference %j with options %j', (reference, options, problem) => {
    expect(exactGrader.checkTask(reference, options)).toContain(problem);
  });
});
