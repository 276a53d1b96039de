import { describe, expect, it } from 'vitest';
import {
  chooseForRow,
  type PlannedObjective,
} from '../../../../src/learn/evaluate/plan/trained-plan.js';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { makePlan } from '../../../../src/learn/evaluate/plan/make-plan.js';
import { computeModelMeans } from '../../../../src/learn/evaluate/strategies/model-means.js';
import type { ObjectiveRequest } from '../../../../src/learn/evaluate/plan/objective-request.js';
import {
  collectOutcomes,
  computeKnownMean,
} from '../../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { buildHeldOut } from '../../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

/** On every second prompt the small model does as well as the large one, which is slow and dear. */
function buildInput(count: number) {
  const table = buildOutcomeTable(
    ['small', 'large'],
    Array.from({ length: count }, (_, row) => ({
      quality: row % 2 === 0 ? [0.9, 0.9] : [0.2, 0.9],
      costUsd: [0.001, 0.01],
      latencyMs: [100, 1000],
      task: row % 2 === 0 ? 'easy' : 'hard',
    })),
  );
  const { estimates, groups, taskOf } = buildHeldOut(table);
  return { table, estimates, groups, taskOf, taskCount: 2, rows: listRows(count) };
}

function resolve(request: ObjectiveRequest, count = 1000, baseline?: string) {
  const input = buildInput(count);
  const plan = makePlan({
    ...input,
    requests: [request],
    ...(baseline !== undefined && { baseline }),
  });
  const objective = plan.objectives[0] as PlannedObjective;
  const choices = input.rows.map((row) => chooseForRow(input.estimates, row, plan, objective));
  const outcomes = collectOutcomes(input.table, input.rows, choices);
  return {
    objective,
    constant: input.table.models[plan.constants[0] as number],
    quality: computeKnownMean(outcomes.quality),
    costUsd: computeKnownMean(outcomes.costUsd),
    latencyMs: computeKnownMean(outcomes.latencyMs),
  };
}

const keep = { kind: 'keep_quality', name: 'keep', keepQuality: 0.98, lowest: 'cost' } as const;

