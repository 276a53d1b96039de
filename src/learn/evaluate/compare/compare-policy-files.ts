import { comparePolicies, type PolicyComparison } from './compare-policies.js';
import type { Run } from '../../../measure/outcomes/run.js';
import { computeOutcomesDigest } from '../../train/training-data.js';
import { computeTrainingData } from '../../train/training-data.js';
import { readPolicyFile } from '../../read-policy-file.js';

/** Applies two policy files to a run. */
export async function comparePolicyFiles(
  first: string,
  second: string,
  run: Run,
  seed: number,
): Promise<PolicyComparison> {
  const [firstLoaded, secondLoaded] = [await readPolicyFile(first), await readPolicyFile(second)];
  return comparePolicies(firstLoaded, secondLoaded, run.table, {
    seed,
    groups: computeTrainingData(run.table).groups,
    outcomesDigest: computeOutcomesDigest(run.table),
  });
}
