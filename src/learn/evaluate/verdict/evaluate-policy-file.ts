import { evaluatePolicy, type PolicyEvaluation } from './evaluate-policy.js';
import type { Run } from '../../../measure/outcomes/run.js';
import { computeOutcomesDigest } from '../../train/training-data.js';
import { computeTrainingData } from '../../train/training-data.js';
import { readPolicyFile } from '../../read-policy-file.js';

/** Applies a policy file to a run. */
export async function evaluatePolicyFile(
  file: string,
  run: Run,
  seed: number,
): Promise<PolicyEvaluation> {
  const loaded = await readPolicyFile(file);
  return evaluatePolicy(loaded, run.table, {
    seed,
    groups: computeTrainingData(run.table).groups,
    outcomesDigest: computeOutcomesDigest(run.table),
  });
}
