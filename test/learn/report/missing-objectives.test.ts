import { describe, expect, it } from 'vitest';
import {
  listObjectiveRequests,
  type ObjectiveArguments,
} from '../../../src/cli/options/objective-options.js';
import { findMissingObjectives } from '../../../src/learn/report/missing-objectives.js';
import { buildObjective } from '../../support/routing-policy.js';

const objectives = ['quality', 'cost'].map((name) => buildObjective({ name }));

function find(names: readonly string[], isPolicyOfRun = true) {
  const added = names.map((name) => buildObjective({ name }));
  const policy = { objectives: [...objectives, ...added], isPolicyOfRun };
  return findMissingObjectives({ policy, evaluation: { objectives } });
}

describe('the objectives of a policy file that a report does not evaluate', () => {
  const none: ObjectiveArguments = {
    keepQuality: undefined,
    maxCostPerRequest: undefined,
    maxLatencyP95: undefined,
  };

  it.each([
    [{ keepQuality: [0.98] }, '--keep-quality 0.98'],
    [{ keepQuality: [0.995, 0.57] }, '--keep-quality 0.995 --keep-quality 0.57'],
    [{ maxCostPerRequest: [0.002] }, '--max-cost-per-request 0.002'],
    [{ maxCostPerRequest: [1e-7] }, '--max-cost-per-request 1e-7'],
    [{ maxLatencyP95: [300] }, '--max-latency-p95 300'],
  ] satisfies [Partial<ObjectiveArguments>, string][])(
    'are named with the options that asked for them: %j',
    (given, options) => {
      const names = listObjectiveRequests({ ...none, ...given }).map(({ name }) => name);
      expect(find(names)).toMatchObject({ options });
    },
  );

  it('are named in a sentence', () => {
    expect(find(['keep-98', 'max-cost-0.002', 'max-p95-300'])).toEqual({
      names: 'keep-98, max-cost-0.002 and max-p95-300',
      options: '--keep-quality 0.98 --max-cost-per-request 0.002 --max-latency-p95 300',
    });
  });

  it('have no options where a name does not tell them', () => {
    expect(find(['keep-98', 'keep-most'])).toEqual({
      names: 'keep-98 and keep-most',
      options: undefined,
    });
  });

  it('are none where all are evaluated, or the file is of other outcomes', () => {
    expect(find([])).toBeUndefined();
    expect(find(['keep-98'], false)).toBeUndefined();
    expect(findMissingObjectives({ policy: null, evaluation: { objectives } })).toBeUndefined();
  });
});
