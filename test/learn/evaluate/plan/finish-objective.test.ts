import { describe, expect, it } from 'vitest';
import { finishObjective } from '../../../../src/learn/evaluate/plan/finish-objective.js';
import type { TrainedPlan } from '../../../../src/learn/evaluate/plan/trained-plan.js';
import { buildPlan } from '../../../support/held-out.js';
import { buildObjective } from '../../../support/routing-policy.js';

describe('the description of the highest quality with one model', () => {
  const quality = buildObjective({ description: 'highest quality' });
  const describePlan = (changes: Partial<TrainedPlan>): string => {
    const plan = buildPlan({ objectives: [quality], baseline: 1, constants: [1], ...changes });
    return finishObjective(plan, 0, [], ['a', 'b']).description;
  };

  it('says that a named model stays, although another may have a higher quality', () => {
    expect(describePlan({ isBaselineNamed: true })).toBe(
      'highest quality, with b unless another model is shown to be better',
    );
  });

  it.each<[string, Partial<TrainedPlan>]>([
    ['where none is named', {}],
    [
      'of an objective that makes a promise',
      {
        isBaselineNamed: true,
        objectives: [
          {
            ...quality,
            request: { kind: 'limit_cost', name: 'quality', maxCostPerRequestUsd: 1 },
          },
        ],
      },
    ],
  ])('says nothing else %s', (_, changes) => {
    expect(describePlan(changes)).toBe('highest quality');
  });
});
