import { describe, expect, it } from 'vitest';
import {
  computeVerdict,
  type VerdictFinding,
} from '../../../../src/learn/evaluate/verdict/compute-verdict.js';
import type { HeldOut } from '../../../../src/learn/evaluate/verdict/held-out.js';
import type { TableEstimates } from '../../../../src/learn/evaluate/plan/trained-plan.js';
import { computeStrategies } from '../../../../src/learn/evaluate/verdict/held-out-strategies.js';
import type { OutcomeTable } from '../../../../src/measure/outcomes/outcome-table.js';
import { computeHeldOut } from '../../../../src/learn/train/hold-out.js';
import { sharedTensorFlowEngine } from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../../src/learn/train/training-data.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';
import { buildObjective } from '../../../support/routing-policy.js';
import { createRandom } from '../../../../src/util/random.js';
import { canonicalJson } from '../../../../src/util/canonical-json.js';
import { isLongRun } from '../../../support/test-run.js';

const judge = (heldOut: HeldOut, seed = 1): VerdictFinding =>
  computeVerdict(heldOut, computeStrategies(heldOut), seed);

/** Five prompts in turn, of which model 0 solves the first `easy` and model 1 the others. */
function buildAlternating(count: number, easy: number) {
  return buildOutcomeTable(
    ['often', 'seldom'],
    Array.from({ length: count }, (_, row) => ({
      quality: row % 5 < easy ? [1, 0] : [0, 1],
      costUsd: [1, 2],
    })),
  );
}

/** Held-out estimates under which each row is routed to the model that is named. */
function estimateChoices(table: OutcomeTable, choose: (row: number) => number): TableEstimates {
  const width = table.models.length;
  return {
    quality: table.quality.map((_, cell) =>
      cell % width === choose(Math.floor(cell / width)) ? 1 : 0,
    ),
    costUsd: table.costUsd,
    latencyMs: table.latencyMs,
    novelty: new Float32Array(table.prompts.length),
  };
}

