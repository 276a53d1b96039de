import type { Objective, Verdict } from '../../../policy/file/policy.js';
import type { TrainedPlan } from './trained-plan.js';

/**
 * An objective of a plan as the policy has it: with a single model to use where routing does not pay,
 * was not shown to keep the promise, or does worse than the model by what the objective asks for.
 *
 * @param index of the objective in the plan
 */
export function finishObjective(
  plan: TrainedPlan,
  index: number,
  evidence: Verdict['evidence'],
  models: readonly string[],
): Objective {
  const planned = plan.objectives[index];
  if (planned === undefined) throw new RangeError(`a plan has no objective ${index}`);
  const { onlyModel, constantPromise, request, saves: _saves, promise, ...objective } = planned;
  const routes = evidence.some((item) => item.objective === planned.name && item.routes);
  const only = routes ? onlyModel : plan.constants[index];
  const kept = routes ? promise : constantPromise;
  // The named model stays, also where the figures of another one are higher.
  const unless =
    !routes && request === undefined && plan.isBaselineNamed === true
      ? `, with ${models[plan.baseline] ?? ''} unless another model is shown to be better`
      : '';
  return {
    ...objective,
    description: `${objective.description}${unless}`,
    constantModel: only === undefined ? undefined : models[only],
    ...(kept !== undefined && { promise: kept }),
  };
}
