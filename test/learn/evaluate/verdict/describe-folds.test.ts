import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import {
  describeFolds,
  describePrompts,
} from '../../../../src/learn/evaluate/verdict/describe-folds.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import { listRows } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

describe('how prompts were held out', () => {
  it.each([
    [{ folds: 5, foldCount: 5 }, '5-fold cross-validation'],
    [{ folds: 3, foldCount: 5 }, '3 of 5 folds held out'],
    [{ folds: 1, foldCount: 5 }, '1 of 5 folds held out'],
    [{ folds: 1, foldCount: 1 }, 'Held-out split'],
    [{ folds: 3 }, '3 folds held out'],
    [{ folds: 1 }, 'Held-out split'],
  ])('of %j is "%s"', (counts, text) => {
    expect(describeFolds(counts)).toBe(text);
  });

  it('is counted by the evaluation, with the folds that were not held out', () => {
    const table = buildPlantedOutcomes(100, { seed: 1 });
    const folds = [0, 1].map((fold) => ({
      rows: listRows(100).filter((row) => row % 5 === fold),
      plan: buildPlan(),
    }));
    const some = computeEvaluation(buildHeldOut(table, { folds, foldCount: 5 }), 1);
    expect(describeFolds(some)).toBe('2 of 5 folds held out');
    expect(describeFolds(computeEvaluation(buildHeldOut(table, { folds }), 1))).toBe(
      '2-fold cross-validation',
    );
  });
});

describe('a number of prompts', () => {
  it('comes with the effective one where that is far lower', () => {
    expect(describePrompts({ prompts: 1500 })).toBe('1,500 prompts');
    expect(describePrompts({ prompts: 1500, effectivePrompts: 28 })).toBe(
      '1,500 prompts (effectively 28)',
    );
  });
});
