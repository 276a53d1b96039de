import { describe, expect, it } from 'vitest';
import {
  borrowRouting,
  findStricterRouting,
} from '../../../../src/learn/evaluate/plan/borrow-routing.js';
import type { PromisingRequest } from '../../../../src/learn/evaluate/plan/objective-request.js';
import type { PlannedObjective } from '../../../../src/learn/evaluate/plan/trained-plan.js';
import type { ObjectiveEvidence } from '../../../../src/policy/file/policy.js';
import { buildPlan } from '../../../support/held-out.js';
import { buildObjective } from '../../../support/routing-policy.js';

const means = { quality: [0.9, 0.7], costUsd: [0.01, 0.001], latencyMs: [900, 100] };

const keep = (name: string, keepQuality: number, lowest: 'cost' | 'latency' = 'cost') =>
  ({ kind: 'keep_quality', name, keepQuality, lowest }) as const;
const spend = (name: string, maxCostPerRequestUsd: number) =>
  ({ kind: 'limit_cost', name, maxCostPerRequestUsd }) as const;
const wait = (name: string, maxLatencyP95Ms: number) =>
  ({ kind: 'limit_latency', name, maxLatencyP95Ms }) as const;

function plan(
  request: PromisingRequest,
  changes: Partial<PlannedObjective> = {},
): PlannedObjective {
  return { ...buildObjective({ name: request.name }), request, promise: 'shown', ...changes };
}

function show(
  objective: string,
  figures: Partial<Pick<ObjectiveEvidence, 'routes' | 'quality' | 'costUsd' | 'latencyMs'>>,
): ObjectiveEvidence {
  const difference = { mean: 0, low: 0, high: 0 };
  return {
    objective,
    routes: true,
    bestConstant: 'large',
    quality: 0.92,
    constantQuality: 0.9,
    qualityDifference: difference,
    costUsd: 0.005,
    constantCostUsd: 0.01,
    utilityDifference: difference,
    ...figures,
  };
}

describe('the routing of a stricter promise', () => {
  const find = (
    objectives: readonly PlannedObjective[],
    evidence: readonly ObjectiveEvidence[],
    constant = 0,
  ) =>
    findStricterRouting(
      buildPlan({ objectives, constants: objectives.map(() => constant) }),
      evidence,
      means,
    );
  const two = [plan(keep('balanced', 0.99)), plan(keep('cost', 0.97))];
  const failed = show('cost', { routes: false });

  it('is used where the weaker one would use a model that does worse', () => {
    expect([...find(two, [show('balanced', {}), failed])]).toEqual([[1, 0]]);
  });

  it.each([
    ['routes itself', two, [show('balanced', {}), show('cost', {})], 0],
    ['has a less expensive model', two, [show('balanced', {}), failed], 1],
    ['is stricter', two, [show('balanced', { routes: false }), show('cost', {})], 0],
    [
      'asks for something else',
      [plan(keep('fast', 0.99, 'latency')), plan(keep('cost', 0.97))],
      [show('fast', {}), failed],
      0,
    ],
  ] as const)('is not used where the other one %s', (_, objectives, evidence, constant) => {
    expect([...find(objectives, evidence, constant)]).toEqual([]);
  });

  it.each([
    ['does not route', {}, { routes: false }],
    ['is not shown to be kept', { promise: 'not_shown' }, {}],
    ['is served by one model', { onlyModel: 0 }, {}],
  ] as const)('is not used where it %s', (_, planned, shown) => {
    const [strict, weak] = two;
    if (strict === undefined || weak === undefined) throw new RangeError();
    expect([...find([{ ...strict, ...planned }, weak], [show('balanced', shown), failed])]).toEqual(
      [],
    );
  });

  it('is used under limits where its quality is higher than that of the model', () => {
    for (const limit of [spend, wait]) {
      const objectives = [plan(limit('low', 1)), plan(limit('high', 2))];
      const evidence = [show('low', {}), show('high', { routes: false })];
      expect([...find(objectives, evidence)]).toEqual([[1, 0]]);
      const worse = [show('low', { quality: 0.8 }), show('high', { routes: false })];
      expect([...find(objectives, worse)]).toEqual([]);
    }
  });

  it('changes how the objective routes, and neither its name nor what it asks for', () => {
    const strict = plan(keep('balanced', 0.99), { costWeightPerUsd: 7, margin: 0.02 });
    const weak = plan(keep('cost', 0.97), { onlyModel: 1, description: 'cheap', saves: 'cost' });
    const given = buildPlan({ objectives: [strict, weak] });
    const { objectives } = borrowRouting(given, new Map([[1, 0]]));
    expect(objectives[0]).toEqual(strict);
    expect(objectives[1]).toMatchObject({
      name: 'cost',
      description: 'cheap',
      request: weak.request,
      saves: 'cost',
      costWeightPerUsd: 7,
      margin: 0.02,
      promise: 'shown',
    });
    expect(objectives[1]).not.toHaveProperty('onlyModel');
  });
});
