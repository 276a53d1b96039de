import { describe, expect, it } from 'vitest';
import {
  listObjectiveRequests,
  type ObjectiveArguments,
} from '../../../src/cli/options/objective-options.js';
import { findMissingObjectives } from '../../../src/learn/report/missing-objectives.js';
import type { EvaluationOrigin } from '../../../src/learn/report/report.js';
import { buildObjective } from '../../support/routing-policy.js';

const objectives = ['quality', 'cost'].map((name) => buildObjective({ name }));

function find(
  names: readonly string[],
  { isPolicyOfRun = true, evaluationOrigin = 'report' as EvaluationOrigin } = {},
) {
  const added = names.map((name) => buildObjective({ name }));
  const policy = { objectives: [...objectives, ...added], isPolicyOfRun };
  return findMissingObjectives({
    policy,
    evaluation: { objectives },
    provenance: { evaluationOrigin },
  });
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
      expect(find(names)).toMatchObject({ remedy: `add ${options}` });
    },
  );

  it('are named in a sentence', () => {
    expect(find(['keep-98', 'max-cost-0.002', 'max-p95-300'])).toEqual({
      names: 'keep-98, max-cost-0.002 and max-p95-300',
      remedy: 'add --keep-quality 0.98 --max-cost-per-request 0.002 --max-latency-p95 300',
    });
  });

  it('are asked of the command that evaluates, or of none where a program does', () => {
    expect(find(['keep-98'], { evaluationOrigin: 'evaluate' })?.remedy).toBe(
      'evaluate the run again with --keep-quality 0.98, and give the report the new evaluation',
    );
    expect(find(['keep-98'], { evaluationOrigin: 'program' })?.remedy).toBeUndefined();
  });

  it('have no remedy where a name does not tell its option', () => {
    expect(find(['keep-98', 'keep-most'])).toEqual({
      names: 'keep-98 and keep-most',
      remedy: undefined,
    });
  });

  it('are none where all are evaluated, or the file is of other outcomes', () => {
    expect(find([])).toBeUndefined();
    expect(find(['keep-98'], { isPolicyOfRun: false })).toBeUndefined();
    const provenance = { evaluationOrigin: 'report' } as const;
    const none = findMissingObjectives({ policy: null, evaluation: { objectives }, provenance });
    expect(none).toBeUndefined();
  });
});
