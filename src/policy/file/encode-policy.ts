import type { JsonObject } from '../../util/json.js';
import { encodeScorer } from './encode-scorer.js';
import type { Policy, PolicyModel } from './policy.js';
import { computePolicyDigest } from './policy-digest.js';
import { policyFormat, policySchemaVersion } from './policy-version.js';

/** A policy as text, ready to be written to a file: the same policy gives the same bytes. */
export interface EncodedPolicy {
  readonly text: string;
  readonly digest: string;
}

/**
 * Encodes a policy.
 *
 * @param golden per probe prompt the quality of each model, as the encoded scorer gives it
 */
export async function encodePolicy(
  policy: Policy,
  golden: readonly (readonly number[])[],
): Promise<EncodedPolicy> {
  const file = {
    format: policyFormat,
    schemaVersion: policySchemaVersion,
    createdBy: policy.createdBy,
    simulated: policy.simulated,
    verdict: policy.verdict,
    baseline: policy.baseline,
    fallbackOrder: policy.fallbackOrder,
    objectives: policy.objectives,
    defaultObjective: policy.defaultObjective,
    noveltyLimit: policy.noveltyLimit,
    tasks: policy.tasks,
    models: policy.models.map(encodeModel),
    provenance: policy.provenance,
    golden,
    scorer: encodeScorer(policy.scorer),
  };
  const digest = await computePolicyDigest(file);
  return { text: `${JSON.stringify({ ...file, digest }, null, 1)}\n`, digest };
}

function encodeModel(model: PolicyModel): JsonObject {
  return {
    id: model.id,
    ...(model.price && { price: { ...model.price } }),
    ...(model.contextWindow !== undefined && { contextWindow: model.contextWindow }),
    ...(model.capabilities && { capabilities: { ...model.capabilities } }),
    ...(model.effort && { effort: { ...model.effort } }),
    cost: { ...model.cost } as unknown as JsonObject,
    latency: { ...model.latency } as unknown as JsonObject,
  };
}
