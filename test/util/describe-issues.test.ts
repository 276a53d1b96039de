import { describe, expect, it } from 'vitest';
import { describeIssues, describeUnknownName } from '../../src/util/describe-issues.js';

describe('describeIssues', () => {
  it('names the member and its problem', () => {
    const issues = [
      { path: ['price', 'input'], message: 'must be a number' },
      { path: [], message: 'must be an object' },
      { path: ['models', 2, 'id'], message: 'is missing' },
    ];
    expect(describeIssues(issues, [])).toBe(
      'price.input: must be a number; must be an object; models.2.id: is missing',
    );
  });

  it('suggests the known member that an unknown one most likely means', () => {
    const issues = [
      { code: 'unrecognized_keys', path: [], message: 'unknown', keys: ['promt', 'qqqqqq'] },
    ];
    expect(describeIssues(issues, ['prompt', 'task'])).toBe(
      'unknown name "promt" (did you mean "prompt"? known: prompt, task); ' +
        'unknown name "qqqqqq" (known: prompt, task)',
    );
  });

  it('shows no more than 60 characters of a name', () => {
    expect(describeUnknownName('x'.repeat(500), ['a']).length).toBeLessThan(100);
  });
});

describe('describeUnknownName', () => {
  const known = ['exact', 'numeric', 'contains'];

  it.each([
    ['numerc', 'numeric'],
    ['Exact', 'exact'],
    ['contain', 'contains'],
    ['conatins', 'contains'],
  ])('takes %s for %s', (name, meant) => {
    expect(describeUnknownName(name, known)).toContain(`did you mean "${meant}"?`);
  });

  it.each(['judge', '', 'x', 'y'.repeat(1000)])('suggests nothing for %j', (name) => {
    expect(describeUnknownName(name, known)).not.toContain('did you mean');
  });
});
