import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import { makePlan } from '../../../src/learn/evaluate/plan/make-plan.js';
import {
  findStrategy,
  withoutRouting,
} from '../../../src/learn/evaluate/strategies/strategy-id.js';
import { computeMoney } from '../../../src/learn/report/compute-money.js';
import { buildHeldOut, buildPlan } from '../../support/held-out.js';
import { buildMissingOutcomes } from '../../support/missing-outcomes.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { buildObjective } from '../../support/routing-policy.js';

const planted = buildPlantedOutcomes(200, { seed: 1 });
const plan = buildPlan({
  bestOfTask: Int32Array.of(0, 1, 2, 0),
  objectives: [buildObjective(), buildObjective({ name: 'cost', costWeightPerUsd: 100 })],
  constants: [0, 0],
});
const evaluation = computeEvaluation(
  buildHeldOut(planted, { folds: [{ rows: listRows(200), plan }] }),
  1,
);

function resultOf(name: string) {
  const result = evaluation.strategies.find((strategy) => strategy.name === name);
  if (result === undefined) throw new Error(`no strategy "${name}"`);
  return result;
}

describe('computeEvaluation', () => {
  it('says how much was held out', () => {
    expect(evaluation).toMatchObject({ prompts: 200, groups: 200, folds: 1, simulated: false });
  });

  it('does not route where a few prompts have most of the weight, and says so', () => {
    const build = (weight: number) =>
      computeEvaluation(
        buildHeldOut(
          buildOutcomeTable(
            ['often', 'seldom'],
            Array.from({ length: 100 }, (_, row) => ({
              quality: row % 5 < 3 ? [1, 0] : [0, 1],
              costUsd: [1, 2],
              weight: row < 5 ? weight : 1,
            })),
          ),
        ),
        1,
      );
    expect(build(1)).toMatchObject({ prompts: 100, verdict: { decision: 'ROUTE' } });
    expect(build(1)).not.toHaveProperty('effectivePrompts');
    const lopsided = build(1000);
    expect(lopsided).toMatchObject({
      prompts: 100,
      effectivePrompts: 5,
      verdict: { decision: "DON'T ROUTE", evidence: [{ utilityDifference: { low: -1, high: 1 } }] },
      advice: { kind: 'not_enough_evidence', effectivePrompts: 5 },
    });
    expect(lopsided.verdict.reason).toContain('100 held-out prompts show no more than 5');
  });

  it('is of the prompts that some model can take, and counts the others', () => {
    // What no model can take was answered wrongly by all: single models would look worse than routing.
    const table = buildOutcomeTable(
      ['small', 'large'],
      Array.from({ length: 200 }, (_, row) => ({
        quality: row < 20 ? [0, 0] : [row % 2, 0.8],
        costUsd: [0.001, 0.01],
      })),
    );
    const { estimates } = buildHeldOut(table);
    const feasible = Uint8Array.from({ length: 400 }, (_, cell) => Number(cell >= 40));
    const folds = [{ rows: listRows(200), plan: buildPlan({ baseline: 1 }) }];
    const found = computeEvaluation(
      buildHeldOut(table, { estimates: { ...estimates, feasible }, folds }),
      1,
    );
    expect(found).toMatchObject({
      prompts: 180,
      promptsWithoutModel: 20,
      leakedGroups: 0,
      verdict: { heldOutPrompts: 180 },
    });
    expect(found.models[0]).toMatchObject({
      model: 'large',
      quality: expect.closeTo(0.8, 6) as number,
    });
    for (const { quality, constantQuality, qualityDifference } of found.verdict.evidence)
      expect(quality - constantQuality).toBeCloseTo(qualityDifference.mean, 9);
    const nothing = { ...estimates, feasible: new Uint8Array(400) };
    expect(() => computeEvaluation(buildHeldOut(table, { estimates: nothing, folds }), 1)).toThrow(
      'none can take any of the 200 held-out prompts',
    );
  });

  it('lists the models by quality', () => {
    const qualities = evaluation.models.map(({ quality }) => quality);
    expect(qualities).toEqual(qualities.toSorted((a, b) => b - a));
    expect(evaluation.models.map(({ model }) => model).toSorted()).toEqual(planted.models);
  });

  it('compares every strategy with the best single model, which differs from itself by nothing', () => {
    expect(resultOf('best single').qualityDifference).toEqual({ mean: 0, low: 0, high: 0 });
    expect(resultOf('oracle').quality).toBeGreaterThanOrEqual(resultOf('best single').quality);
    // The estimates are the outcomes: routing for quality is the oracle, but for ties.
    expect(resultOf('routed: quality').quality).toBe(resultOf('oracle').quality);
  });

  it('does not call a baseline the best single model that a user named', () => {
    const table = buildOutcomeTable(
      ['small', 'large'],
      Array.from({ length: 40 }, (_, row) => ({
        quality: [row % 2, 1],
        costUsd: [0.001, 0.01],
        latencyMs: [100, 900],
      })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    const rows = listRows(40);
    const plan = makePlan({
      table,
      estimates,
      groups,
      taskOf,
      taskCount: 0,
      rows,
      baseline: 'small',
    });
    const named = computeEvaluation(buildHeldOut(table, { folds: [{ rows, plan }] }), 1);
    expect(named.strategies.map(({ name }) => name)).not.toContain('best single');
    const reference = findStrategy(named.strategies, withoutRouting);
    expect(reference).toMatchObject({ name: 'baseline: small', quality: 0.5 });
    expect(reference?.qualityDifference).toEqual({ mean: 0, low: 0, high: 0 });
    const money = computeMoney(named, {
      volume: { kind: 'monthly', requests: 1000 },
      baseline: 'small',
    });
    expect(money.now).toMatchObject({ model: 'small', costUsd: expect.closeTo(1, 6) as number });
  });

  it('shows the share of each model, adding up to one', () => {
    expect(resultOf('best single').shares).toEqual([{ model: 'north', share: 1 }]);
    expect(resultOf('random').shares).toEqual([]);
    const shares = resultOf('routed: quality').shares.map(({ share }) => share);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  });

  it('is better than mixing single models where estimates are right', () => {
    const { frontier } = evaluation;
    expect(frontier?.aiq).toBeGreaterThan((frontier?.zeroRouterAiq ?? 1) + 0.1);
    const costs = frontier?.points.map(({ costUsd }) => costUsd) ?? [];
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  });

  it('has the metrics of a pair for two models only', () => {
    expect(evaluation.pair).toBeNull();
    const table = buildOutcomeTable(
      ['weak', 'strong'],
      Array.from({ length: 50 }, (_, row) => ({
        quality: row === 7 ? [null, 1] : row % 2 === 0 ? [0, 1] : [1, 1],
        costUsd: [1, 5],
      })),
    );
    const { pair } = computeEvaluation(buildHeldOut(table), 1);
    expect(pair?.apgr).toBeGreaterThan(0.7);
  });

  it('has no frontier where no costs are known', () => {
    const table = buildOutcomeTable(
      ['a', 'b', 'c'],
      Array.from({ length: 20 }, (_, row) => ({ quality: [row % 2, 1, 0] })),
    );
    const result = computeEvaluation(buildHeldOut(table), 1);
    expect(result.frontier).toBeNull();
    expect(result.models.every(({ costUsd }) => costUsd === null)).toBe(true);
  });

  it('gives routing that sends every prompt to one model the figures of that model', () => {
    // "cheap" lacks half of the hard prompts, on which it is mostly wrong.
    const table = buildOutcomeTable(
      ['cheap', 'big'],
      Array.from({ length: 300 }, (_, row) => {
        const isHard = row % 3 === 0;
        const isMissing = isHard && row % 2 === 1;
        const right = row % 10 === 0 ? 0 : 1;
        return {
          task: isHard ? 'hard' : 'easy',
          quality: [isMissing ? null : isHard && row % 4 === 0 ? 0 : right, right],
          costUsd: [isMissing ? null : 0.001, 0.01],
        };
      }),
    );
    const held = buildHeldOut(table);
    const estimates = {
      ...held.estimates,
      quality: table.quality.map((_, cell) => (cell % 2 === 0 ? 0.5 : 0.6)),
      costUsd: table.quality.map((_, cell) => (cell % 2 === 0 ? 0.001 : 0.01)),
    };
    const folds = [
      { rows: listRows(300), plan: buildPlan({ baseline: 1, bestOfTask: Int32Array.of(1, 1) }) },
    ];
    const { frontier, models } = computeEvaluation({ ...held, estimates, folds }, 1);
    const figures = models.map(({ costUsd, quality }) => ({ costUsd, quality }));
    expect(figures).toHaveLength(2);
    for (const point of frontier?.points ?? []) expect(figures).toContainEqual(point);
    expect(frontier?.aiq).toBe(frontier?.zeroRouterAiq);
  });

  it('counts the prompts of each strategy whose outcome is missing', () => {
    const table = buildOutcomeTable(
      ['a', 'b'],
      Array.from({ length: 30 }, (_, row) => ({
        quality: [1, row < 12 ? null : 0],
        costUsd: [2, 1],
      })),
    );
    const folds = [{ rows: listRows(30), plan: buildPlan({ cheapest: 1 }) }];
    const { strategies } = computeEvaluation(buildHeldOut(table, { folds }), 1);
    const missing = Object.fromEntries(
      strategies.map(({ name, unknownOutcomes }) => [name, unknownOutcomes]),
    );
    expect(missing).toMatchObject({ 'best single': 0, cheapest: 12, oracle: 0, random: 0 });
  });

  it('survives being written as JSON', () => {
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });
});

describe('an evaluation whose baseline lacks outcomes of hard and costly prompts', () => {
  const found = computeEvaluation(buildMissingOutcomes(), 1);
  const baseline = findStrategy(found.strategies, withoutRouting);
  const routed = found.strategies.filter(({ kind }) => kind === 'routed');
  const strong = found.models.find(({ model }) => model === 'strong');

  it('shows means of routing that agree with the differences beside them', () => {
    expect(baseline).toMatchObject({ quality: strong?.quality, costUsd: strong?.costUsd });
    expect(routed).toHaveLength(2);
    for (const { quality, costUsd, qualityDifference, costSaved } of routed) {
      expect(qualityDifference.mean).toBeLessThan(0);
      // Of 2 of the 1,000 prompts, routing has outcomes and the baseline has none.
      expect(quality - (baseline?.quality ?? 0)).toBeCloseTo(qualityDifference.mean, 3);
      expect(1 - (costUsd ?? 0) / (baseline?.costUsd ?? 0)).toBeCloseTo(costSaved?.mean ?? 0, 2);
    }
  });

  it('has the same figures in the evidence', () => {
    expect(found.verdict.evidence).toHaveLength(2);
    for (const item of found.verdict.evidence) {
      const model = found.models.find((one) => one.model === item.bestConstant);
      expect(item.constantQuality).toBeCloseTo(model?.quality ?? 0, 9);
      expect(item.constantCostUsd).toBeCloseTo(model?.costUsd ?? 0, 9);
      const shown = routed.find(({ name }) => name === `routed: ${item.objective}`);
      expect(item.quality).toBe(shown?.quality);
      expect(item.costUsd).toBe(shown?.costUsd);
    }
  });

  it('has the same figures in a slice of all prompts', () => {
    const [slice] = found.slices.tasks;
    expect(slice?.prompts).toBe(1000);
    for (const { name, ...own } of slice?.models ?? []) {
      const model = found.models.find((one) => one.model === name);
      expect(own.quality).toBeCloseTo(model?.quality ?? 0, 9);
      expect(own.costUsd).toBeCloseTo(model?.costUsd ?? 0, 9);
    }
    expect(slice?.strategies).toHaveLength(3);
    for (const { name, ...own } of slice?.strategies ?? []) {
      const shown = found.strategies.find((one) => one.name === name);
      expect(own.quality).toBeCloseTo(shown?.quality ?? 0, 9);
      expect(own.costUsd).toBeCloseTo(shown?.costUsd ?? 0, 9);
      const saved = (baseline?.costUsd ?? 0) - (own.costUsd ?? 0);
      expect(own.costSavedUsd?.mean).toBeCloseTo(saved, 3);
    }
  });

  it('draws routing worse than mixes of single models where it is', () => {
    const { frontier } = found;
    expect(frontier?.aiq).toBeLessThan(frontier?.zeroRouterAiq ?? 0);
    expect(frontier?.points.map(({ costUsd }) => costUsd)).toContainEqual(
      expect.closeTo(routed[0]?.costUsd ?? 0, 9),
    );
  });

  it('bills what the table shows', () => {
    const { now, headline } = computeMoney(found, {
      volume: { kind: 'monthly', requests: 1000 },
      baseline: 'strong',
      objective: 'quality',
      policy: { objectives: [buildObjective()], defaultObjective: 'quality' },
    });
    expect(now.costUsd).toBeCloseTo(1000 * (strong?.costUsd ?? 0), 6);
    expect(headline).toMatchObject({ model: null });
    expect(headline?.costUsd).toBeCloseTo(1000 * (routed[0]?.costUsd ?? 0), 6);
    expect(headline?.savedUsd?.mean).toBeCloseTo((now.costUsd ?? 0) - (headline?.costUsd ?? 0), 6);
  });
});

describe('an evaluation whose baseline lacks outcomes of hard prompts, which are routed elsewhere', () => {
  /**
   * Routing sends easy prompts to the baseline, and hard ones, of which it lacks all outcomes or every
   * other one, to "strong".
   */
  function evaluate(isLacking: (row: number) => boolean, lacksAllHard = false) {
    const count = 400;
    const isHard = (row: number): boolean => row % 5 === 0;
    const grade = (row: number, share: number): number => ((row * 37) % 100 < share ? 1 : 0);
    const table = buildOutcomeTable(
      ['base', 'strong'],
      Array.from({ length: count }, (_, row) => ({
        quality: isHard(row)
          ? [lacksAllHard || row % 2 === 0 ? null : grade(row, 10), grade(row, 40)]
          : [isLacking(row) ? null : grade(row, 80), grade(row + 1, 82)],
        costUsd: isHard(row)
          ? [lacksAllHard || row % 2 === 0 ? null : 0.005, 0.006]
          : [isLacking(row) ? null : 0.001, 0.0012],
      })),
    );
    const held = buildHeldOut(table);
    const quality = Float32Array.from({ length: 2 * count }, (_, cell) =>
      (cell % 2 === 1) === isHard(Math.floor(cell / 2)) ? 1 : 0,
    );
    const costUsd = quality.map((_, cell) => (cell % 2 === 1 ? 0.002 : 0.001));
    return computeEvaluation({ ...held, estimates: { ...held.estimates, quality, costUsd } }, 1);
  }
  const whole = evaluate(() => false);
  const lacking = evaluate((row) => row === 6);
  const findRouted = ({ strategies }: typeof whole) =>
    findStrategy(strategies, { kind: 'routed', objective: 'quality' });

  it('shows the same with and without one outcome of routing', () => {
    const [first, second] = [findRouted(whole), findRouted(lacking)];
    expect(second?.unknownOutcomes).toBe((first?.unknownOutcomes ?? 0) + 1);
    expect(first?.costUsd).toBeCloseTo(0.002, 6);
    expect(second?.costUsd).toBeCloseTo(first?.costUsd ?? 0, 4);
    expect(second?.quality).toBeCloseTo(first?.quality ?? 0, 2);
    const { low = 1, high = 0 } = second?.intervals.quality ?? {};
    expect(low).toBeLessThan(first?.quality ?? 0);
    expect(high).toBeGreaterThan(first?.quality ?? 1);
  });

  it('says nothing of routing where no prompt that leaves the baseline has an outcome of it', () => {
    const { verdict, detection } = evaluate(() => false, true);
    expect(verdict).toMatchObject({ decision: "DON'T ROUTE", evidence: [] });
    expect(detection.gains[0]).toMatchObject({ mean: 0, high: Infinity });
  });

  it('has one mean of routing in the table and in the evidence, whichever model is hardest to beat', () => {
    const [evidence] = lacking.verdict.evidence;
    expect(evidence?.bestConstant).toBe('strong');
    expect(findStrategy(lacking.strategies, withoutRouting)?.shares).toMatchObject([
      { model: 'base' },
    ]);
    expect(evidence?.quality).toBe(findRouted(lacking)?.quality);
    expect(evidence?.costUsd).toBe(findRouted(lacking)?.costUsd);
  });
});

describe('an evaluation of two promises of which only the stricter one routes', () => {
  const keep = (name: string, keepQuality: number) => ({
    ...buildObjective({ name, description: name, promise: 'shown' }),
    request: { kind: 'keep_quality', name, keepQuality, lowest: 'cost' } as const,
    saves: 'cost' as const,
  });
  const found = computeEvaluation(
    buildHeldOut(planted, {
      folds: [
        {
          rows: listRows(200),
          plan: buildPlan({
            bestOfTask: Int32Array.of(0, 1, 2, 0),
            objectives: [
              { ...keep('balanced', 0.99), costWeightPerUsd: 100 },
              { ...keep('cost', 0.97), onlyModel: 2 },
            ],
            constants: [2, 2],
          }),
        },
      ],
    }),
    1,
  );

  it('has both route alike, since that keeps the other promise too, for less than one model', () => {
    expect(found.advice).toMatchObject({ kind: 'route', routed: ['balanced', 'cost'] });
    const [balanced, cost] = found.objectives;
    expect(cost).toEqual({ ...balanced, name: 'cost', description: 'cost' });
    const [one, other] = found.verdict.evidence;
    expect(other).toEqual({ ...one, objective: 'cost' });
    const sharesOf = (objective: string) =>
      findStrategy(found.strategies, { kind: 'routed', objective })?.shares;
    expect(sharesOf('cost')).toEqual(sharesOf('balanced'));
  });
});

describe('an evaluation where one objective beats the one before it in quality and cost', () => {
  it('has it as the default, and says so of the other one', () => {
    const plain = buildHeldOut(planted);
    const objectives = [
      buildObjective({ description: 'highest quality', confidenceLimit: 0.5 }),
      buildObjective({ name: 'balanced' }),
    ];
    const guarded = buildPlan({ baseline: 2, objectives, constants: [2, 2] });
    const found = computeEvaluation(
      {
        ...plain,
        estimates: {
          ...plain.estimates,
          confidence: Float32Array.from({ length: 200 }, (_, row) => (row % 5 === 0 ? 0 : 1)),
        },
        folds: [{ rows: listRows(200), plan: guarded }],
      },
      1,
    );
    const [first, second] = found.verdict.evidence;
    expect([first?.routes, second?.routes]).toEqual([true, true]);
    expect(second?.quality).toBeGreaterThan(first?.quality ?? 1);
    expect(second?.costUsd).toBeLessThan(first?.costUsd ?? 0);
    expect(found.objectives[0]?.description).toBe(
      'highest quality, with prompts of no clear task left to west; ' +
        'on held-out prompts, "balanced" was better and cost less',
    );
    expect(found.advice.objective).toBe('balanced');
  });
});
