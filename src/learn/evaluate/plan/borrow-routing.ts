import type { ObjectiveEvidence } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import type { ModelMeans } from '../strategies/model-means.js';
import type { PromisingRequest } from './objective-request.js';
import type { PlannedObjective, TrainedPlan } from './trained-plan.js';

/** Indices of objectives that are to route as another one does, with the index of that one. */
export type Borrowed = ReadonlyMap<number, number>;

/**
 * Finds objectives that would use one model although one with a stricter promise of the same kind routes, is
 * shown to keep its promise, and does better than that model by what they ask for: what keeps 99 % of the
 * quality keeps 97 %, too, so no test is added.
 */
export function findStricterRouting(
  plan: TrainedPlan,
  evidence: readonly ObjectiveEvidence[],
  means: ModelMeans,
): Borrowed {
  const evidenceOf = ({ name }: PlannedObjective): ObjectiveEvidence | undefined =>
    evidence.find(({ objective, routes }) => routes && objective === name);
  const isRouted = (objective: PlannedObjective): boolean =>
    objective.onlyModel === undefined && evidenceOf(objective) !== undefined;
  const borrowed = new Map<number, number>();
  plan.objectives.forEach((objective, index) => {
    const { request } = objective;
    if (request === undefined || isRouted(objective)) return;
    let best = measureModel(request, means, plan.constants[index] ?? -1);
    plan.objectives.forEach((other, place) => {
      if (other.promise !== 'shown' || !isRouted(other) || !implies(other.request, request)) return;
      const value = measureRouting(request, evidenceOf(other));
      if (!(value > best)) return;
      best = value;
      borrowed.set(index, place);
    });
  });
  return borrowed;
}

/** The plan with objectives that route as others do; they keep their names, and what they ask for. */
export function borrowRouting(plan: TrainedPlan, borrowed: Borrowed): TrainedPlan {
  const objectives = plan.objectives.map((own, index): PlannedObjective => {
    const other = plan.objectives[borrowed.get(index) ?? -1];
    if (other === undefined) return own;
    const { name, description, request, saves, constantPromise } = own;
    return { ...other, name, description, request, saves, constantPromise };
  });
  return { ...plan, objectives };
}

/** Whether what keeps the stricter promise keeps the other one. */
function implies(stricter: PromisingRequest | undefined, weaker: PromisingRequest): boolean {
  switch (weaker.kind) {
    case 'keep_quality':
      return (
        stricter?.kind === 'keep_quality' &&
        stricter.lowest === weaker.lowest &&
        stricter.keepQuality > weaker.keepQuality
      );
    case 'limit_cost':
      return (
        stricter?.kind === 'limit_cost' &&
        stricter.maxCostPerRequestUsd < weaker.maxCostPerRequestUsd
      );
    case 'limit_latency':
      return (
        stricter?.kind === 'limit_latency' && stricter.maxLatencyP95Ms < weaker.maxLatencyP95Ms
      );
  }
}

/** What a request maximizes, of one model; NaN where unknown. */
function measureModel(request: PromisingRequest, means: ModelMeans, model: number): number {
  if (request.kind !== 'keep_quality') return valueAt(means.quality, model);
  return -valueAt(request.lowest === 'cost' ? means.costUsd : means.latencyMs, model);
}

/** The same, of routing on held-out prompts. */
function measureRouting(
  request: PromisingRequest,
  evidence: ObjectiveEvidence | undefined,
): number {
  if (request.kind !== 'keep_quality') return evidence?.quality ?? Number.NaN;
  return -((request.lowest === 'cost' ? evidence?.costUsd : evidence?.latencyMs) ?? Number.NaN);
}
