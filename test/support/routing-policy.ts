import { splitPromptFields } from '../../src/policy/features/prompt-fields.js';
import { defaultFeatureSpec, type FeatureSpec } from '../../src/policy/features/feature-spec.js';
import { structuralFeatureCount } from '../../src/policy/features/structural-features.js';
import { encodePolicy, type EncodedPolicy } from '../../src/policy/file/encode-policy.js';
import type {
  Objective,
  ObjectiveEvidence,
  Policy,
  PolicyModel,
} from '../../src/policy/file/policy.js';
import type { LinearMap, TaskMixtureModel } from '../../src/policy/file/routing-model.js';
import { scoreProbes } from '../../src/policy/decide/load-policy.js';
import { computeCountMatrix } from '../../src/learn/train/features/count-matrix.js';
import { learnTaskWords } from '../../src/learn/train/features/known-words.js';
import { fitFeatures } from '../../src/learn/train/features/fit-features.js';
import { roundWeights } from '../../src/learn/train/assemble-policy.js';
import { createRandom } from '../../src/util/random.js';
import { listRows } from './outcome-table.js';
import { plantedTasks, writePlantedPrompt } from './planted-outcomes.js';

export function buildObjective(changes: Partial<Objective> = {}): Objective {
  return {
    name: 'quality',
    description: 'highest quality',
    costWeightPerUsd: 0,
    latencyWeightPerSecond: 0,
    margin: 0,
    constantModel: undefined,
    ...changes,
  };
}

/** A model whose cost and latency are the same for every task. */
export function buildPolicyModel(
  id: string,
  { costUsd, latencyMs, tasks = 1 }: { costUsd?: number; latencyMs?: number; tasks?: number } = {},
): PolicyModel {
  const perTask = (value: number): number[] => Array.from({ length: tasks }, () => value);
  return {
    id,
    price: undefined,
    contextWindow: undefined,
    capabilities: undefined,
    cost:
      costUsd === undefined ? { kind: 'unknown' } : { kind: 'recorded', costUsd: perTask(costUsd) },
    latency:
      latencyMs === undefined
        ? { kind: 'unknown' }
        : { kind: 'recorded', medianMs: perTask(latencyMs), p95Ms: perTask(2 * latencyMs) },
  };
}

/** What a verdict says of an objective. */
function buildEvidence({ name, constantModel }: Objective): ObjectiveEvidence {
  return {
    objective: name,
    routes: constantModel === undefined,
    bestConstant: 'large',
    quality: 0.9,
    constantQuality: 0.88,
    qualityDifference: { mean: 0.02, low: 0.01, high: 0.03 },
    costUsd: 0.001,
    constantCostUsd: null,
    utilityDifference: { mean: 0.02, low: 0.01, high: 0.03 },
  };
}

/**
 * A policy that gives every prompt the same estimates: `small` .7 for $0.001 in .5 s, `large` .9 for
 * $0.01 in 2 s (the baseline), `local` .6 for an unknown cost and time.
 */
export function buildConstantPolicy(changes: Partial<Policy> = {}): Policy {
  const {
    objectives = [
      buildObjective(),
      buildObjective({ name: 'cost', description: 'cheap', costWeightPerUsd: 50 }),
    ],
  } = changes;
  return {
    createdBy: 'routesmith 0.0.0',
    simulated: false,
    models: [
      buildPolicyModel('small', { costUsd: 0.001, latencyMs: 500 }),
      buildPolicyModel('large', { costUsd: 0.01, latencyMs: 2000 }),
      buildPolicyModel('local'),
    ],
    tasks: ['all'],
    scorer: { kind: 'constant', quality: Float32Array.of(0.7, 0.9, 0.6) },
    baseline: 'large',
    fallbackOrder: ['large', 'small', 'local'],
    objectives,
    defaultObjective: 'quality',
    noveltyLimit: 0.5,
    verdict: {
      decision: 'ROUTE',
      reason: 'routing beats the best constant model for "cost" on held-out prompts',
      heldOutPrompts: 100,
      evidence: objectives.map(buildEvidence),
    },
    provenance: {
      outcomesDigest: 'a'.repeat(64),
      featureSpecDigest: 'b'.repeat(64),
      pricesDigest: 'c'.repeat(64),
      seed: 1,
      prompts: 400,
    },
    ...changes,
  };
}

/**
 * A small task mixture over the planted tasks with random weights, not rounded: nothing was
 * learned, but every part of it shapes the scores.
 */
export function buildMixtureModel(
  seed: number,
  modelCount = 3,
  spec: FeatureSpec = { ...defaultFeatureSpec, bucketBits: 10 },
): TaskMixtureModel {
  const random = createRandom(seed);
  const prompts = Array.from({ length: 60 }, (_, row) =>
    writePlantedPrompt(plantedTasks[row % plantedTasks.length] as string, random),
  );
  const counts = computeCountMatrix(prompts.map(splitPromptFields), spec);
  const features = fitFeatures(counts, listRows(60), { maxFeatures: 300, firstFeatures: 100 });
  const draw = (count: number, size: number): Float32Array =>
    Float32Array.from({ length: count }, () => size * (2 * random() - 1));
  const drawMap = (keptCount: number, outputCount: number): LinearMap => ({
    outputCount,
    weights: draw((keptCount + structuralFeatureCount) * outputCount, 2),
    bias: draw(outputCount, 0.5),
  });
  return {
    kind: 'task_mixture',
    features,
    tasks: plantedTasks,
    taskFeatureCount: 100,
    taskClassifier: drawMap(100, plantedTasks.length),
    temperature: 0.8,
    taskWords: learnTaskWords(counts, features, listRows(60), {
      taskOf: Int32Array.from({ length: 60 }, (_, row) => row % plantedTasks.length),
      taskCount: plantedTasks.length,
    }),
    heads: drawMap(features.buckets.length, modelCount),
    bias: draw(modelCount, 0.3),
    taskQuality: draw(plantedTasks.length * modelCount, 1.5),
    headWeight: draw(plantedTasks.length * modelCount, 0.8),
  };
}

/** A policy with a task mixture, as `trainPolicy` would assemble it: weights are rounded. */
export function buildMixturePolicy(changes: Partial<Policy> = {}): Policy {
  const tasks = plantedTasks.length;
  return buildConstantPolicy({
    tasks: plantedTasks,
    scorer: roundWeights(buildMixtureModel(1)),
    models: [
      {
        ...buildPolicyModel('small', { latencyMs: 500, tasks }),
        price: { inputPerMillionUsd: 0.2, outputPerMillionUsd: 0.8, date: '2025-01-01' },
        contextWindow: 32_000,
        capabilities: { vision: false, tools: true, json: true, reasoning: false },
        cost: {
          kind: 'tokens',
          price: {
            inputPerMillionUsd: 0.2,
            outputPerMillionUsd: 0.8,
            cachedInputPerMillionUsd: 0.05,
            cacheWritePerMillionUsd: 0.25,
            date: '2025-01-01',
          },
          fixedInputTokens: 8,
          inputTokensPerCharacter: 0.25,
          outputTokens: [100, 200, 300, 400],
        },
      },
      buildPolicyModel('large', { costUsd: 0.01, latencyMs: 2000, tasks }),
      buildPolicyModel('local'),
    ],
    ...changes,
  });
}

/** The policy as a file, with the probe scores it must give. */
export function writePolicyFile(policy: Policy): Promise<EncodedPolicy> {
  return encodePolicy(policy, scoreProbes(policy));
}
