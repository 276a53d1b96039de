import type { TrainedPlan } from '../evaluate/plan/trained-plan.js';
import type { Objective, Verdict } from '../../policy/file/policy.js';

/**
 * An objective of a plan as the policy has it: with the one model to use, where routing does not pay
 * or was not shown to keep what is promised.
 *
 * @param index the objective's place in the plan
 */
export function finishObjective(
  plan: TrainedPlan,
  index: number,
  verdict: Verdict,
  models: readonly string[],
): Objective {
  const planned = plan.objectives[index];
  if (planned === undefined) throw new RangeError(`a plan has no objective ${index}`);
  const { onlyModel, constantPromise, promise, ...objective } = planned;
  const routes = verdict.evidence.some((item) => item.objective === planned.name && item.routes);
  const only = routes ? onlyModel : plan.constants[index];
  const kept = routes ? promise : constantPromise;
  return {
    ...objective,
    constantModel: only === undefined ? undefined : models[only],
    ...(kept !== undefined && { promise: kept }),
  };
}
