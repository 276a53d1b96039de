import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { makePlan } from '../../../../src/learn/evaluate/plan/make-plan.js';
import {
  chooseDefaultObjective,
  computeAdvice,
  type AdviceInput,
} from '../../../../src/learn/evaluate/verdict/compute-advice.js';
import { describeAdvice } from '../../../../src/learn/evaluate/verdict/describe-advice.js';
import { describeEvidence } from '../../../../src/learn/report/sections/describe-verdict.js';
import type { ObjectiveEvidence } from '../../../../src/policy/file/policy.js';
import { createRandom } from '../../../../src/util/random.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';
import { buildReportOf } from '../../../support/report.js';

/** Outcomes of models of random skill, with estimates that know more or less of them. */
function buildRandomHeldOut(seed: number, promptCount: number, hasCosts: boolean) {
  const random = createRandom(seed);
  const models = ['nano', 'mid', 'large'].slice(0, 2 + Math.floor(2 * random()));
  const skills = models.map(() => [0.3 + 0.7 * random(), 0.3 + 0.7 * random()]);
  const table = buildOutcomeTable(
    models,
    Array.from({ length: promptCount }, (_, row) => ({
      task: row % 2 === 0 ? 'maths' : 'chat',
      quality: skills.map((skill) => (random() < (skill[row % 2] ?? 0) ? 1 : 0)),
      ...(hasCosts && { costUsd: models.map((_, model) => 0.001 * 5 ** model * random()) }),
      latencyMs: models.map((_, model) => 100 * (model + 1) * random()),
    })),
  );
  const knowledge = random();
  const full = buildHeldOut(table);
  const estimates = {
    ...full.estimates,
    quality: table.quality.map((value) => knowledge * value + (1 - knowledge) * random()),
  };
  const input = { ...full, estimates, taskCount: 2 };
  const rows = listRows(promptCount);
  const folds = [0, 1].map((fold) => ({
    rows: rows.filter((row) => row % 4 < 2 === (fold === 0)),
    plan: makePlan({ ...input, rows: rows.filter((row) => row % 4 < 2 !== (fold === 0)) }),
  }));
  return { heldOut: { ...full, estimates, folds }, plan: makePlan({ ...input, rows }) };
}

