import { describe, expect, it } from 'vitest';
import { buildObjective } from '../../support/routing-policy.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { buildReport } from '../../support/report.js';
import { computeMoney } from '../../../src/learn/report/compute-money.js';
import type { Volume } from '../../../src/learn/report/report.js';

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
