import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleWeights } from '../../../src/measure/outcomes/scale-weights.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

const buildTable = (weights: readonly (number | undefined)[]) =>
  buildOutcomeTable(
    ['m'],
    weights.map((weight) => ({ quality: [1], ...(weight !== undefined && { weight }) })),
  );

describe('scaled weights', () => {
  it('have a mean of 1 and the ratios that they had', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1 }), (weights) => {
        const scaled = scaleWeights(buildTable(weights)).prompts.map(({ weight = 1 }) => weight);
        const sum = scaled.reduce((total, weight) => total + weight, 0);
        expect(sum / scaled.length).toBeCloseTo(1, 9);
        scaled.forEach((weight, row) => {
          const ratio = (weights[row] as number) / (weights[0] as number);
          expect(weight / ((scaled[0] as number) * ratio)).toBeCloseTo(1, 9);
        });
      }),
    );
  });

  it('take a prompt without a weight for one of weight 1', () => {
    const { prompts } = scaleWeights(buildTable([3, undefined]));
    expect(prompts.map(({ weight }) => weight)).toEqual([1.5, 0.5]);
  });

  it('leave a table without weights as it is', () => {
    const table = buildTable([undefined, undefined]);
    expect(scaleWeights(table)).toBe(table);
    expect(scaleWeights(buildTable([])).prompts).toEqual([]);
  });
});