describe('computeVerdict', () => {
  it('is ROUTE where the choices beat every single model for certain', () => {
    const verdict = judge(buildHeldOut(buildAlternating(100, 3)));
    expect(verdict).toMatchObject({ decision: 'ROUTE', heldOutPrompts: 100 });
    const [evidence] = verdict.evidence;
    expect(evidence).toMatchObject({
      objective: 'quality',
      routes: true,
      bestConstant: 'often',
      quality: 1,
      constantQuality: 0.6,
      costUsd: 1.4,
      constantCostUsd: 1,
    });
    expect(evidence?.qualityDifference.mean).toBeCloseTo(0.4, 12);
    expect(evidence?.utilityDifference.mean).toBeCloseTo(0.4, 12);
    expect(evidence?.utilityDifference.low).toBeGreaterThan(0.25);
  });

  it('says how many prompts would find a gain of one point, from how the differences vary', () => {
    const verdict = judge(buildHeldOut(buildAlternating(100, 3)));
    // Differences of 0 and 1 with variance .24, 2.8 standard errors to be found, and the guard.
    expect(verdict.promptsNeeded).toBeGreaterThan(18_500);
    expect(verdict.promptsNeeded).toBeLessThan(19_500);
    expect(verdict.evidence[0]?.promptsNeeded).toBe(verdict.promptsNeeded);
    expect(verdict.bestConstant).toBe('often');
  });

  it('has no evidence for an objective of whose choices nothing was recorded', () => {
    // As logs have it: one model per prompt, and routing always names the other one.
    const table = buildOutcomeTable(
      ['often', 'seldom'],
      Array.from({ length: 20 }, (_, row) => ({ quality: row % 2 === 0 ? [1, null] : [null, 1] })),
    );
    const estimates = estimateChoices(table, (row) => (row % 2 === 0 ? 1 : 0));
    const verdict = judge(buildHeldOut(table, { estimates }));
    expect(verdict).toMatchObject({ decision: "DON'T ROUTE", evidence: [] });
    expect(verdict.gains).toMatchObject([{ high: Infinity }]);
    expect(() => canonicalJson({ ...verdict, gains: [] })).not.toThrow();
  });

  it('does not say so where routing is a single model, which never varies from itself', () => {
    const table = buildAlternating(100, 4);
    const verdict = judge(buildHeldOut(table, { estimates: estimateChoices(table, () => 0) }));
    expect(verdict).not.toHaveProperty('promptsNeeded');
    expect(verdict.bestConstant).toBe('often');
  });

  it('does not take grades that are all equal for certainty, unless the choices are the same', () => {
    const table = buildOutcomeTable(
      ['one', 'other'],
      Array.from({ length: 60 }, () => ({ quality: [1, 1], costUsd: [1, 1] })),
    );
    const judgeChoices = (choose: (row: number) => number) =>
      judge(buildHeldOut(table, { estimates: estimateChoices(table, choose) }));
    const [mixed] = judgeChoices((row) => row % 2).evidence;
    const { utilityDifference, qualityDifference } = mixed ?? {};
    expect(utilityDifference?.mean).toBe(0);
    expect(utilityDifference?.low).toBeCloseTo(qualityDifference?.low ?? Number.NaN, 9);
    expect(utilityDifference?.high).toBeCloseTo(qualityDifference?.high ?? Number.NaN, 9);
    expect(utilityDifference?.low).toBeLessThan(-0.01);
    const same = judgeChoices(() => 0);
    expect(same.gains[0]?.high).toBe(0);
  });

  it("is DON'T ROUTE where they are those of a single model", () => {
    const table = buildAlternating(100, 4);
    const verdict = judge(buildHeldOut(table, { estimates: estimateChoices(table, () => 0) }));
    expect(verdict.decision).toBe("DON'T ROUTE");
    expect(verdict.evidence[0]).toMatchObject({
      bestConstant: 'often',
      utilityDifference: { mean: 0, low: 0, high: 0 },
    });
  });

  it("is DON'T ROUTE where they are worse than a single model", () => {
    const table = buildAlternating(100, 3);
    const verdict = judge(buildHeldOut(table, { estimates: estimateChoices(table, () => 1) }));
    expect(verdict.decision).toBe("DON'T ROUTE");
    expect(verdict.evidence[0]?.utilityDifference.high).toBeLessThan(0);
  });

  it('does not take copies of ten prompts for evidence', () => {
    const table = buildOutcomeTable(
      ['odd', 'even'],
      Array.from({ length: 400 }, (_, row) => ({
        quality: row % 2 === 0 ? [0.4, 0.5] : [0.5, 0.4],
        costUsd: [1, 1],
      })),
    );
    // Right on eight of the ten prompts.
    const estimates = estimateChoices(table, (row) => (row % 10 < 8 ? (row + 1) % 2 : row % 2));
    expect(judge(buildHeldOut(table, { estimates })).decision).toBe('ROUTE');
    const groups = listRows(400).map((row) => row % 10);
    expect(judge(buildHeldOut(table, { estimates, groups })).decision).toBe("DON'T ROUTE");
  });

  describe('with few groups', () => {
    /** Routing gains 0.1 to 0.2 on average in every group of 50 prompts. */
    const judgeGroups = (groupCount: number) => {
      const table = buildOutcomeTable(
        ['often', 'seldom'],
        Array.from({ length: 50 * groupCount }, (_, row) => ({
          quality: row % 50 < 5 + (Math.floor(row / 50) % 6) ? [0, 1] : [1, 0],
        })),
      );
      const groups = Int32Array.from(table.prompts, (_, row) => Math.floor(row / 50));
      const { evidence, decision } = judge(buildHeldOut(table, { groups }));
      return { decision, ...evidence[0]?.utilityDifference };
    };

    it.each([1, 5, 8])('does not take a gain in each of %d for more than chance', (count) => {
      const { decision, mean, low, high } = judgeGroups(count);
      expect(decision).toBe("DON'T ROUTE");
      expect(mean).toBeGreaterThanOrEqual(0.1);
      // What is printed agrees with the decision.
      expect(low).toBeLessThan(0);
      expect(low).toBeGreaterThanOrEqual(-1);
      expect(high).toBeLessThanOrEqual(1);
    });

    it('takes one in each of a hundred', () => {
      expect(judgeGroups(100)).toMatchObject({ decision: 'ROUTE' });
    });
  });

  it('promises as many prompts as the test of several objectives takes', () => {
    const table = buildAlternating(100, 3);
    const needed = (count: number): number => {
      const objectives = Array.from({ length: count }, (_, index) =>
        buildObjective({ name: `objective ${index}` }),
      );
      const plan = buildPlan({ objectives, constants: objectives.map(() => 0) });
      const folds = [{ rows: listRows(100), plan }];
      return judge(buildHeldOut(table, { folds })).promptsNeeded ?? 0;
    };
    // Normal quantiles of 0.975 and 0.99375, and of 0.8, from tables; the guard adds to both.
    expect(needed(4) / needed(1)).toBeCloseTo(((2.4977 + 0.8416) / (1.96 + 0.8416)) ** 2, 1);
  });

  it('weighs quality against cost as mixes of the single models do, and asks for more of several', () => {
    const table = buildOutcomeTable(
      ['cheap', 'dear'],
      Array.from({ length: 100 }, (_, row) => ({
        quality: row % 2 === 0 ? [1, 1] : [0, 1],
        costUsd: [0, 1],
      })),
    );
    const objectives = [
      buildObjective({ name: 'quality' }),
      buildObjective({ name: 'balanced', costWeightPerUsd: 0.4 }),
    ];
    const plan = buildPlan({ baseline: 1, objectives, constants: [1, 1] });
    const verdict = judge(buildHeldOut(table, { folds: [{ rows: listRows(100), plan }] }));
    const [quality, balanced] = verdict.evidence;
    expect(quality?.routes).toBe(false);
    expect(balanced).toMatchObject({ routes: true, quality: 1, costUsd: 0.5 });
    // Half of each model gives a quality of .75 at that cost.
    expect(balanced?.utilityDifference.mean).toBeCloseTo(0.25, 12);
    const alone = buildPlan({ baseline: 1, objectives: objectives.slice(1), constants: [1] });
    const [only] = judge(
      buildHeldOut(table, { folds: [{ rows: listRows(100), plan: alone }] }),
    ).evidence;
    expect(only?.utilityDifference.low).toBeGreaterThanOrEqual(
      balanced?.utilityDifference.low ?? Number.NaN,
    );
  });

  it('weighs cost for an objective that saves it, even if a weight of 0 saves the most', () => {
    // Half of the prompts are easy, and routing sends them to the cheap model for its quality.
    const table = buildOutcomeTable(
      ['cheap', 'dear'],
      Array.from({ length: 300 }, (_, row) => ({
        quality: [row % 2 === 0 ? 1 : 0, 1],
        costUsd: [0.0002, 0.002],
        latencyMs: [10, 100],
      })),
    );
    const objectives = [
      buildObjective({ name: 'quality' }),
      { ...buildObjective({ name: 'cost' }), saves: 'cost' as const },
      { ...buildObjective({ name: 'fast' }), saves: 'latency' as const },
    ];
    const plan = buildPlan({ baseline: 1, objectives, constants: [1, 1, 1] });
    const estimates = estimateChoices(table, (row) => row % 2);
    const folds = [{ rows: listRows(300), plan }];
    const [quality, cost, fast] = judge(buildHeldOut(table, { estimates, folds })).evidence;
    expect(quality).toMatchObject({ routes: false, quality: 1, constantQuality: 1 });
    // Half of each model gives a quality of .75 at that cost, and in that time.
    expect(cost).toMatchObject({ routes: true });
    expect(cost?.utilityDifference.mean).toBeCloseTo(0.25, 6);
    expect(fast).toMatchObject({ routes: true });
    expect(fast?.utilityDifference.mean).toBeCloseTo(0.25, 6);
  });

  it('sizes the evidence against every model that has to be beaten, and says the same twice', () => {
    // Routing gains as much over both, but over "wild" it varies far more.
    const table = buildOutcomeTable(
      ['calm', 'wild'],
      Array.from({ length: 200 }, (_, row) => ({
        quality: row % 2 === 0 ? [0.6, row % 4 === 0 ? 1 : 0.2] : [0.5, row % 4 === 1 ? 1 : 0],
      })),
    );
    const choices = estimateChoices(table, (row) => (row % 4 < 2 ? 1 : 0));
    const { evidence, gains } = judge(buildHeldOut(table, { estimates: choices }));
    const swapped = buildOutcomeTable(
      ['wild', 'calm'],
      Array.from({ length: 200 }, (_, row) => ({
        quality: [table.quality[2 * row + 1] ?? 0, table.quality[2 * row] ?? 0],
      })),
    );
    const others = estimateChoices(swapped, (row) => (row % 4 < 2 ? 0 : 1));
    const second = judge(buildHeldOut(swapped, { estimates: others }));
    expect(gains[0]?.promptsNeeded).toBe(evidence[0]?.promptsNeeded);
    expect(second.gains[0]?.promptsNeeded).toBe(gains[0]?.promptsNeeded);
    expect(second.gains[0]?.promptsForMean).toBe(gains[0]?.promptsForMean);
  });

  it('leaves out prompts whose outcome was not recorded', () => {
    const whole = buildAlternating(100, 3);
    const quality = whole.quality.map((value, cell) => (cell % 20 === 0 ? Number.NaN : value));
    const estimates = estimateChoices(whole, (row) => (row % 5 < 3 ? 0 : 1));
    const verdict = judge(buildHeldOut({ ...whole, quality }, { estimates }));
    // "often" is unknown on ten of the prompts that it takes: 40 of 90 are gained.
    expect(verdict.evidence[0]?.bestConstant).toBe('often');
    expect(verdict.evidence[0]?.utilityDifference.mean).toBeCloseTo(40 / 90, 12);
  });

  it.each([0, 1, 2])('leaves out a single model without outcomes (in place %d)', (place) => {
    const whole = buildAlternating(100, 3);
    const insert = <T>(values: readonly T[], value: T): T[] => values.toSpliced(place, 0, value);
    const table = buildOutcomeTable(
      insert(whole.models, 'silent'),
      Array.from({ length: 100 }, (_, row) => ({
        quality: insert<number | null>(row % 5 < 3 ? [1, 0] : [0, 1], null),
        costUsd: insert<number | null>([1, 2], null),
      })),
    );
    const [often, seldom] = ['often', 'seldom'].map((model) => table.models.indexOf(model));
    const estimates = estimateChoices(table, (row) => (row % 5 < 3 ? often : seldom) ?? -1);
    const plan = buildPlan({ baseline: often ?? -1 });
    const folds = [{ rows: listRows(100), plan }];
    const verdict = judge(buildHeldOut(table, { estimates, folds }));
    expect(verdict).toMatchObject({ decision: 'ROUTE' });
    expect(verdict.evidence[0]).toMatchObject({ bestConstant: 'often', constantQuality: 0.6 });
  });
});

