import { afterEach, describe, expect, it, vi } from 'vitest';
import { printFrontier } from '../../../src/cli/print/print-frontier.js';
import { computeEvaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import { buildHeldOut } from '../../support/held-out.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

function printed(costUsd: readonly (number | null)[]): string {
  const rows = Array.from({ length: 40 }, (_, row) => ({ quality: [row % 2, 1], costUsd }));
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  printFrontier(computeEvaluation(buildHeldOut(buildOutcomeTable(['a', 'b'], rows)), 1));
  return write.mock.calls.map(([text]) => String(text)).join('');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the frontier', () => {
  it.each([
    [[0, 0], 'every model is free'],
    [[0.01, 0.01], 'every model costs the same'],
    [[0.01, null], 'the costs of some models are unknown'],
    [[null, null], 'the costs are unknown'],
  ])('of models that cost %j is none, and why is said', (costUsd, why) => {
    expect(printed(costUsd)).toBe(`No frontier: ${why}.\n`);
  });

  it('is printed where one of the models is free', () => {
    expect(printed([0, 0.01])).toContain('on the frontier');
  });

  it('ends with what its two areas mean', () => {
    expect(printed([0.001, 0.01]).replaceAll(/\s+/g, ' ')).toMatch(
      / Average quality over the cost range \(AIQ\): 0\.\d{3}; with random mixes of models: 0\.\d{3}\. $/,
    );
  });
});
