import { describe, expect, it } from 'vitest';
import { computeDifficulty } from '../../../src/measure/outcomes/task-difficulty.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

describe('computeDifficulty', () => {
  const examples = ['easy', 'hard', 'useful', 'once'].map((id) => ({
    id,
    prompt: `prompt ${id}`,
    task: id === 'once' ? undefined : 'sums',
    reference: undefined,
    grader: undefined,
    weight: 1,
    metadata: {},
  }));
  const table = buildOutcomeTable(
    ['small', 'large'],
    [
      { prompt: 'prompt easy', quality: [1, 1] },
      { prompt: 'prompt hard', quality: [0, 0] },
      { prompt: 'prompt useful', quality: [0, 1] },
      { prompt: 'prompt once', quality: [null, 1] },
      { prompt: 'not in the task set', quality: [1, 1] },
    ],
  );

  it('finds examples that every model solves, or none', () => {
    expect(computeDifficulty(table, examples)).toEqual({
      models: 2,
      tasks: 3,
      tooEasy: ['easy'],
      tooHard: ['hard'],
      qualityOfLabel: new Map([['sums', 0.5]]),
    });
  });
});
