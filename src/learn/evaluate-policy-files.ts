import type { Run } from '../measure/outcomes/run.js';
import { comparePolicies, type PolicyComparison } from './evaluate/compare/compare-policies.js';
import { evaluatePolicy, type PolicyEvaluation } from './evaluate/compare/evaluate-policy.js';
import { readPolicyFile } from './read-policy-file.js';

/**
 * Applies a policy file to a run.
 *
 * @throws RoutesmithError as `readPolicyFile` and `evaluatePolicy` do
 */
export async function evaluatePolicyFile(
  file: string,
  { table, recorded }: Run,
  seed: number,
): Promise<PolicyEvaluation> {
  return evaluatePolicy(await readPolicyFile(file), table, { seed, recorded });
}

/**
 * Applies two policy files to a run and compares them.
 *
 * @throws RoutesmithError as `readPolicyFile` and `comparePolicies` do
 */
export async function comparePolicyFiles(
  first: string,
  second: string,
  { table, recorded }: Run,
  seed: number,
): Promise<PolicyComparison> {
  const policies = [await readPolicyFile(first), await readPolicyFile(second)] as const;
  return comparePolicies(...policies, table, { seed, recorded });
}
