import { describe, expect, it } from 'vitest';
import { guessColumn } from '../../../src/measure/tables/column-names.js';

describe('guessColumn', () => {
  it.each([
    ['question,answer,correct_answer', 'correct_answer'],
    ['question,output,Correct Answer', 'Correct Answer'],
    ['inputs,targets,task', 'targets'],
    ['prompt,references', 'references'],
    ['prompt,Refrence', 'Refrence'],
    ['Frage,Referenz', 'Referenz'],
    ['prompt,response_a,response_b,preference', undefined],
    ['prompt,deference', undefined],
    ['prompt,difference', undefined],
  ])('finds the expected answers of %s in %s', (columns, column) => {
    expect(guessColumn('reference', columns.split(','))).toBe(column);
  });

  it.each([
    ['prompt,Tasks', 'Tasks'],
    ['prompt,case', undefined],
    ['prompt,mask,ask,tags', undefined],
  ])('finds the labels of %s in %s', (columns, column) => {
    expect(guessColumn('task', columns.split(','))).toBe(column);
  });

  it('finds prompts under a misspelled name', () => {
    expect(guessColumn('prompt', ['promt', 'expected'])).toBe('promt');
    expect(guessColumn('prompt', ['inputs', 'targets'])).toBe('inputs');
  });
});
