import { describe, expect, it } from 'vitest';
import { findPlannedOtherwise } from '../../../src/learn/report/find-planned-otherwise.js';
import type { ReportedEvaluation } from '../../../src/learn/report/report.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import { buildConstantPolicy, buildObjective } from '../../support/routing-policy.js';

const evidence: Policy['verdict']['evidence'][number] = {
  objective: 'quality',
  bestConstant: 'small',
  quality: 0.8,
  constantQuality: 0.7,
  qualityDifference: { mean: 0.1, low: 0.05, high: 0.15 },
  costUsd: null,
  constantCostUsd: null,
  utilityDifference: { mean: 0.1, low: 0.05, high: 0.15 },
  routes: true,
};

/** What an evaluation planned without routing for, and of a policy file with one model or none. */
function compare(
  planned: { readonly baseline: string; readonly model?: string },
  own: { readonly baseline: string; readonly model?: string; readonly isShown?: boolean },
): ReturnType<typeof findPlannedOtherwise> {
  const policy = buildConstantPolicy({
    baseline: own.baseline,
    objectives: [
      buildObjective({ constantModel: own.model }),
      buildObjective({ name: 'keep-98', constantModel: 'large' }),
    ],
  });
  const evaluation = {
    baseline: planned.baseline,
    objectives: [buildObjective({ constantModel: planned.model })],
    verdict: { evidence: [{ ...evidence, routes: planned.model === undefined }] },
  } as unknown as ReportedEvaluation;
  const verdict = { ...policy.verdict, evidence: own.isShown === true ? [evidence] : [] };
  return findPlannedOtherwise({ ...policy, verdict }, evaluation);
}

describe('objectives that an evaluation has otherwise than the policy file', () => {
  it.each([
    ['both route', {}, {}],
    ['both have one model', { model: 'small' }, { model: 'large' }],
  ])('are none where %s, from the same model', (_, planned, own) => {
    expect(compare({ baseline: 'large', ...planned }, { baseline: 'large', ...own }).size).toBe(0);
  });

  it.each([
    ['the file routes', { baseline: 'large', model: 'small' }, { baseline: 'large' }, true],
    ['the file has one model', { baseline: 'large' }, { baseline: 'large', model: 'small' }, false],
    ['both route from other models', { baseline: 'small' }, { baseline: 'large' }, true],
  ])('are those where %s', (_, planned, own, routes) => {
    const found = compare(planned, own);
    expect([...found.keys()]).toEqual(['quality']);
    expect(found.get('quality')?.routes).toBe(routes);
  });

  it('have the evidence of the file', () => {
    const planned = { baseline: 'large', model: 'small' };
    const found = compare(planned, { baseline: 'large', isShown: true });
    expect(found.get('quality')).toEqual(evidence);
  });

  it('are none without a policy file of these outcomes', () => {
    expect(findPlannedOtherwise(undefined, {} as ReportedEvaluation).size).toBe(0);
  });
});