describe('advice', () => {
  it('is the same in the terminal, in the policy and in the report, for any outcomes', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 12, max: 80 }),
        fc.boolean(),
        (seed, promptCount, hasCosts) => {
          const { heldOut, plan } = buildRandomHeldOut(seed, promptCount, hasCosts);
          const evaluation = computeEvaluation(heldOut, 1, { plan });
          const { advice, objectives, verdict, baseline, models } = evaluation;
          const text = describeAdvice(advice);
          const report = buildReportOf(heldOut, evaluation);

          // The policy's objectives decide what is said of them.
          const chosen = objectives.find(({ name }) => name === advice.objective);
          expect(advice.model).toBe(chosen?.constantModel ?? null);
          expect(verdict.reason).toBe(text.reason);
          expect(text.verdict === 'ROUTE').toBe(verdict.decision === 'ROUTE');
          const routes = objectives.some(({ constantModel }) => constantModel === undefined);
          expect(verdict.decision === 'ROUTE').toBe(routes);
          if (routes) expect(advice.model).toBeNull();
          else {
            const use = `^Use ${chosen?.constantModel} for every prompt( by default .*, or .*)?\\.$`;
            expect(text.action).toMatch(new RegExp(use));
            const sentence = describeEvidence(report);
            expect(sentence).toMatch(
              new RegExp(`(Use|Keep using) ${chosen?.constantModel} for every prompt`),
            );
          }
          expect(report.money.objectives.map(({ model }) => model)).toEqual(
            objectives.map(({ constantModel }) => constantModel ?? null),
          );
          expect(report.money.now.model).toBe(baseline);

          // More prompts only show what routing gains over the best single model, too.
          const gain = advice.enough?.observed;
          if (gain !== undefined) {
            const { strategies } = evaluation;
            const routed = strategies.find(({ name }) => name === `routed: ${gain.objective}`);
            expect(routed?.shares.length).toBeGreaterThan(1);
          }

          // The table beside it agrees: the best single model is the best of the table.
          const best = Math.max(...models.map(({ quality }) => quality));
          expect(models.find(({ model }) => model === baseline)?.quality).toBe(best);
          const quality = objectives.find(({ name }) => name === 'quality');
          if (quality?.constantModel !== undefined) expect(quality.constantModel).toBe(baseline);
          for (const { constantModel, promise } of objectives) {
            if (constantModel === baseline) expect(promise).not.toBe('not_shown');
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  const evidence: ObjectiveEvidence = {
    objective: 'quality',
    routes: false,
    bestConstant: 'mid',
    quality: 0.9,
    constantQuality: 0.9,
    qualityDifference: { mean: 0, low: -0.02, high: 0.02 },
    costUsd: 1,
    constantCostUsd: 1,
    utilityDifference: { mean: 0.002, low: -0.02, high: 0.03 },
    promptsNeeded: 2317,
  };
  const advise = (changes: Partial<ObjectiveEvidence>, input: Partial<AdviceInput> = {}) =>
    computeAdvice({
      verdict: { evidence: [{ ...evidence, ...changes }], heldOutPrompts: 101 },
      objectives: [{ name: 'quality', constantModel: 'large' }],
      defaultObjective: 'quality',
      prompts: 101,
      promptsForSwitching: 4000,
      ...input,
    });

  it('calls for more prompts where a relevant gain is not ruled out', () => {
    const text = describeAdvice(advise({}));
    expect(text).toMatchObject({
      verdict: "DON'T ROUTE",
      reason: expect.stringMatching(/^not enough evidence yet: /) as string,
      action: 'Use large for every prompt.',
      detail: 'About 2,400 prompts in all would show a gain of 0.010 with 80 % probability.',
    });
  });

  it.each([
    ['one objective', ['cost'], 'small for "cost", whose promise it is shown to keep'],
    [
      'two objectives',
      ['balanced', 'cost'],
      'small for "balanced" and "cost", whose promises it is shown to keep',
    ],
  ])('names the model that is shown to serve %s beside that of the default', (_, names, or) => {
    const objectives = [
      { name: 'quality', constantModel: 'large' },
      { name: 'fast', constantModel: 'mid', promise: 'not_shown' as const },
      ...names.map((name) => ({ name, constantModel: 'small', promise: 'shown' as const })),
    ];
    const text = describeAdvice(advise({}, { objectives }));
    expect(text.action).toBe(`Use large for every prompt by default ("quality"), or ${or}.`);
    // Not for an objective that another one beats, or that is not in the table beside the advice.
    const others = describeAdvice(advise({}, { objectives, advisable: ['quality', 'fast'] }));
    expect(others.action).toBe('Use large for every prompt.');
  });

  it('says how many prompts would show the gain that was observed', () => {
    const advice = advise({ utilityDifference: { mean: 0.02, low: -0.01, high: 0.05 } });
    expect(advice.enough?.observed).toMatchObject({ objective: 'quality', promptsNeeded: 580 });
    expect(describeAdvice(advice).detail).toContain(
      'About 580 prompts in all would show the gain of 0.020 observed for "quality", if it is real.',
    );
    // Not that fewer prompts than there were would have shown it.
    const large = advise({ utilityDifference: { mean: 0.06, low: -0.01, high: 0.1 } });
    expect(large.enough).toEqual({ promptsNeeded: 2317 });
  });

  it('promises no gain over another model than the one that routing always chose', () => {
    const table = buildOutcomeTable(
      ['mid', 'large'],
      Array.from({ length: 60 }, (_, row) => ({
        quality: [row % 10 === 0 ? 0 : 1, row % 20 === 1 ? 0 : 1],
      })),
    );
    const full = buildHeldOut(table);
    const alwaysLarge = table.quality.map((_, cell) => cell % 2);
    const heldOut = { ...full, estimates: { ...full.estimates, quality: alwaysLarge } };
    const { verdict, advice } = computeEvaluation(
      {
        ...heldOut,
        folds: [{ rows: listRows(60), plan: buildPlan({ baseline: 1, constants: [1] }) }],
      },
      1,
    );
    expect(verdict.evidence[0]).toMatchObject({ bestConstant: 'large', routes: false });
    expect(verdict.evidence[0]?.utilityDifference).toEqual({ mean: 0, low: 0, high: 0 });
    expect(advice).toMatchObject({ kind: 'not_enough_evidence', model: 'large' });
    expect(advice.enough).not.toHaveProperty('observed');
  });

  it('says how many prompts would show a gain of one objective, which is enough to route', () => {
    const quality = { objective: 'quality', mean: 0.005, high: 0.02, promptsNeeded: 7254 };
    const fast = { objective: 'fast', mean: 0, high: 0.02, promptsNeeded: 43_000 };
    const never = { objective: 'cost', mean: 0, high: 0 };
    const advice = advise({}, { gains: [fast, quality, never], promptsForSwitching: 43_000 });
    expect(advice.enough).toEqual({ promptsNeeded: 7254, objective: 'quality' });
    expect(describeAdvice(advice).detail).toBe(
      'About 7,300 prompts in all would show a gain of 0.010 for "quality" with 80 % probability.',
    );
    // As many as "quality" takes are there, and did not show it.
    const more = advise(
      {},
      {
        verdict: { evidence: [], heldOutPrompts: 8000 },
        gains: [fast, quality],
        prompts: 8000,
      },
    );
    expect(more.enough?.objective).toBe('fast');
  });

  it('counts prompts of the run where only a part of them is held out', () => {
    expect(advise({}, { prompts: 505 }).enough?.promptsNeeded).toBe(5 * 2317);
  });

  it('rules out no gain that the test had hardly a chance to find', () => {
    // Routing leaves the large model on one of 300 prompts, and gains there.
    const table = buildOutcomeTable(
      ['mid', 'large'],
      Array.from({ length: 300 }, (_, row) => ({ quality: row === 0 ? [1, 0.5] : [0.5, 1] })),
    );
    const folds = [{ rows: listRows(300), plan: buildPlan({ baseline: 1, constants: [1] }) }];
    const { advice, verdict } = computeEvaluation(buildHeldOut(table, { folds }), 1);
    expect(verdict.evidence[0]?.utilityDifference.mean).toBeGreaterThan(0);
    expect(advice.kind).toBe('not_enough_evidence');
    expect(advice.enough?.promptsNeeded).toBeGreaterThan(400);
  });

  it('takes no outcomes at all for no evidence, and says no number of prompts', () => {
    const unknown = { objective: 'quality', mean: 0, high: Infinity };
    const verdict = { evidence: [], heldOutPrompts: 5000 };
    const advice = advise({}, { verdict, gains: [unknown] });
    expect(advice.kind).toBe('not_enough_evidence');
    expect(advice).not.toHaveProperty('enough');
    expect(describeAdvice(advice)).not.toHaveProperty('detail');
    // Another objective that ruled a gain out does not speak for this one.
    const ruledOut = { objective: 'cost', mean: 0, high: 0.001, promptsNeeded: 900 };
    expect(advise({}, { verdict, gains: [ruledOut, unknown] }).kind).toBe('not_enough_evidence');
  });

  it('calls for more prompts where routing never left its model, unless there are enough', () => {
    const { promptsNeeded: _, ...same } = evidence;
    const never = { ...same, utilityDifference: { mean: 0, low: 0, high: 0 } };
    const verdict = { evidence: [never], heldOutPrompts: 101 };
    expect(advise({}, { verdict })).toMatchObject({
      kind: 'not_enough_evidence',
      enough: { promptsNeeded: 4000 },
    });
    expect(advise({}, { verdict: { ...verdict, heldOutPrompts: 5000 } }).kind).toBe('single_model');
  });

  it('rules nothing out where the best models have no outcomes of the same prompts', () => {
    const { promptsNeeded: _, ...same } = evidence;
    const never = { ...same, utilityDifference: { mean: 0, low: 0, high: 0 } };
    const verdict = { evidence: [never], heldOutPrompts: 5000 };
    const advice = advise({}, { verdict, isUnpaired: true });
    expect(advice).toMatchObject({ kind: 'not_enough_evidence', isUnpaired: true });
    expect(describeAdvice(advice).detail).toContain('sweep some prompts with all of them');
  });

  it('says that nothing was tested where a few prompts have most of the weight', () => {
    const advice = advise({}, { effectivePrompts: 4 });
    expect(advice).toMatchObject({ kind: 'not_enough_evidence', effectivePrompts: 4 });
    const { verdict, reason, detail } = describeAdvice(advice);
    expect(verdict).toBe("DON'T ROUTE");
    expect(reason).toMatch(/a few prompts.* most of the weight.* no more than 4 of equal weight/);
    expect(detail).toContain('as much as 10 of equal weight');
    expect(advise({}, { effectivePrompts: 10 })).not.toHaveProperty('effectivePrompts');
  });

  it('rules out no gain within the interval, however many prompts there are', () => {
    const advice = advise(
      { utilityDifference: { mean: 0.005, low: -0.002, high: 0.012 }, promptsNeeded: 90 },
      { prompts: 505 },
    );
    expect(advice.kind).toBe('not_enough_evidence');
    // As many are there.
    expect(advice).not.toHaveProperty('enough');
    expect(describeAdvice(advice)).not.toHaveProperty('detail');
  });

  it('rules routing out where a relevant gain would have been found', () => {
    const text = describeAdvice(
      advise({ utilityDifference: { mean: 0, low: -0.01, high: 0.009 } }),
    );
    expect(text).toMatchObject({ verdict: "DON'T ROUTE", action: 'Use large for every prompt.' });
  });

  it('does not say that one model takes every prompt where some are beyond it', () => {
    const delivered = [{ objective: 'quality', model: 'large', promptsBeyondModel: 5 }];
    const advice = advise({}, { delivered });
    expect(advice).toMatchObject({ model: 'large', promptsBeyondModel: 5 });
    expect(describeAdvice(advice, 'large').action).toBe(
      'Keep using large wherever it can answer, and another model for the rest (5 of 101 prompts).',
    );
    const objectives = [
      { name: 'quality', constantModel: 'large' },
      { name: 'cost', constantModel: undefined },
    ];
    expect(describeAdvice(advise({}, { delivered, objectives })).reason).toContain(
      '"quality", uses large wherever that can answer',
    );
    // Of another model, or another objective, nothing is known.
    const other = delivered.map((one) => ({ ...one, model: 'mid' }));
    expect(advise({}, { delivered: other })).not.toHaveProperty('promptsBeyondModel');
  });

  it('names the objectives that route, and what the default does', () => {
    const objectives = [
      { name: 'quality', constantModel: 'large' },
      { name: 'cost', constantModel: undefined },
    ];
    expect(chooseDefaultObjective(objectives, undefined, [])).toBe('cost');
    expect(chooseDefaultObjective(objectives, 'quality', [])).toBe('quality');
    expect(chooseDefaultObjective(objectives.slice(0, 1), undefined, [])).toBe('quality');
    const byDefault = advise({}, { objectives, defaultObjective: 'cost' });
    expect(describeAdvice(byDefault).reason).toBe(
      'routing beats every mix of single models for "cost" on held-out prompts, the default',
    );
    const asked = advise({}, { objectives, defaultObjective: 'quality' });
    expect(describeAdvice(asked).reason).toContain('but the default, "quality", always uses large');
  });

  it('does not route where routing is not shown to keep its promise on all prompts', () => {
    const advice = advise({ routes: true });
    expect(advice.unkept).toEqual(['quality']);
    expect(describeAdvice(advice).reason).toContain('not shown to keep its promise');
  });
});
