import { describe, expect, it } from 'vitest';
import { containsGrader } from '../../../src/measure/graders/contains.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

function grade(answer: string, reference: JsonValue | undefined, options: JsonObject = {}) {
  return containsGrader.grade({ answer, reference, options });
}

const right = { kind: 'graded', quality: 1 };

describe('the contains grader', () => {
  it('finds the reference anywhere, whatever its case and white space', () => {
    expect(grade('It is called NEW\n  YORK today.', 'New York')).toEqual(right);
    expect(grade('It is called York.', 'New York')).toMatchObject({ quality: 0 });
  });

  it('wants all of a list, and names the first that is missing', () => {
    expect(grade('red, green and blue', ['red', 'blue'])).toEqual(right);
    expect(grade('red and green', ['red', 'blue'])).toEqual({
      kind: 'graded',
      quality: 0,
      detail: 'lacks "blue"',
    });
  });

  it('is content with one of a list where all is false', () => {
    expect(grade('red and green', ['red', 'blue'], { all: false })).toEqual(right);
    expect(grade('green', ['red', 'blue'], { all: false })).toMatchObject({ quality: 0 });
  });

  it('fails an answer that holds an unwanted text', () => {
    expect(grade('Paris, or Lyon', 'Paris', { not: ['lyon'] })).toEqual({
      kind: 'graded',
      quality: 0,
      detail: 'holds "lyon"',
    });
    expect(grade('Sure, no problem', undefined, { not: ['sorry'] })).toEqual(right);
    expect(grade('', undefined, { not: ['sorry'] })).toMatchObject({ quality: 0 });
  });

  it('can be told to look at case', () => {
    expect(grade('paris', 'Paris', { caseSensitive: true })).toMatchObject({ quality: 0 });
    expect(grade('Paris', 'Paris', { caseSensitive: true })).toEqual(right);
  });

  it('can be told to take whole words only', () => {
    expect(grade('soleil', 'sol', { wholeWords: true })).toMatchObject({ quality: 0 });
    expect(grade('el sol.', 'sol', { wholeWords: true })).toEqual(right);
    expect(grade('115, or 15', 15, { wholeWords: true })).toEqual(right);
    expect(grade('115', 15, { wholeWords: true })).toMatchObject({ quality: 0 });
  });

  it.each([
    [undefined, {}, 'reference'],
    ['', {}, 'reference'],
    [[], { not: ['x'] }, 'reference'],
    [['a', ' '], {}, 'reference'],
    ['a', { not: 'b' }, 'not'],
    ['a', { not: [''] }, 'must not be blank'],
    ['a', { any: true }, 'known: all, caseSensitive, wholeWords, not'],
  ])('reports reference %j with options %j', (reference, options, problem) => {
    expect(containsGrader.checkTask(reference, options)).toContain(problem);
  });
});