describe('the single model for the highest quality', () => {
  /** "other" is right where the named model is, and on some of the prompts where that is wrong. */
  function findConstant(extra: number, baseline?: string, isThirdAdded = false) {
    // "third" has the highest mean, but wins and loses as by chance.
    const isThirdRight = (row: number): boolean => (row < 100 ? row < 60 : row < 156);
    const table = buildOutcomeTable(
      ['named', 'other', ...(isThirdAdded ? ['third'] : [])],
      Array.from({ length: 200 }, (_, row) => ({
        quality: [
          row < 100 ? 1 : 0,
          row < 100 + extra ? 1 : 0,
          ...(isThirdAdded ? [Number(isThirdRight(row))] : []),
        ],
      })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    const input = { table, estimates, groups, taskOf, taskCount: 1, rows: listRows(200) };
    const plan = makePlan({ ...input, ...(baseline !== undefined && { baseline }) });
    return table.models[plan.constants[0] as number];
  }

  it.each([
    ['the best one where none is named', 2, undefined, 'other'],
    ['the named one where another is better by what may be chance', 2, 'named', 'named'],
    ['another one that is shown to be better', 40, 'named', 'other'],
  ])('is %s', (_, extra, baseline, expected) => {
    expect(findConstant(extra, baseline)).toBe(expected);
  });

  it('is one that is shown to be better, also where one that is not has a higher mean', () => {
    expect(findConstant(14, undefined, true)).toBe('third');
    expect(findConstant(14, 'named', true)).toBe('other');
    expect(findConstant(2, 'named', true)).toBe('named');
  });
});

describe('the cheapest model of a plan', () => {
  it('is the one with the lowest mean cost, and none where a cost is unknown', () => {
    const input = buildInput(40);
    expect(makePlan(input).cheapest).toBe(0);
    const costUsd = input.table.costUsd.map((cost, cell) => (cell % 2 === 0 ? Number.NaN : cost));
    expect(makePlan({ ...input, table: { ...input.table, costUsd } })).not.toHaveProperty(
      'cheapest',
    );
    // The small model cannot take a quarter of the prompts.
    const feasible = Uint8Array.from({ length: 80 }, (_, cell) => Number(cell % 8 !== 0));
    const estimates = { ...input.estimates, feasible };
    expect(makePlan({ ...input, estimates }).cheapest).toBe(1);
  });
});

describe('the fallback order of a plan', () => {
  it('is by mean quality, with a model that was never right before one that was never measured', () => {
    const table = buildOutcomeTable(
      ['unmeasured', 'never right', 'best'],
      Array.from({ length: 40 }, (_, row) => ({ quality: [null, 0, row % 2] })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    const requests = [{ kind: 'highest_quality', name: 'quality' } as const];
    const rows = listRows(40);
    const plan = makePlan({ table, estimates, groups, taskOf, taskCount: 0, rows, requests });
    expect(plan.fallbackOrder).toEqual([2, 1, 0]);
  });
});

describe('an objective that keeps quality', () => {
  it('spends as little as keeps it', () => {
    const { objective, constant, quality, costUsd } = resolve(keep);
    expect(objective).toMatchObject({
      description: "98 % of the best single model's quality at the lowest cost",
      promise: 'shown',
      constantPromise: 'shown',
    });
    expect(constant).toBe('large');
    expect(quality).toBeCloseTo(0.9, 6);
    expect(costUsd).toBeCloseTo(0.0055, 6);
  });

  it('waits as little as keeps it, where latency is asked for', () => {
    const { objective, latencyMs } = resolve({ ...keep, lowest: 'latency' });
    expect(objective.description).toContain('lowest latency');
    expect(objective.costWeightPerUsd).toBe(0);
    expect(latencyMs).toBeCloseTo(550, 6);
  });

  it('is to save cost, whatever the weight, and latency where that is asked for', () => {
    expect(resolve(keep).objective.saves).toBe('cost');
    expect(resolve({ ...keep, lowest: 'latency' }).objective.saves).toBe('latency');
    expect(resolve({ kind: 'highest_quality', name: 'quality' }).objective).not.toHaveProperty(
      'saves',
    );
  });

  it('routes where the models that seem best are the cheaper ones, so that no weight is needed', () => {
    const { table, estimates, ...input } = buildInput(800);
    // On easy prompts, "small" is estimated to be a little better.
    const quality = table.quality.map((value, cell) => (cell % 4 === 1 ? value - 0.05 : value));
    const plan = makePlan({
      ...input,
      table,
      estimates: { ...estimates, quality },
      requests: [keep],
    });
    expect(plan.objectives[0]).toMatchObject({ costWeightPerUsd: 0, saves: 'cost' });
    const heldOut = buildHeldOut(table, {
      estimates: { ...estimates, quality },
      folds: [{ rows: input.rows, plan }],
    });
    const { advice, objectives } = computeEvaluation(heldOut, 1, { plan });
    expect(advice).toMatchObject({ kind: 'route', routed: ['keep'] });
    // What is saved is of the plan, not of the file.
    expect(objectives[0]).not.toHaveProperty('saves');
  });

  it('keeps against the baseline, where one is named', () => {
    const { objective, constant, costUsd } = resolve(keep, 1000, 'small');
    expect(objective.description).toContain("98 % of small's quality");
    expect(constant).toBe('small');
    expect(costUsd).toBeCloseTo(0.001, 6);
  });

  it('is not shown for routing by forty prompts, and then names one model; a point estimate routes', () => {
    const bound = resolve(keep, 40);
    // The best single model keeps its own quality, and is clearly better than the other one.
    expect(bound.objective).toMatchObject({ onlyModel: 1, promise: 'shown' });
    expect(bound.costUsd).toBeCloseTo(0.01, 6);
    const point = resolve({ ...keep, guarantee: 'point' }, 40);
    expect(point.objective).not.toHaveProperty('promise');
    expect(point.costUsd).toBeCloseTo(0.0055, 6);
  });

  it('is never called broken by the model whose quality it promises', () => {
    // Neither of two equal models is shown to keep 98 % of the other's quality on 30 prompts.
    const table = buildOutcomeTable(
      ['small', 'large'],
      Array.from({ length: 30 }, (_, row) => ({
        quality: row % 2 === 0 ? [0, 1] : row === 1 ? [0.9, 0] : [1, 0],
        costUsd: [0.001, 0.01],
      })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table, {});
    const plan = makePlan({
      table,
      estimates: { ...estimates, quality: table.quality.map(() => 0.5) },
      groups,
      taskOf,
      taskCount: 1,
      rows: listRows(30),
      requests: [keep],
    });
    expect(plan.baseline).toBe(1);
    expect(plan.constants).toEqual([1]);
    expect(plan.objectives[0]).toMatchObject({ onlyModel: 1 });
    expect(plan.objectives[0]).not.toHaveProperty('promise');
    expect(plan.objectives[0]).not.toHaveProperty('constantPromise');
  });
});

/**
 * Named models with the share of the prompts that each can take, counted from the first prompt or,
 * where it is negative, from the last.
 */
function planLimited(
  models: Record<
    string,
    { readonly takes: number; readonly quality: (row: number) => number | null }
  >,
  options: { readonly baseline?: string; readonly guarantee?: 'point' } = {},
) {
  const count = 300;
  const ids = Object.keys(models);
  const all = Object.values(models);
  const table = buildOutcomeTable(
    ids,
    Array.from({ length: count }, (_, row) => ({
      quality: all.map(({ quality }) => quality(row)),
      costUsd: all.map((_one, model) => 0.001 * (model + 1)),
    })),
  );
  const { estimates, groups, taskOf } = buildHeldOut(table);
  const { baseline, guarantee } = options;
  const plan = makePlan({
    table,
    estimates: {
      ...estimates,
      // An estimate is the same for every prompt: routing has nothing to go by.
      quality: table.quality.map(() => 0.5),
      feasible: Uint8Array.from(
        Array.from({ length: count }).flatMap((_, row) =>
          all.map(({ takes }) =>
            Number(takes >= 0 ? row < takes * count : row >= count + takes * count),
          ),
        ),
      ),
    },
    groups,
    taskOf,
    taskCount: 0,
    rows: listRows(count),
    ...(baseline !== undefined && { baseline }),
    requests: [
      { kind: 'highest_quality', name: 'quality' },
      { ...keep, ...(guarantee !== undefined && { guarantee }) },
    ],
  });
  const [best, kept] = plan.constants.map((model) => ids[model]);
  return { baseline: ids[plan.baseline], best, kept, objective: plan.objectives[1] };
}

describe('a named baseline that cannot take many of the prompts', () => {
  const weak = { takes: 1, quality: () => 0.3 };

  it('stays the only model where no other keeps its quality, and shows no promise', () => {
    const named = { takes: 0.9, quality: () => 0.9 };
    for (const models of [
      { named, weak, poor: weak },
      { weak, named, poor: weak },
      { weak, poor: weak, named },
    ]) {
      const { kept, objective } = planLimited(models, { baseline: 'named' });
      expect(kept).toBe('named');
      expect(objective).toMatchObject({ promise: 'not_shown', constantPromise: 'not_shown' });
      expect(planLimited(models, { baseline: 'named', guarantee: 'point' }).kept).toBe('named');
    }
  });

  it('keeps its promise where those that take its prompts are at least as good on them', () => {
    const named = { takes: 0.9, quality: (row: number) => (row < 270 ? 0.9 : 0) };
    const { kept, objective } = planLimited({ weak, named }, { baseline: 'named' });
    expect(kept).toBe('named');
    expect(objective).toMatchObject({ promise: 'shown', constantPromise: 'shown' });
  });

  it('makes way for a cheaper model that keeps its quality', () => {
    const named = { takes: 0.9, quality: () => 0.9 };
    const able = { takes: 1, quality: () => 0.95 };
    const { kept, objective } = planLimited({ able, named, weak }, { baseline: 'named' });
    expect(kept).toBe('able');
    expect(objective).toMatchObject({ constantPromise: 'shown' });
  });
});

describe('the best single model', () => {
  it('is the only one that takes the prompts, though it has fewer outcomes than the others', () => {
    const { baseline, best } = planLimited({
      text: { takes: 0.9, quality: () => 0.2 },
      words: { takes: 0.9, quality: () => 0.7 },
      images: { takes: 1, quality: (row) => (row % 16 === 0 ? null : 0.6) },
    });
    expect([baseline, best]).toEqual(['images', 'images']);
  });

  it('is one that takes nearly all prompts which any model takes', () => {
    const { best } = planLimited({
      front: { takes: 0.6, quality: () => 0.9 },
      back: { takes: -0.6, quality: () => 0.8 },
      most: { takes: 0.97, quality: () => 0.5 },
    });
    expect(best).toBe('most');
  });

  it('takes more prompts than the others where none takes nearly all', () => {
    const { best } = planLimited({
      front: { takes: 0.6, quality: () => 0.8 },
      back: { takes: -0.58, quality: () => 0.9 },
    });
    expect(best).toBe('front');
  });
});

describe('an objective with a limit', () => {
  const limitCost = { kind: 'limit_cost', name: 'limit' } as const;
  const limitLatency = { kind: 'limit_latency', name: 'limit' } as const;

  it('has the highest quality that the cost allows', () => {
    const { objective, constant, quality, costUsd } = resolve({
      ...limitCost,
      maxCostPerRequestUsd: 0.006,
    });
    expect(objective).toMatchObject({ promise: 'shown', constantPromise: 'shown' });
    expect(objective.description).toBe(
      'highest quality for at most $6 per 1,000 requests on average',
    );
    expect(quality).toBeCloseTo(0.9, 6);
    expect(costUsd).toBeCloseTo(0.0055, 6);
    expect(constant).toBe('small');
  });

  it('goes to the cheapest model where nothing else is cheap enough', () => {
    const { costUsd, objective } = resolve({ ...limitCost, maxCostPerRequestUsd: 0.0015 });
    expect(objective.promise).toBe('shown');
    expect(costUsd).toBeCloseTo(0.001, 6);
  });

  it('names the nearest model, and shows nothing, where none is cheap enough', () => {
    const { objective } = resolve({ ...limitCost, maxCostPerRequestUsd: 0.0001 });
    expect(objective).toMatchObject({ onlyModel: 0, promise: 'not_shown' });
  });

  it('saves nothing where every model keeps the limit', () => {
    const saved = (request: ObjectiveRequest) => resolve(request).objective.saves;
    expect(saved({ ...limitCost, maxCostPerRequestUsd: 0.006 })).toBe('cost');
    expect(saved({ ...limitCost, maxCostPerRequestUsd: 0.02 })).toBeUndefined();
    expect(saved({ ...limitLatency, maxLatencyP95Ms: 500 })).toBe('latency');
    expect(saved({ ...limitLatency, maxLatencyP95Ms: 1500 })).toBeUndefined();
  });

  it('has the highest quality that lets 95 of 100 answers be in time', () => {
    const strict = resolve({ ...limitLatency, maxLatencyP95Ms: 500 });
    expect(strict.objective.promise).toBe('shown');
    expect(strict.latencyMs).toBeCloseTo(100, 6);
    const loose = resolve({ ...limitLatency, maxLatencyP95Ms: 1500 });
    expect(loose.quality).toBeCloseTo(0.9, 6);
  });
});

describe('a limit of cost, beside a model that costs far more than any answer of another one', () => {
  it('is shown by what the other one may cost', () => {
    const table = buildOutcomeTable(
      ['mini', 'pro', 'max'],
      Array.from({ length: 200 }, (_, row) => ({
        quality: [row % 10 < 7 ? 1 : 0, row % 10 < 8 ? 1 : 0, row % 10 < 9 ? 1 : 0],
        costUsd: [0.0003, 0.0017 + 0.0001 * (row % 2), 0.0173],
      })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    const plan = makePlan({
      table,
      estimates,
      groups,
      taskOf,
      taskCount: 0,
      rows: listRows(200),
      requests: [{ kind: 'limit_cost', name: 'limit', maxCostPerRequestUsd: 0.002 }],
    });
    expect(table.models[plan.constants[0] as number]).toBe('pro');
    expect(plan.objectives[0]).toMatchObject({ constantPromise: 'shown' });
  });
});

describe('a limit, where the best model lacks outcomes of costly and slow prompts', () => {
  // Without these, it costs $10.8 per 1,000 requests, and 2.7 % of its answers are late.
  function limit(request: ObjectiveRequest, isMissing: boolean) {
    const { table, estimates, groups, taskOf } = buildHeldOut(
      buildOutcomeTable(
        ['cheap', 'strong'],
        Array.from({ length: 1000 }, (_, row) => {
          const isHard = row % 10 === 0;
          const known = !isMissing || !isHard || row % 40 === 0;
          return {
            quality: [isHard ? 0.1 : 0.7, known ? (isHard ? 0.3 : 0.9) : null],
            costUsd: [isHard ? 0.004 : 0.001, known ? (isHard ? 0.04 : 0.01) : null],
            latencyMs: [isHard ? 2000 : 100, known ? (isHard ? 4000 : 200) : null],
          };
        }),
      ),
    );
    const quality = table.quality.map((_, cell) => (cell % 2 === 1 ? 0.9 : 0.7));
    const costUsd = table.quality.map((_, cell) => (cell % 2 === 1 ? 0.01 : 0.001));
    const plan = makePlan({
      table,
      estimates: { ...estimates, quality, costUsd, latencyMs: costUsd.map((cost) => 1e5 * cost) },
      groups,
      taskOf,
      taskCount: 0,
      rows: listRows(1000),
      requests: [request],
    });
    return {
      objective: plan.objectives[0] as PlannedObjective,
      constant: table.models[plan.constants[0] as number],
    };
  }
  const limitCost = (maxCostPerRequestUsd: number) =>
    ({ kind: 'limit_cost', name: 'limit', maxCostPerRequestUsd }) as const;
  const limitLatency = (maxLatencyP95Ms: number) =>
    ({ kind: 'limit_latency', name: 'limit', maxLatencyP95Ms }) as const;

  it('is not kept by a model whose shown mean is above it', () => {
    expect(limit(limitCost(0.012), true)).toMatchObject({
      constant: 'cheap',
      objective: { promise: 'shown', constantPromise: 'shown', saves: 'cost' },
    });
    const loose = limit(limitCost(0.02), true);
    expect(loose).toMatchObject({ constant: 'strong', objective: { promise: 'shown' } });
    expect(loose.objective.saves).toBeUndefined();
  });

  it('is not shown for any model where all break it', () => {
    expect(limit(limitLatency(500), true).objective).toMatchObject({
      promise: 'not_shown',
      saves: 'latency',
    });
    expect(limit(limitLatency(5000), true)).toMatchObject({
      constant: 'strong',
      objective: { promise: 'shown' },
    });
  });

  it('decides as with all outcomes', () => {
    for (const request of [limitCost(0.012), limitCost(0.02), limitLatency(500)]) {
      const [found, whole] = [limit(request, true), limit(request, false)];
      expect(found.constant).toBe(whole.constant);
      expect(found.objective.promise).toBe(whole.objective.promise);
      expect(found.objective.saves).toBe(whole.objective.saves);
    }
  });
});

describe('where no model is shown to be in time', () => {
  it('names the model that is late least often, not the one with the fewest known latencies', () => {
    // Of `sparse`, nine of ten answers are late, but few are timed.
    const table = buildOutcomeTable(
      ['sparse', 'timed'],
      Array.from({ length: 100 }, (_, row) => ({
        quality: [0.9, 0.8],
        costUsd: [0.001, 0.01],
        latencyMs: [row < 60 ? (row % 10 === 0 ? 100 : 1000) : null, row % 5 < 3 ? 1000 : 100],
      })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    const plan = makePlan({
      table,
      estimates,
      groups,
      taskOf,
      taskCount: 0,
      rows: listRows(100),
      requests: [{ kind: 'limit_latency', name: 'soon', maxLatencyP95Ms: 500 }],
    });
    expect(plan.objectives[0]).toMatchObject({ promise: 'not_shown' });
    expect(table.models[plan.constants[0] as number]).toBe('timed');
  });
});

describe('the limit of novelty', () => {
  /** The limit where the first `wordless` of 1,000 prompts share no word with training. */
  function findLimit(wordless: number): number {
    const input = buildInput(1000);
    const novelty = Float32Array.from({ length: 1000 }, (_, row) =>
      row < wordless ? 1 : row === 999 ? 0.9 : 0.6,
    );
    const requests = [{ kind: 'highest_quality', name: 'quality' } as const];
    return makePlan({ ...input, requests, estimates: { ...input.estimates, novelty } })
      .noveltyLimit;
  }

  it('is what one in 200 prompts exceeds, without those that share no word with training', () => {
    expect(findLimit(0)).toBe(0.6);
    expect(findLimit(20)).toBe(0.6);
    expect(findLimit(500)).toBe(0.6);
  });

  it('is 1 where no prompt shares a word with training', () => {
    expect(findLimit(1000)).toBe(1);
  });
});

describe('the standard objectives', () => {
  it('are left out where their costs or latencies are not known', () => {
    const input = buildInput(60);
    const names = (changes: Partial<typeof input.table>): string[] =>
      makePlan({ ...input, table: { ...input.table, ...changes } }).objectives.map(
        ({ name }) => name,
      );
    const unknown = input.table.costUsd.map(() => Number.NaN);
    expect(names({})).toEqual(['quality', 'balanced', 'cost', 'fast']);
    expect(names({ costUsd: unknown })).toEqual(['quality', 'fast']);
    expect(names({ latencyMs: unknown })).toEqual(['quality', 'balanced', 'cost']);
  });
});

describe('model means', () => {
  it('are taken over what was recorded', () => {
    const table = buildOutcomeTable(
      ['a', 'b'],
      [{ quality: [1, null] }, { quality: [0, null] }, { quality: [null, 0.5] }],
    );
    const { quality, costUsd } = computeModelMeans(table, listRows(3));
    expect(quality).toEqual([0.5, 0.5]);
    expect(costUsd).toEqual([Number.NaN, Number.NaN]);
  });
});
