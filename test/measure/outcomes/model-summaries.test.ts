import { describe, expect, it } from 'vitest';
import { computeModelSummaries } from '../../../src/measure/outcomes/model-summaries.js';
import { createOutcomeTableBuilder } from '../../../src/measure/outcomes/outcome-table-builder.js';

/** Three prompts, of which the last has no outcome of `small`. */
function buildTable(weights: readonly number[]) {
  const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
  for (const model of ['small', 'large', 'idle']) builder.addModel(model);
  weights.forEach((weight, row) => {
    builder.addPrompt({
      id: `p${row}`,
      prompt: `Question ${row}`,
      task: undefined,
      group: undefined,
      weight,
    });
    const values = { quality: row === 0 ? 0 : 1, costUsd: row + 1, latencyMs: 100 * row };
    if (row < 2) builder.addOutcome(`p${row}`, 'small', values);
    builder.addOutcome(`p${row}`, 'large', { quality: 1 });
  });
  return builder.build();
}

describe('the summary of a model', () => {
  it('has the mean and the median of the prompts that it has outcomes of', () => {
    expect(computeModelSummaries(buildTable([1, 1, 1]))).toEqual([
      { model: 'small', outcomes: 2, quality: 0.5, costUsd: 1.5, medianLatencyMs: 50 },
      { model: 'large', outcomes: 3, quality: 1, costUsd: null, medianLatencyMs: null },
      { model: 'idle', outcomes: 0, quality: null, costUsd: null, medianLatencyMs: null },
    ]);
  });

  it.each([
    ['numbers of requests', [30, 10, 20]],
    ['shares of traffic', [0.5, 1 / 6, 1 / 3]],
  ])('counts each prompt by its weight: %s', (_, weights) => {
    const [small] = computeModelSummaries(buildTable(weights));
    expect(small?.quality).toBeCloseTo(0.25, 9);
    expect(small?.costUsd).toBeCloseTo(1.25, 9);
    expect(small?.medianLatencyMs).toBe(0);
  });
});
