import { describe, expect, it } from 'vitest';
import { selectModels } from '../../../src/measure/outcomes/select-models.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

const table = buildOutcomeTable(
  ['small', 'judge', 'large'],
  [
    { quality: [0, 0.5, 1], costUsd: [0.1, 0.2, 0.3] },
    { quality: [null, 0.5, null] },
    { quality: [1, null, null], latencyMs: [5, null, null] },
  ],
);

describe('selecting models of a table', () => {
  it('keeps their outcomes and leaves out prompts that none of them answered', () => {
    const { models, prompts, quality, costUsd, latencyMs } = selectModels(table, [
      'large',
      'small',
    ]);
    expect(models).toEqual(['small', 'large']);
    expect(prompts.map(({ id }) => id)).toEqual(['prompt-0', 'prompt-2']);
    expect([...quality]).toEqual([0, 1, 1, NaN]);
    expect([...costUsd]).toEqual([...Float32Array.of(0.1, 0.3), NaN, NaN]);
    expect([...latencyMs]).toEqual([NaN, NaN, 5, NaN]);
  });

  it('refuses an unknown model by name', () => {
    expect(() => selectModels(table, ['small', 'medium'])).toThrow('unknown model "medium"');
  });
});
