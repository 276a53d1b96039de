import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import type { CellCounts } from '../../../src/measure/outcomes/run-health.js';
import { findWarnings } from '../../../src/learn/train/find-warnings.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { Objective } from '../../../src/policy/file/policy.js';
import { buildHeldOut, buildPlan } from '../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';
import { buildObjective } from '../../support/routing-policy.js';

const table = buildOutcomeTable(
  ['good', 'poor'],
  Array.from({ length: 60 }, (_, row) => ({
    prompt: `prompt ${(row * 7919).toString(36)} of its own`,
    quality: [1, 0],
    costUsd: [1, 2],
    task: row < 50 ? 'often' : 'seldom',
  })),
);

function warn(changes: Parameters<typeof buildHeldOut>[1] = {}, objective = buildObjective()) {
  const evaluation = computeEvaluation(buildHeldOut(table, changes), 1);
  const policy = { objectives: [objective], verdict: evaluation.verdict, models: [] };
  return findWarnings(computeTrainingData(table), evaluation, policy).join('\n');
}

describe('warnings', () => {
  it('name labels with few prompts', () => {
    expect(warn()).toContain('Tasks with fewer than 20 prompts: seldom.');
  });

  it('ask for missing outcomes, but not of prompts that a model cannot take', () => {
    const some = buildOutcomeTable(
      ['short', 'wide'],
      Array.from({ length: 60 }, (_, row) => ({
        prompt: row % 4 === 0 ? `${row} is long. `.repeat(500) : `prompt ${row} of its own`,
        quality: [row % 4 === 0 ? null : 1, row % 2],
      })),
    );
    const list = (contextWindow: number | undefined, missing = some) => {
      const evaluation = computeEvaluation(buildHeldOut(missing), 1);
      const policy = { objectives: [buildObjective()], verdict: evaluation.verdict, models: [] };
      const limits = new Map([['short', { contextWindow }]]);
      return findWarnings(computeTrainingData(missing), evaluation, policy, { limits }).join('\n');
    };
    expect(list(undefined)).toContain('short has outcomes for only 45 of 60 prompts, so');
    expect(list(500)).not.toContain('has outcomes for only');
    const quality = some.quality.map((value, cell) =>
      cell === 2 || cell === 4 || cell === 6 ? NaN : value,
    );
    expect(list(500, { ...some, quality })).toContain(
      'short has outcomes for only 42 of 45 prompts that it can take, so',
    );
  });

  it('report collapse on one model and models that are never chosen', () => {
    expect(warn()).toContain('Under "quality", 100 % of the prompts go to good.');
    expect(warn()).toContain('Never chosen for a held-out prompt, under any objective: poor.');
  });

  it('are not about routing under an objective that always uses one model', () => {
    const constant = buildObjective({ constantModel: 'poor' });
    expect(warn({}, constant)).not.toContain('of the prompts go to');
    expect(warn({}, constant)).not.toContain('Never chosen');
    const both = [buildObjective(), buildObjective({ name: 'cost', constantModel: 'poor' })];
    const folds = [
      { rows: listRows(60), plan: buildPlan({ objectives: both, constants: [0, 1] }) },
    ];
    const evaluation = computeEvaluation(buildHeldOut(table, { folds }), 1);
    const policy = { objectives: both, verdict: evaluation.verdict, models: [] };
    const warnings = findWarnings(computeTrainingData(table), evaluation, policy).join('\n');
    expect(warnings).toContain('Under "quality", 100 % of the prompts go to good.');
    expect(warnings).not.toContain('Under "cost"');
    expect(warnings).not.toContain('Never chosen');
  });

  it('name a dominated model with the one that dominates it', () => {
    expect(warn()).toContain('poor was dominated on these prompts: good was at least as good');
  });

  it('do not call a model dispensable that an objective uses', () => {
    const { estimates } = buildHeldOut(table);
    // Routing expects "poor" to be the better one for every fifth prompt.
    const quality = Float32Array.from({ length: 120 }, (_, cell) =>
      Number((cell % 2 === 1) === (Math.floor(cell / 2) % 5 === 0)),
    );
    const changes = { estimates: { ...estimates, quality } };
    expect(warn(changes)).not.toContain('dominated');
    expect(warn(changes, buildObjective({ constantModel: 'good' }))).toContain(
      'poor was dominated',
    );
    expect(warn({}, buildObjective({ constantModel: 'poor' }))).not.toContain('dominated');
  });

  it('call no model unused where the policy routes an objective that was not evaluated', () => {
    const evaluation = computeEvaluation(buildHeldOut(table), 1);
    const warnOf = (other: Objective) => {
      const policy = { objectives: [buildObjective(), other], verdict: evaluation.verdict };
      return findWarnings(computeTrainingData(table), evaluation, policy).join('\n');
    };
    const unknown = warnOf(buildObjective({ name: 'max-cost' }));
    expect(unknown).not.toContain('Never chosen');
    expect(unknown).not.toContain('dominated');
    const known = warnOf(buildObjective({ name: 'max-cost', constantModel: 'good' }));
    expect(known).toContain('Never chosen for a held-out prompt, under any objective: poor.');
    expect(known).toContain('poor was dominated');
  });

  it('report costs that are partly estimated', () => {
    const cells: CellCounts[] = [
      { model: 'good', cells: 21, undecided: 0, guessed: 12 },
      { model: 'poor', cells: 21, undecided: 0, guessed: 0 },
    ];
    const evaluation = computeEvaluation(buildHeldOut(table), 1);
    const policy = { objectives: [buildObjective()], verdict: evaluation.verdict };
    const data = computeTrainingData(table);
    expect(findWarnings(data, evaluation, policy, { cells }).join('\n')).toContain(
      '12 costs are partly estimated (good 12)',
    );
    expect(findWarnings(data, evaluation, policy).join('\n')).not.toContain('partly estimated');
  });

  it('say nothing of models that were swept and are not trained on', () => {
    const cells: CellCounts[] = [
      { model: 'good', cells: 20, undecided: 0, guessed: 0 },
      { model: 'poor', cells: 20, undecided: 0, guessed: 0 },
      { model: 'other', cells: 20, undecided: 10, guessed: 12 },
    ];
    const evaluation = computeEvaluation(buildHeldOut(table), 1);
    const policy = { objectives: [buildObjective()], verdict: evaluation.verdict };
    const data = computeTrainingData(table);
    expect(findWarnings(data, evaluation, policy, { cells }).join('\n')).not.toContain('other');
  });

  it('name no model as dominated by one with narrower limits', () => {
    const evaluation = computeEvaluation(buildHeldOut(table), 1);
    const policy = { objectives: [buildObjective()], verdict: evaluation.verdict };
    const limits = new Map([['good', { contextWindow: 8000 }]]);
    const warnings = findWarnings(computeTrainingData(table), evaluation, policy, { limits });
    expect(warnings.join('\n')).not.toContain('dominated');
  });

  it('report groups on both sides of a split, and only then', () => {
    expect(warn()).not.toContain('LEAKAGE');
    const folds = [{ rows: listRows(30), plan: buildPlan() }];
    const groups = listRows(60).map((row) => row % 59);
    expect(warn({ folds, groups })).toContain('LEAKAGE: 1 group ');
  });

  it('report a promise that is not shown', () => {
    const objective = buildObjective({
      name: 'keep-98',
      promise: 'not_shown',
      constantModel: 'good',
    });
    expect(warn({}, objective)).toContain(
      'The promise of "keep-98" (highest quality) is not shown to be kept',
    );
    expect(warn({}, { ...objective, promise: 'shown' })).not.toContain('is not shown');
  });

  it('report the promises of the evaluation where no policy is given', () => {
    const objective = buildObjective({ name: 'keep-98', promise: 'not_shown' });
    const evaluation = {
      ...computeEvaluation(buildHeldOut(table), 1),
      objectives: [objective],
    };
    const policy = { objectives: [], verdict: evaluation.verdict };
    expect(findWarnings(computeTrainingData(table), evaluation, policy).join('\n')).toContain(
      'The promise of "keep-98" (highest quality) is not shown to be kept',
    );
  });
});