describe('with missing outcomes', () => {
  const prompts = 150;

  /** Routing sends every tenth prompt to the second of three models, and the others to the first. */
  function judgeGaps(coverage: readonly number[], solves: readonly number[][], seed: number) {
    const random = createRandom(seed);
    const isOther = (row: number): boolean => row % 10 === 0;
    const table = buildOutcomeTable(
      ['first', 'second', 'third'],
      Array.from({ length: prompts }, (_, row) => ({
        quality: (solves[isOther(row) ? 1 : 0] ?? []).map((chance, model) =>
          random() < (coverage[model] ?? 1) ? Number(random() < chance) : null,
        ),
        costUsd: [1, 1, 1],
      })),
    );
    const estimates = estimateChoices(table, (row) => Number(isOther(row)));
    return judge(buildHeldOut(table, { estimates }));
  }

  it.each([
    [1, 0.85, 1],
    [1, 0.95, 1],
    [0.9, 0.9, 0.9],
    [0.6, 0.6, 0.6],
  ])(
    "is DON'T ROUTE where routing gains nothing over the best model: %s, %s, %s",
    (...coverage) => {
      const alike = [0.8, 0.5, 0.3];
      for (let seed = 1; seed <= (isLongRun ? 20 : 8); seed++) {
        expect(judgeGaps(coverage, [alike, alike], seed).decision).toBe("DON'T ROUTE");
      }
    },
  );

  it('is ROUTE where a few are missing and routing gains much', () => {
    const solves = [
      [0.9, 0.2, 0.3],
      [0, 1, 0.3],
    ];
    for (let seed = 1; seed <= 5; seed++) {
      const { decision, evidence } = judgeGaps([1, 0.9, 1], solves, seed);
      expect(decision).toBe('ROUTE');
      expect(evidence[0]?.bestConstant).toBe('first');
    }
  });
});

