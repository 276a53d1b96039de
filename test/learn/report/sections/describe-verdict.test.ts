import { describe, expect, it } from 'vitest';
import type { Advice } from '../../../../src/learn/evaluate/verdict/compute-advice.js';
import type { ObjectiveBill, ReportedEvaluation } from '../../../../src/learn/report/report.js';
import {
  describeEvidence,
  describeVerdict,
} from '../../../../src/learn/report/sections/describe-verdict.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';
import { buildReport } from '../../../support/report.js';

const report = buildReport(buildPlantedOutcomes(400, { seed: 1 }));

describe('the verdict in words', () => {
  it('says what routing gives for what money, with intervals', () => {
    expect(describeVerdict(report)).toMatch(
      /^Routing pays: better answers (for \d+\s% (less|more)|at about the same cost)\.$/,
    );
    expect(describeEvidence(report)).toMatch(
      /^With the objective “quality”, routing would cost \$\d+ instead of \$\d+ per month, .*, with quality [\d.]+ points higher \([\d.]+ to [\d.]+\)\.$/,
    );
  });

  it('says what routing costs where the model in use now is free, or no saving fits both costs', () => {
    const { money } = report;
    const withCosts = (nowUsd: number | null, costUsd: number | null) => {
      const headline = { ...(money.headline as ObjectiveBill), costUsd, savedShare: null };
      const now = { ...money.now, costUsd: nowUsd };
      return describeVerdict({ ...report, money: { ...money, now, headline } });
    };
    expect(withCosts(0, 0)).toBe('Routing pays: better answers at no cost.');
    expect(withCosts(0, 41.2)).toBe('Routing pays: better answers for $41.20 instead of nothing.');
    expect(withCosts(50, 41.2)).toBe('Routing pays: better answers for $41.20 instead of $50.00.');
    expect(withCosts(0, null)).toBe('Routing pays: better answers at an unknown cost.');
    expect(withCosts(null, 41.2)).toBe('Routing pays: better answers at an unknown cost.');
  });

  it('leaves the cost out of the sentence where it is not known', () => {
    const { money } = report;
    const write = (changes: Partial<ObjectiveBill>): string => {
      const headline = { ...(money.headline as ObjectiveBill), costUsd: null, ...changes };
      return describeEvidence({ ...report, money: { ...money, headline } });
    };
    const qualityDifference = { mean: 0.167, low: 0.1, high: 0.234 };
    expect(write({ savedShare: null, qualityDifference })).toBe(
      'With the objective “quality”, routing would answer with quality 16.7 points higher (10.0 to 23.4).',
    );
    expect(
      write({ savedShare: { mean: 0.5, low: 0.4, high: 0.6 }, qualityDifference: null }),
    ).toMatch(/^With the objective “quality”, routing would cost 50\s% less \(40 to 60\s%\)\.$/);
    expect(write({ savedShare: null, qualityDifference: null })).toBe(
      'Quality and cost with the objective “quality” are unknown.',
    );
  });

  it('does not say of a mix that routing pays, since that is known of the run’s task shares', () => {
    const { money } = report;
    const volume = { kind: 'mix', requests: 100, requestsOfTask: { a: 100 } } as const;
    const mixed = { ...report, money: { ...money, volume } };
    expect(describeVerdict(mixed)).toMatch(/^On this mix: better answers /);
    expect(describeEvidence(mixed)).toMatch(
      / are those of the task shares of the run, not of this mix\.$/,
    );
    expect(describeEvidence(report)).not.toContain('mix');
  });

  it('calls answers the same only where the same model gives them', () => {
    const { money, evaluation } = report;
    const none = { mean: 0, low: 0, high: 0 };
    const headline = {
      ...(money.headline as ObjectiveBill),
      qualityDifference: none,
      savedShare: { mean: -0.5, low: -0.5, high: -0.5 },
    };
    const other = { ...report, money: { ...money, headline } };
    expect(describeEvidence(other)).toMatch(/, 50\s% more, with equal grades\.$/);
    const strategies = evaluation.strategies.map((strategy) => ({
      ...strategy,
      shares: [{ model: money.now.model ?? '', share: 1 }],
    }));
    const same = { ...other, evaluation: { ...evaluation, strategies } };
    expect(describeEvidence(same)).toMatch(/, with the same answers\.$/);
  });

  it('speaks of the objectives of the policy, and says so of another that was asked for', () => {
    const { money } = report;
    const [first, ...others] = money.objectives.map((bill) => ({ ...bill, isInPolicy: true }));
    const foreign = { ...(first as ObjectiveBill), isInPolicy: false };
    const asked = { ...report, money: { ...money, headline: foreign } };
    expect(describeEvidence(asked)).toMatch(/ The policy file does not have “quality”\.$/);
    expect(describeEvidence(report)).not.toContain('does not have');
    const advice: Advice = { ...report.advice, kind: 'not_enough_evidence' };
    const unpaid = { ...report, advice, money: { ...money, objectives: [foreign, ...others] } };
    expect(describeEvidence(unpaid)).toContain('for any objective of the policy file. ');
    expect(describeEvidence(unpaid)).toContain('“cost”');
    expect(describeEvidence(unpaid)).not.toContain('“quality”');
    expect(describeEvidence({ ...report, advice })).toContain('for any objective. ');
  });

  it('says that the default of the policy file was not evaluated, and how it would be', () => {
    const money = { ...report.money, notEvaluated: 'keep-98' };
    expect(describeVerdict({ ...report, money })).toMatch(
      /^Under “quality”, better answers .*; the policy’s default, “keep-98”, was not evaluated\.$/,
    );
    expect(describeEvidence({ ...report, money })).toMatch(
      /not of “keep-98”.*: to include it, add --keep/,
    );
    const filed = { ...report.provenance, evaluationOrigin: 'evaluate' } as const;
    expect(describeEvidence({ ...report, money, provenance: filed })).toMatch(
      /: to include it, evaluate the run again with --keep-quality 0\.98, and give the report/,
    );
    const headline = { ...(money.headline as ObjectiveBill), model: 'south', pays: false };
    expect(describeVerdict({ ...report, money: { ...money, headline } })).toBe(
      'The policy’s default objective, “keep-98”, was not evaluated.',
    );
  });

  it('names the objective that gained most over every single model as the closest', () => {
    const { verdict } = report.evaluation;
    const [first, second] = verdict.evidence;
    if (first === undefined || second === undefined) throw new RangeError('too little evidence');
    const measure = (mean: number) => ({ mean, low: mean - 0.2, high: mean + 0.2 });
    const evaluation: ReportedEvaluation = {
      ...report.evaluation,
      verdict: {
        ...verdict,
        evidence: [
          { ...first, utilityDifference: measure(0.08) },
          { ...second, utilityDifference: measure(0.17) },
        ],
      },
      detection: {
        gains: [
          { objective: first.objective, mean: 0.08, high: 0.2 },
          { objective: second.objective, mean: 0, high: 0 },
        ],
        promptsForSwitching: null,
      },
    };
    const advice: Advice = { ...report.advice, kind: 'not_enough_evidence' };
    const { detection: _, ...earlier } = evaluation;
    expect(describeEvidence({ ...report, evaluation, advice })).toContain(`“${first.objective}”`);
    expect(describeEvidence({ ...report, evaluation: earlier, advice })).toContain(
      `“${second.objective}”`,
    );
  });

  it('says by how much routing does not pay, and what to do', () => {
    const { verdict } = report.evaluation;
    const evidence = verdict.evidence.map((item) => ({
      ...item,
      routes: false,
      utilityDifference: { mean: 0.002, low: -0.006, high: 0.01 },
    }));
    const evaluation: ReportedEvaluation = {
      ...report.evaluation,
      verdict: { ...verdict, decision: "DON'T ROUTE", evidence },
    };
    const advice: Advice = {
      kind: 'single_model',
      objective: 'quality',
      model: 'south',
      routed: [],
      unkept: [],
      heldOutPrompts: 400,
    };
    expect(describeVerdict({ ...report, evaluation, advice })).toBe(
      'Don’t route: a single model does as well.',
    );
    const sentence = describeEvidence({ ...report, evaluation, advice });
    expect(sentence).toContain('+0.2 points of quality');
    expect(sentence).toContain('(−0.6 to +1.0)');
    expect(sentence).toContain('Use south for every prompt.');
    const few: Advice = { ...advice, kind: 'not_enough_evidence', enough: { promptsNeeded: 2317 } };
    expect(describeVerdict({ ...report, evaluation, advice: few })).toContain(
      'not enough evidence',
    );
    expect(describeEvidence({ ...report, evaluation, advice: few })).toContain(
      'About 2,400 prompts in all would show a gain of 0.010 with 80 % probability.',
    );
  });
});
