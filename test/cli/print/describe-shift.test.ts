import { describe, expect, it } from 'vitest';
import { describeShift } from '../../../src/cli/print/describe-shift.js';
import { failure, success } from '../../../src/util/result.js';

const shift = {
  totalVariation: 0.4,
  differs: true,
  novelty: 0.12,
  labeled: null,
  guessed: false,
  tasks: [
    { task: 'contracts', production: 0.5, training: 0.1 },
    { task: 'sums', production: 0.5, training: 0.9 },
  ],
};

describe('how production differs from training', () => {
  it('names what to label next', () => {
    expect(describeShift(success(shift))).toBe(
      'Production asks for another mix of tasks: 40 % of the requests would have to change; ' +
        "12 % of production's words are new to the policy of the log. " +
        'Label next: contracts (50 % of production, 10 % of training).',
    );
  });

  it('advises no labels where errors of guesses may be the difference', () => {
    expect(describeShift(success({ ...shift, guessed: true, novelty: null }))).toBe(
      'Production asks for another mix of tasks, by the guesses of the policy of the log: ' +
        '40 % of the requests would have to change. Errors of the guesses may be why; they find more of ' +
        'contracts (50 % of production, 10 % of training). Audit with tasks in --prompts to know.',
    );
  });

  it('says whose labels tell, and nothing about words that nobody read', () => {
    const same = { ...shift, differs: false, novelty: null, labeled: 83 };
    expect(describeShift(success(same))).toBe(
      'Production asks for the same mix of tasks as the training prompts, by the labels of 83 audited requests.',
    );
  });

  it('does not call mixes the same that may differ', () => {
    expect(describeShift(success({ ...shift, differs: null, novelty: null }))).toBe(
      'Whether production asks for another mix of tasks than the training prompts is not clear: ' +
        '40 % of the requests would have to change, which may be chance.',
    );
  });

  it('says why it is not known', () => {
    expect(describeShift(failure('the training prompts have no task labels'))).toBe(
      'The tasks of production are not compared with those of training: the training prompts have no task labels.',
    );
  });
});
