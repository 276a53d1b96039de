import type { Objective, Policy } from '../file/policy.js';
import { isJsonObject } from '../../util/json.js';

export function findPolicyObjective({ objectives }: Policy, name: string): Objective | undefined {
  return objectives.find((one) => one.name === name);
}

/**
 * The objective that a request names or describes, the policy's default where it says nothing;
 * undefined where there is none of that name, or the weights cannot be read.
 */
export function resolveObjective(policy: Policy, asked: unknown): Objective | undefined {
  if (asked === undefined) return findPolicyObjective(policy, policy.defaultObjective);
  if (typeof asked === 'string') return findPolicyObjective(policy, asked);
  if (!isJsonObject(asked)) return undefined;
  const { costWeightPerUsd, latencyWeightPerSecond, margin = 0, ...others } = asked;
  const isWeight = (value: unknown): value is number =>
    Number.isFinite(value) && (value as number) >= 0;
  return isWeight(costWeightPerUsd) &&
    isWeight(latencyWeightPerSecond) &&
    isWeight(margin) &&
    Object.keys(others).length === 0
    ? {
        name: 'custom',
        description: '',
        costWeightPerUsd,
        latencyWeightPerSecond,
        margin,
        constantModel: undefined,
      }
    : undefined;
}
