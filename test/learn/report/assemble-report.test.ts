import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import {
  assembleReport,
  type MeasuredPolicy,
  type ReportInput,
} from '../../../src/learn/report/assemble-report.js';
import { describeAdvice } from '../../../src/learn/evaluate/verdict/describe-advice.js';
import { evaluationSchema } from '../../../src/learn/report/evaluation-schema.js';
import type { ReportedEvaluation } from '../../../src/learn/report/report.js';
import {
  describeEvidence,
  describeVerdict,
} from '../../../src/learn/report/sections/describe-verdict.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { buildHeldOut, buildPlan } from '../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';
import {
  buildConstantPolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';

/** Routing always chooses `large`, on too few prompts to rule out that `small` has its uses. */
const table = buildOutcomeTable(
  ['small', 'large', 'local'],
  Array.from({ length: 60 }, (_, row) => ({
    quality: [row % 10 === 0 ? 1 : 0, row % 10 === 0 ? 0 : 1, 0],
  })),
);
const full = buildHeldOut(table);
const heldOut = {
  ...full,
  estimates: { ...full.estimates, quality: table.quality.map((_, cell) => Number(cell % 3 === 1)) },
  folds: [{ rows: listRows(60), plan: buildPlan({ baseline: 1, constants: [1] }) }],
};
const evaluation = computeEvaluation(heldOut, 1);

/** A policy of the same outcomes with an objective that the evaluation does not have. */
async function measure(): Promise<MeasuredPolicy> {
  const { text } = await writePolicyFile(
    buildConstantPolicy({
      objectives: [
        buildObjective({ constantModel: 'large' }),
        buildObjective({ name: 'keep', constantModel: 'large' }),
      ],
    }),
  );
  const loaded = await loadPolicy(text);
  const { digest: policyDigest } = loaded;
  return {
    file: 'policy.json',
    loaded,
    isTrainingData: true,
    isPolicyOfRun: true,
    robustness: { policyDigest, simulated: false, seed: 1, prompts: 0, share: 1, objectives: [] },
  };
}

async function report(changes: Partial<ReportInput> & { evaluation: ReportedEvaluation }) {
  const info = {
    version: 1,
    kind: 'import',
    name: 'a run',
    createdAt: '2026-01-02T03:04:05.000Z',
    simulated: false,
    models: table.models.map((id) => ({ id })),
    costBasis: table.costBasis,
    sources: [],
  } as const;
  return assembleReport(
    {
      run: { info, table, leftOut: new Map() },
      taskOf: heldOut.taskOf,
      groups: heldOut.groups,
      warnings: [],
      outcomesDigest: 'cd'.repeat(32),
      policy: await measure(),
      ...changes,
    },
    {
      volume: { kind: 'monthly', requests: 1000 },
      showPrompts: false,
      seed: 1,
      createdAt: '2026-02-03T04:05:06.000Z',
      version: '0.0.0',
      command: 'routesmith report runs/a',
      evaluatedBy: 'cross-validated for this report',
      evaluationOrigin: 'report',
    },
  );
}

describe('the advice of a report on a policy of the same outcomes', () => {
  it('is as sure as that of the evaluation, whatever objectives the policy has', async () => {
    expect(evaluation.advice.kind).toBe('not_enough_evidence');
    const { advice } = await report({ evaluation });
    expect(advice).toMatchObject({ kind: 'not_enough_evidence', model: 'large' });
    expect(advice.enough).toEqual(evaluation.advice.enough);
  });

  it('is not about an objective that the policy does not have', async () => {
    const { detection, verdict } = evaluation;
    const adviseWith = async (foreignHigh: number) => {
      const gains = detection.gains.map((gain) => ({ ...gain, mean: 0, high: 0 }));
      const foreign = { objective: 'max-cost', mean: foreignHigh / 2, high: foreignHigh };
      const evidence = verdict.evidence.map((one) => ({ ...one, objective: 'max-cost' }));
      const { advice } = await report({
        evaluation: {
          ...evaluation,
          verdict: { ...verdict, evidence: [...verdict.evidence, ...evidence] },
          detection: { gains: [...gains, foreign], promptsForSwitching: 1 },
        },
      });
      return advice.kind;
    };
    expect(await adviseWith(0)).toBe('single_model');
    expect(await adviseWith(0.5)).toBe('single_model');
  });

  it('is so for an evaluation of an earlier version', async () => {
    const { detection: _, ...earlier } = evaluation;
    const { advice } = await report({ evaluation: earlier });
    expect(advice).toMatchObject({ kind: 'not_enough_evidence', enough: evaluation.advice.enough });
    const single = { ...earlier.advice, kind: 'single_model' } as const;
    const sure = await report({ evaluation: { ...earlier, advice: single } });
    expect(sure.advice.kind).toBe('single_model');
  });

  it('is to train again where the evaluation routes and the policy has one model', async () => {
    const routed: ReportedEvaluation = {
      ...evaluation,
      objectives: evaluation.objectives.map((one) => ({ ...one, constantModel: undefined })),
      verdict: { ...evaluation.verdict, decision: 'ROUTE' },
      advice: { ...evaluation.advice, kind: 'route', model: null, routed: ['quality'] },
    };
    const own = await report({ evaluation: routed });
    expect(own.advice).not.toHaveProperty('enough');
    expect(describeAdvice(own.advice)).toEqual({
      verdict: "DON'T ROUTE",
      reason:
        'the policy uses one model for every objective, but routing as planned here beats every mix ' +
        'of single models for "quality": train again with the same options',
      action: 'Use large for every prompt.',
    });
    expect(describeVerdict(own)).toBe(
      'Don’t route with this policy file: it has one model for every objective.',
    );
    expect(describeEvidence(own)).toMatch(
      /^The policy file uses one model for every objective\. Routing as planned for this page beats every mix of single models for “quality”: train again with the options of this page\. (Use|Keep using) large for every prompt\.$/,
    );
  });

  it('has no number of prompts by the gains of another plan', async () => {
    const { advice } = await report({ evaluation: { ...evaluation, baseline: 'small' } });
    expect(evaluation.advice).toHaveProperty('enough');
    expect(advice.kind).toBe('not_enough_evidence');
    expect(advice).not.toHaveProperty('enough');
  });

  it('knows what the prompts could have shown from the file of an evaluation', () => {
    const source = { outcomesDigest: 'cd', seed: 1, baseline: null, version: '0.0.0' };
    const unknown = { objective: 'other', mean: 0, high: Infinity };
    const detection = {
      ...evaluation.detection,
      gains: [...evaluation.detection.gains, unknown],
    };
    const filed = { ...evaluation, detection, unseenTasks: null, source };
    const read = evaluationSchema.parse(JSON.parse(JSON.stringify(filed)));
    expect(read.detection).toEqual(detection);
  });
});
