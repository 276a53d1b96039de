import {
  computeBucketCount,
  defaultFeatureSpec,
  type FeatureSpec,
} from '../../src/policy/features/feature-spec.js';
import { structuralFeatureCount } from '../../src/policy/features/structural-features.js';
import { countTaskWordBytes } from '../../src/policy/features/task-words.js';
import type { Policy } from '../../src/policy/file/policy.js';
import type { RoundedLinearMap } from '../../src/policy/file/routing-model.js';
import { createRandom } from '../../src/util/random.js';
import { buildConstantPolicy, buildPolicyModel } from './routing-policy.js';

/** How large the parts of a policy are. */
export interface PolicySize {
  readonly tasks: number;
  readonly models: number;
  /** Kept features, all of which the task classifier reads. */
  readonly features: number;
  readonly spec?: Partial<FeatureSpec>;
}

/** A policy of this size with random weights: nothing was learned, but all of it is computed with. */
export function buildLargePolicy({
  tasks: taskCount,
  models: modelCount,
  features: featureCount,
  spec: changes = {},
}: PolicySize): Policy {
  const random = createRandom(1);
  // The last version without features of follow-ups, which no random weights would fit.
  const spec = { ...defaultFeatureSpec, version: 3 as const, ...changes };
  const bucketCount = computeBucketCount(spec);
  const fill = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () => size * (random() - 0.5));
  const buildMap = (outputCount: number): RoundedLinearMap => {
    const rows = featureCount + structuralFeatureCount;
    return {
      outputCount,
      weights: Int8Array.from({ length: rows * outputCount }, () =>
        Math.round(254 * (random() - 0.5)),
      ),
      shifts: new Uint8Array(rows).fill(4),
      scales: new Float32Array(outputCount).fill(0.01),
      bias: fill(outputCount, 1),
    };
  };
  const buckets = Int32Array.from({ length: featureCount }, (_, index) =>
    Math.floor((index * bucketCount) / featureCount),
  );
  const tasks = Array.from({ length: taskCount }, (_, index) => `task-${index}`);
  const ids = Array.from({ length: modelCount }, (_, index) => `model-${index}`);
  const [baseline = ''] = ids;
  return buildConstantPolicy({
    tasks,
    models: ids.map((id) =>
      buildPolicyModel(id, { costUsd: 0.001, latencyMs: 500, tasks: taskCount }),
    ),
    baseline,
    fallbackOrder: ids,
    scorer: {
      kind: 'task_mixture',
      features: {
        spec,
        buckets,
        idf: new Float32Array(featureCount).fill(4),
        blockWeights: [1, 1, 1, 1],
        structuralMean: new Float32Array(structuralFeatureCount),
        structuralDeviation: new Float32Array(structuralFeatureCount).fill(1),
        structuralScale: 0.1,
        seenWords: new Uint8Array(2 ** spec.bucketBits / 8).fill(255),
        unseenIdf: 8,
      },
      tasks,
      taskFeatureCount: featureCount,
      taskClassifier: buildMap(taskCount),
      temperature: 1,
      taskWords: new Uint8Array(countTaskWordBytes({ buckets, spec }, taskCount)).fill(85),
      heads: buildMap(modelCount),
      bias: fill(modelCount, 1),
      taskQuality: fill(taskCount * modelCount, 1),
      headWeight: fill(taskCount * modelCount, 1),
    },
  });
}