describe('a model that many prompts are beyond', () => {
  /** "short" is always right where it can take the prompt, and "wide" takes all. */
  function judgeLimited(beyond: number, refusal: readonly [number | null, number | null]) {
    const isBeyond = (row: number): boolean => row % 100 < beyond;
    const table = buildOutcomeTable(
      ['short', 'wide'],
      Array.from({ length: 200 }, (_, row) => ({
        quality: [isBeyond(row) ? refusal[0] : 1, row % 10 < 6 ? 1 : 0],
        costUsd: [isBeyond(row) ? refusal[1] : 1, 2],
      })),
    );
    const estimates = {
      ...estimateChoices(table, () => 0),
      feasible: Uint8Array.from({ length: 400 }, (_, cell) =>
        Number(cell % 2 === 1 || !isBeyond(Math.floor(cell / 2))),
      ),
    };
    const plan = buildPlan({ baseline: beyond > 5 ? 1 : 0 });
    const folds = [{ rows: listRows(200), plan }];
    return judge(buildHeldOut(table, { estimates, folds }));
  }

  it.each([
    ['are missing', [null, null]],
    ['are recorded as refusals', [0, 0]],
  ] as const)('is no rival, whether its outcomes there %s', (_, refusal) => {
    const { decision, evidence } = judgeLimited(25, refusal);
    expect(decision).toBe('ROUTE');
    expect(evidence[0]).toMatchObject({ bestConstant: 'wide', constantQuality: 0.6 });
    expect(evidence[0]?.quality).toBeGreaterThan(0.85);
  });

  it('still says what quality costs, where it is the cheap one', () => {
    const isBeyond = (row: number): boolean => row % 5 === 0;
    const isEasy = (row: number): boolean => row % 2 === 1;
    const table = buildOutcomeTable(
      ['cheap', 'wide'],
      Array.from({ length: 200 }, (_, row) => ({
        quality: [isBeyond(row) ? null : Number(isEasy(row)), 1],
        costUsd: [isBeyond(row) ? null : 0.001, 0.01],
      })),
    );
    const takesCheap = (row: number): boolean => isEasy(row) && !isBeyond(row);
    const estimates = {
      ...estimateChoices(table, (row) => (takesCheap(row) ? 0 : 1)),
      feasible: Uint8Array.from({ length: 400 }, (_, cell) =>
        Number(cell % 2 === 1 || !isBeyond(Math.floor(cell / 2))),
      ),
    };
    const objective = { ...buildObjective({ name: 'cost' }), saves: 'cost' as const };
    const plan = buildPlan({ baseline: 1, objectives: [objective], constants: [1] });
    const { decision, evidence } = judge(
      buildHeldOut(table, { estimates, folds: [{ rows: listRows(200), plan }] }),
    );
    // As good as "wide", and cheaper for two prompts of five.
    expect(evidence[0]).toMatchObject({ bestConstant: 'wide', quality: 1, constantQuality: 1 });
    expect(decision).toBe('ROUTE');
  });

  it('is one with what takes its place, if few are beyond it', () => {
    const { decision, evidence } = judgeLimited(4, [0, 0]);
    // Routing does nothing else than that.
    expect(decision).toBe("DON'T ROUTE");
    expect(evidence[0]).toMatchObject({
      bestConstant: 'short',
      utilityDifference: { mean: 0, low: 0, high: 0 },
    });
    expect(evidence[0]?.constantQuality).toBe(evidence[0]?.quality);
    expect(evidence[0]?.constantCostUsd).toBe(evidence[0]?.costUsd);
  });
});

describe('the verdict on trained policies', () => {
  async function judgeTraining(shuffled: boolean, seed: number): Promise<VerdictFinding> {
    const data = computeTrainingData(buildPlantedOutcomes(320, { seed, shuffled }));
    const engine = await sharedTensorFlowEngine();
    const options = { seed, folds: 4, heldOutFolds: 1, family: 'task_mixture' } as const;
    return judge(await computeHeldOut(engine, data, options), seed);
  }

  const seeds = isLongRun ? [1, 2, 3] : [1];

  it.each(seeds)('is ROUTE where models differ by task (seed %d)', async (seed) => {
    const verdict = await judgeTraining(false, seed);
    expect(verdict.decision).toBe('ROUTE');
    expect(verdict.evidence[0]?.quality).toBeGreaterThan(0.8);
  });

  it.each(seeds)("is DON'T ROUTE where no prompt tells who is better (seed %d)", async (seed) => {
    expect((await judgeTraining(true, seed)).decision).toBe("DON'T ROUTE");
  });
});
