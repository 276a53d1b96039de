import { describe, expect, it } from 'vitest';
import { describeRemedy } from '../../../src/measure/sweep/describe-remedy.js';
import type { ModelProgress } from '../../../src/measure/sweep/sweep-progress.js';

function left(model: string, stoppedBecause?: string, failed = 5): ModelProgress {
  return {
    model,
    total: 10,
    settledBefore: 0,
    done: 0,
    failed,
    skipped: 10 - failed,
    spentUsd: 0,
    unpriced: 0,
    possiblyCharged: 0,
    guessed: 0,
    stoppedBecause,
  };
}

describe('describeRemedy', () => {
  it('says what becomes of cells in batches', () => {
    expect(describeRemedy([left('mid', 'server_error: HTTP 500')], { cellsInBatches: 5 })).toMatch(
      /^Run the same command again later: it collects the batches/,
    );
    const reason = 'authentication: HTTP 401';
    expect(describeRemedy([left('mid', reason)], { cellsInBatches: 10 })).toBe(
      'Check the key of mid. Run the same command again later: it collects the batches before it calls the rest.',
    );
  });

  it('names the variable of a rejected key', () => {
    const reason = 'refused 5 calls in a row: authentication: HTTP 401';
    const models = [{ id: 'acme/mid', apiKeyEnv: 'ACME_KEY' }];
    expect(describeRemedy([left('acme/mid', reason)], { models })).toBe(
      'Check the key in ACME_KEY. The same command then calls only these cells.',
    );
  });

  it.each([
    [
      'HTTP 400 20 times in a row: HTTP 400: no (to avoid it: request: { omit: [temperature] })',
      'Write request: { omit: [temperature] } at big in the pool file',
    ],
    [
      'HTTP 400 20 times in a row: HTTP 400: no (to avoid it: remove reasoningEffort from parameters)',
      'Remove reasoningEffort from parameters at big in the pool file',
    ],
    [
      'HTTP 400 20 times in a row: too long (correct it, or lower parameters.maxTokens)',
      'Correct contextWindow or maxTokens of big in the pool file',
    ],
    [
      'HTTP 422 20 times in a row: HTTP 422: top_k is too large',
      'Correct what is rejected of the requests to big, in the pool file or the tasks',
    ],
  ])('says what to write where requests are rejected: %s', (reason, text) => {
    const models = [
      { id: 'big@low', apiKeyEnv: undefined, effort: { of: 'big', level: 'low' } },
      { id: 'big@high', apiKeyEnv: undefined, effort: { of: 'big', level: 'high' } },
    ];
    expect(describeRemedy([left('big@low', reason), left('big@high', reason)], { models })).toBe(
      `${text}. The same command then calls only these cells.`,
    );
  });

  it('goes by the last error of a model of which nothing was answered, before it is stopped', () => {
    const lastError = 'unsupported: HTTP 400: no (to avoid it: request: { omit: [seed] })';
    const few = { ...left('big'), lastError };
    expect(describeRemedy([few])).toBe(
      'Write request: { omit: [seed] } at big in the pool file. The same command then calls only these cells.',
    );
    const again = 'Run the same command again. Only these cells are called.';
    expect(describeRemedy([{ ...few, done: 1 }])).toBe(again);
    expect(describeRemedy([{ ...few, lastError: 'server_error: HTTP 500' }])).toBe(again);
  });

  it('names each cause, and what the same command still does', () => {
    const text = describeRemedy([
      left('acme/mdi', 'refused 5 calls in a row: model_not_found: HTTP 404'),
      left('acme/big', 'It has no batch API here; sweep it without --batch. HTTP 404'),
      left('acme/busy'),
    ]);
    expect(text).toBe(
      'Correct the name "model" of acme/mdi in the pool file and sweep acme/big without --batch. ' +
        'The other cells are called by the same command.',
    );
  });

  it('advises the same command where the failure can pass', () => {
    const text = 'Run the same command again. Only these cells are called.';
    expect(describeRemedy([left('a'), left('b', 'HTTP 503 5 times in a row')])).toBe(text);
  });

  it('says that there is nothing to retry', () => {
    expect(describeRemedy([left('a', undefined, 0)], { retryFailed: true })).toBe(
      'None of them has failed: leave --retry-failed out to call them.',
    );
  });

  describe('with --retry-failed and cells that were never called', () => {
    const retryFailed = true;
    const run =
      'run the same command without --retry-failed: with it, only cells that have failed are called.';
    const rejected = 'refused 5 calls in a row: authentication: HTTP 401';

    it.each([
      { name: 'which can pass', open: [left('a')], text: run.replace('run', 'Run') },
      {
        name: 'that has to be corrected',
        open: [left('a', rejected)],
        text: `Check the key of a. Then ${run}`,
      },
      {
        name: 'that has to be corrected for one model',
        open: [left('a', rejected), left('b')],
        text: `Check the key of a. For the other cells, ${run}`,
      },
      {
        name: 'and batches under way',
        open: [left('a'), left('b', undefined, 0)],
        cellsInBatches: 10,
        text: `Run the same command again later: it collects the batches. Then ${run}`,
      },
    ])('leaves it out after a failure $name', ({ open, text, cellsInBatches = 0 }) => {
      expect(describeRemedy(open, { retryFailed, cellsInBatches })).toBe(text);
    });

    it('advises the same command where all of them have failed', () => {
      expect(describeRemedy([left('a', undefined, 10)], { retryFailed })).toBe(
        'Run the same command again. Only these cells are called.',
      );
    });
  });
});
