import { describe, expect, it } from 'vitest';
import { buildObjective } from '../../support/routing-policy.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { buildReport } from '../../support/report.js';
import type { DeliveredObjective } from '../../../src/learn/evaluate/delivery/compute-delivery.js';
import type { SliceStrategy } from '../../../src/learn/evaluate/diagnose/slices.js';
import type { SingleModelResult } from '../../../src/learn/evaluate/delivery/single-models.js';
import { computePoints } from '../../../src/learn/report/compute-points.js';
import { computeMoney } from '../../../src/learn/report/compute-money.js';
import type { Volume } from '../../../src/learn/report/report.js';
import type { Interval } from '../../../src/policy/file/policy.js';

const { evaluation } = buildReport(buildPlantedOutcomes(400, { seed: 1 }));
const monthly: Volume = { kind: 'monthly', requests: 50_000 };
const baseline = 'north';
const now = evaluation.strategies.find(({ name }) => name === 'best single');
const routed = evaluation.strategies.find(({ name }) => name === 'routed: quality');

describe('the bill', () => {
  it('is what the evaluation says of a request, times the requests', () => {
    const money = computeMoney(evaluation, { volume: monthly, baseline });
    expect(money.now.costUsd).toBeCloseTo(50_000 * (now?.costUsd ?? 0), 6);
    expect(money.headline).toMatchObject({ objective: 'quality', pays: true, model: null });
    expect(money.headline?.costUsd).toBeCloseTo(50_000 * (routed?.costUsd ?? 0), 6);
    expect(money.headline?.savedShare).toEqual(routed?.costSaved);
    expect(money.headline?.savedUsd?.mean).toBeCloseTo(
      (money.now.costUsd ?? 0) - (money.headline?.costUsd ?? 0),
      6,
    );
  });

  it('of a mix like the run is that of the run', () => {
    const requestsOfTask = Object.fromEntries(
      evaluation.slices.tasks.map(({ name, prompts }) => [name, 125 * prompts]),
    );
    const mix: Volume = { kind: 'mix', requests: 50_000, requestsOfTask };
    const plain = computeMoney(evaluation, { volume: monthly, baseline });
    const mixed = computeMoney(evaluation, { volume: mix, baseline });
    expect(mixed.now.costUsd).toBeCloseTo(plain.now.costUsd ?? 0, 6);
    expect(mixed.headline?.quality).toBeCloseTo(plain.headline?.quality ?? 0, 9);
    const [one, other] = [mixed.headline?.savedUsd, plain.headline?.savedUsd];
    expect(one?.mean).toBeCloseTo(other?.mean ?? 0, 6);
    // Joined from the tasks' intervals, against a bootstrap over all.
    expect((one?.high ?? 0) - (one?.low ?? 0)).toBeLessThan(
      2 * ((other?.high ?? 0) - (other?.low ?? 0)),
    );
  });

  describe('of a mix that is not like the run', () => {
    const [first] = evaluation.slices.tasks;
    if (first === undefined) throw new RangeError('the outcomes have no task');
    const mix: Volume = { kind: 'mix', requests: 100, requestsOfTask: { [first.name ?? '']: 100 } };
    const measure = (changes: Partial<SliceStrategy>, shift = 0) => {
      const strategies = first.strategies.map((one) =>
        one.name.startsWith('routed') ? { ...one, ...changes } : one,
      );
      const slices = { ...evaluation.slices, tasks: [{ ...first, strategies }] };
      const delivered = evaluation.strategies.flatMap((one): DeliveredObjective[] =>
        one.kind === 'routed' && one.costUsd !== null && one.costSaved !== null
          ? [
              {
                ...one,
                objective: 'quality',
                model: null,
                promptsBeyondModel: 0,
                weighsLatency: false,
                costUsd: one.costUsd * (1 - shift),
                costSaved: { ...one.costSaved, mean: one.costSaved.mean + shift },
              },
            ]
          : [],
      );
      const changed = { ...evaluation, slices, delivery: { baseline, objectives: delivered } };
      return computeMoney(changed, { volume: mix, baseline }).headline;
    };

    it('is not moved by what refitting does on the prompts of the run', () => {
      const unrouted = first.strategies.find(({ name }) => !name.startsWith('routed'));
      const none = { mean: 0, low: 0, high: 0 };
      const same = measure({ costUsd: unrouted?.costUsd ?? null, costSavedUsd: none }, 0.1);
      expect(same?.costUsd).toBeCloseTo(100 * (unrouted?.costUsd ?? 0), 9);
      expect(same?.savedShare).toEqual(none);
    });

    it('never saves more than all, and never gains more than one has', () => {
      const found = measure({
        costUsd: 0.0001,
        costSavedUsd: { mean: 0.0099, low: 0.001, high: 0.5 },
        qualityDifference: { mean: 0.9, low: 0.5, high: 1.3 },
      });
      expect(found?.savedShare?.high).toBeLessThanOrEqual(1);
      expect(found?.qualityDifference?.high).toBe(1);
    });
  });

  it('of an objective that the policy serves with one model is that model’s', () => {
    const policy = {
      objectives: [buildObjective({ constantModel: 'south' })],
      defaultObjective: 'quality',
    };
    const { headline } = computeMoney(evaluation, { volume: monthly, baseline, policy });
    const south = evaluation.models.find(({ model }) => model === 'south');
    expect(headline).toMatchObject({ model: 'south', quality: south?.quality });
    expect(headline?.costUsd).toBeCloseTo(50_000 * (south?.costUsd ?? 0), 6);
  });

  describe('where the model in use lacks outcomes', () => {
    const south = evaluation.models.find(({ model }) => model === 'south') as SingleModelResult;
    const nowUsd = now?.costUsd ?? 0;
    const policy = {
      objectives: [buildObjective({ constantModel: 'south' })],
      defaultObjective: 'quality',
    };
    /** The bill of a model that costs as much of all prompts as is given, and saves on shared ones. */
    const bill = (costUsd: number, costSaved: Interval) => {
      const models = evaluation.models.map((one) =>
        one === south ? { ...south, costUsd, costSaved } : one,
      );
      return computeMoney({ ...evaluation, models }, { volume: monthly, baseline, policy })
        .headline;
    };

    it('saves the difference of the two costs, within the range of shared prompts', () => {
      const found = bill(0.78 * nowUsd, { mean: 0.2, low: 0.15, high: 0.25 });
      expect(found?.costUsd).toBeCloseTo(50_000 * 0.78 * nowUsd, 6);
      expect(found?.savedShare?.mean).toBeCloseTo(0.22, 9);
      expect(found?.savedShare?.low).toBeCloseTo(0.17, 9);
      expect(found?.savedUsd?.mean).toBeCloseTo(50_000 * 0.22 * nowUsd, 6);
    });

    it('has no saving that contradicts the two costs', () => {
      const found = bill(nowUsd, { mean: 0.2, low: 0.15, high: 0.25 });
      expect(found?.costUsd).toBeCloseTo(50_000 * nowUsd, 6);
      expect(found).toMatchObject({ savedShare: null, savedUsd: null });
    });
  });

  it('of a model that some prompts are beyond is what the file delivers, and unknown for a mix', () => {
    const south = evaluation.models.find(({ model }) => model === 'south') as SingleModelResult;
    const delivered: DeliveredObjective = {
      ...south,
      objective: 'quality',
      latencySaved: null,
      qualityDifference: { mean: -0.02, low: -0.03, high: -0.01 },
      quality: 0.7,
      costUsd: 0.004,
      promptsBeyondModel: 20,
      weighsLatency: false,
      unknownOutcomes: 0,
    };
    const limited = {
      ...evaluation,
      verdict: {
        ...evaluation.verdict,
        evidence: evaluation.verdict.evidence.map((one) => ({ ...one, bestConstant: 'south' })),
      },
      delivery: { baseline, objectives: [delivered] },
    };
    const policy = {
      objectives: [buildObjective({ constantModel: 'south' })],
      defaultObjective: 'quality',
    };
    const { headline, objectives } = computeMoney(limited, { volume: monthly, baseline, policy });
    expect(headline).toMatchObject({
      model: 'south',
      promptsBeyondModel: 20,
      quality: 0.7,
      qualityDifference: delivered.qualityDifference,
    });
    expect(headline?.costUsd).toBeCloseTo(200, 6);
    // As the model that is hardest to beat, it is alone.
    expect(objectives.length).toBeGreaterThan(0);
    for (const { bestConstant } of objectives) {
      expect(bestConstant).toMatchObject({ model: 'south', quality: south.quality });
    }
    const name = evaluation.slices.tasks[0]?.name ?? '';
    const mix: Volume = { kind: 'mix', requests: 100, requestsOfTask: { [name]: 100 } };
    const mixed = computeMoney(limited, { volume: mix, baseline, policy });
    expect(mixed.headline).toMatchObject({ model: 'south', quality: null, costUsd: null });
    const points = computePoints(limited, baseline, null);
    expect(points.find((point) => point.name === 'quality')).toMatchObject({ quality: 0.7 });
    const whole = { ...delivered, promptsBeyondModel: 0 };
    const alone = { ...evaluation, delivery: { baseline, objectives: [whole] } };
    expect(computePoints(alone, baseline, null).map((point) => point.name)).not.toContain(
      'quality',
    );
  });

  it('of a mix is unknown where it has a task without results', () => {
    const name = evaluation.slices.tasks[0]?.name ?? '';
    const requestsOfTask = { [name]: 100, unseen: 100 };
    const mix: Volume = { kind: 'mix', requests: 200, requestsOfTask };
    const { headline } = computeMoney(evaluation, { volume: mix, baseline });
    expect(headline).toMatchObject({ quality: null, costUsd: null, savedUsd: null });
  });

  it('says which default of the policy was not evaluated', () => {
    const policy = { objectives: [buildObjective()], defaultObjective: 'keep-98' };
    const settings = { volume: monthly, baseline, policy };
    expect(computeMoney(evaluation, settings).notEvaluated).toBe('keep-98');
    expect(computeMoney(evaluation, { ...settings, objective: 'cost' }).notEvaluated).toBeNull();
    const evaluated = { ...policy, defaultObjective: 'quality' };
    expect(computeMoney(evaluation, { ...settings, policy: evaluated }).notEvaluated).toBeNull();
  });

  it('of an objective that the policy lacks is as evaluated, and never the headline by itself', () => {
    const constant = buildObjective({ constantModel: 'south' });
    const policy = { objectives: [constant], defaultObjective: 'quality' };
    const settings = { volume: monthly, baseline, policy };
    const money = computeMoney(evaluation, settings);
    expect(money.headline).toMatchObject({ objective: 'quality', isInPolicy: true });
    const foreign = money.objectives.find(({ objective }) => objective === 'cost');
    const routedCost = evaluation.strategies.find(({ name }) => name === 'routed: cost');
    expect(foreign).toMatchObject({ model: null, isInPolicy: false });
    expect(foreign?.costUsd).toBeCloseTo(50_000 * (routedCost?.costUsd ?? 0), 6);
    expect(computeMoney(evaluation, { ...settings, objective: 'cost' }).headline).toEqual(foreign);
    const alone = computeMoney(evaluation, { volume: monthly, baseline });
    expect(alone.objectives.every(({ isInPolicy }) => isInPolicy)).toBe(true);
  });

  it('has no figures of routing that the policy file was planned otherwise for, and its evidence', () => {
    const evidence = evaluation.verdict.evidence.find(({ objective }) => objective === 'quality');
    if (evidence === undefined) throw new Error('the evaluation has no such evidence');
    const objectives = [buildObjective(), buildObjective({ name: 'cost', constantModel: 'south' })];
    const plannedOtherwise = new Map([
      ['quality', { ...evidence, routes: true, bestConstant: 'south' }],
      ['cost', { ...evidence, objective: 'cost', routes: false }],
    ]);
    const policy = { objectives, defaultObjective: 'quality', plannedOtherwise };
    const money = computeMoney(evaluation, { volume: monthly, baseline, policy });
    const [quality, cost] = money.objectives;
    expect(quality).toMatchObject({
      pays: true,
      model: null,
      isPlannedAlike: false,
      costUsd: null,
      quality: null,
      bestConstant: { model: 'south' },
    });
    const south = evaluation.models.find(({ model }) => model === 'south');
    expect(cost).toMatchObject({ pays: false, model: 'south', quality: south?.quality });
  });

  it('speaks of the objective that was asked for, or of the first that pays', () => {
    const asked = computeMoney(evaluation, { volume: monthly, baseline, objective: 'cost' });
    expect(asked.headline?.objective).toBe('cost');
    const [first, ...others] = evaluation.objectives;
    const changed = {
      ...evaluation,
      objectives: [{ ...first, constantModel: 'south' }, ...others],
    } as typeof evaluation;
    const money = computeMoney(changed, { volume: monthly, baseline });
    expect(money.headline?.objective).toBe('cost');
    expect(money.objectives[0]).toMatchObject({ model: 'south' });
  });
});
