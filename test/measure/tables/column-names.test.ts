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
    'ground_truths',
    'groundtruth',
    'gold_answer',
    'golden_answer',
    'ref_answer',
    'correct output',
    'desired_output',
    'expected response',
    'ideal answer',
    'ideal_response',
    'target_answer',
    'target_output',
    'reference.answer',
    'human_answer',
    'truth',
    'Expected answer (gold)',
    'Erwartet',
    'Erwartete Antwort',
    'Musterlösung',
    'Réponse attendue',
    'Respuesta esperada',
    'expectations/expected_response',
  ])('takes "%s" for the expected answers before an answer', (column) => {
    for (const answer of ['answer', 'output', 'completion', 'Antwort', 'Réponse', 'respuesta']) {
      expect(guessColumn('reference', ['question', answer, column])).toBe(column);
    }
  });

  it.each([
    'ref',
    'references',
    'reference_id',
    'reference_url',
    'target_audience',
    'target_language',
    'expected_length',
    'ground_truth_context',
    'correct',
    'best',
    'human',
    'true_false',
    'best_answer',
    'expectations',
    'Reference (URL)',
    'Reference (page)',
    'Reference / Source',
    'reference.url',
    'target.language',
    'Target.Market',
    'Expected (length)',
    'answer_reference',
    'gold_reference',
    'reference_text',
    'reference_value',
    'target_value',
    'target_result',
  ])('takes an answer before "%s"', (column) => {
    expect(guessColumn('reference', ['question', 'answer', column])).toBe('answer');
  });

  it('takes no verdict on two answers for an expected one', () => {
    const columns = ['question', 'answer_a', 'answer_b', 'best_answer'];
    expect(guessColumn('reference', columns)).toBe(undefined);
  });

  it('takes none of several columns that are named after what is expected', () => {
    const columns = ['question', 'answer', 'gold_answer', 'correct_answers'];
    expect(guessColumn('reference', columns)).toBe(undefined);
    expect(guessColumn('reference', [...columns, 'reference'])).toBe('reference');
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
