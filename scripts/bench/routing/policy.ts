import { defaultFeatureSpec } from '../../../src/policy/features/feature-spec.js';
import { splitPromptFields } from '../../../src/policy/features/prompt-fields.js';
import { encodePolicy } from '../../../src/policy/file/encode-policy.js';
import type { Objective, Policy, PolicyModel } from '../../../src/policy/file/policy.js';
import type { LinearMap } from '../../../src/policy/file/routing-model.js';
import { scoreProbes } from '../../../src/policy/decide/load-policy.js';
import { countTaskWordBytes } from '../../../src/policy/features/task-words.js';
import { computeCountMatrix } from '../../../src/learn/train/features/count-matrix.js';
import { fitFeatures } from '../../../src/learn/train/features/fit-features.js';
import { chooseFeatureCounts } from '../../../src/learn/train/projection/fit-projection.js';
import { roundWeights } from '../../../src/learn/train/assemble-policy.js';
import { createRandom, type Random } from '../../../src/util/random.js';
import { unmeasuredEvidence } from './unmeasured-evidence.js';

const taskCount = 14;
const wordCount = 5000;

/** Text of made-up words that follow Zipf's law, about this many characters long. */
export function writeBenchPrompt(characters: number, seed: number): string {
  const random = createRandom(seed + 1);
  const words: string[] = [];
  let length = 0;
  while (length < characters) {
    const word = makeWord(Math.floor(wordCount ** random()));
    words.push(word);
    length += word.length + 1;
  }
  // Through bytes: a text as it comes from the network, and not as the engine glued it together.
  return Buffer.from(words.join(' ').slice(0, characters)).toString();
}

function makeWord(rank: number): string {
  const random = createRandom(rank);
  const syllables = 1 + Math.floor(3 * random());
  return Array.from({ length: syllables }, () => {
    const consonant = 'bcdfghklmnprstvw'.charAt(Math.floor(16 * random()));
    return consonant + 'aeiou'.charAt(Math.floor(5 * random())) + (random() < 0.3 ? 'n' : '');
  }).join('');
}

/** A policy file with the features of such text and random weights. */
export async function buildBenchPolicy(modelCount: number): Promise<string> {
  const random = createRandom(modelCount);
  const fields = Array.from({ length: 500 }, (_, seed) =>
    splitPromptFields(writeBenchPrompt(1000, 1000 + seed)),
  );
  const counts = computeCountMatrix(fields, defaultFeatureSpec);
  const rows = Int32Array.from({ length: fields.length }, (_, row) => row);
  const { maxFeatures, firstFeatures } = chooseFeatureCounts(modelCount, taskCount);
  const features = fitFeatures(counts, rows, { maxFeatures, firstFeatures });
  const rowCount = features.structuralMean.length;
  const models = Array.from({ length: modelCount }, (_, index) => `model-${index}`);
  const tasks = Array.from({ length: taskCount }, (_, index) => `task-${index}`);
  const taskFeatureCount = Math.min(firstFeatures, features.buckets.length);
  const policy: Policy = {
    createdBy: 'routesmith benchmark',
    simulated: true,
    models: models.map((id, index) => describeModel(id, 0.001 * (index + 1))),
    tasks,
    scorer: roundWeights({
      kind: 'task_mixture',
      features,
      tasks,
      taskFeatureCount,
      taskClassifier: drawLinearMap(taskFeatureCount + rowCount, taskCount, random),
      temperature: 1,
      taskWords: Uint8Array.from(
        { length: countTaskWordBytes(features, taskCount) },
        () => 256 * random(),
      ),
      heads: drawLinearMap(features.buckets.length + rowCount, modelCount, random),
      bias: drawFloats(modelCount, random),
      taskQuality: drawFloats(taskCount * modelCount, random),
      headWeight: drawFloats(taskCount * modelCount, random),
    }),
    baseline: models[0] as string,
    fallbackOrder: models,
    objectives: [quality],
    defaultObjective: quality.name,
    noveltyLimit: 1,
    verdict: claimRouting(models[0] as string),
    provenance: {
      outcomesDigest: '',
      featureSpecDigest: '',
      pricesDigest: '',
      seed: 1,
      prompts: fields.length,
    },
  };
  return (await encodePolicy(policy, scoreProbes(policy))).text;
}

const quality: Objective = {
  name: 'quality',
  description: 'highest quality',
  costWeightPerUsd: 0,
  latencyWeightPerSecond: 0,
  margin: 0,
  constantModel: undefined,
};

/** Nothing was measured: a file that routes has to say that something was. */
function claimRouting(bestConstant: string): Policy['verdict'] {
  return {
    decision: 'ROUTE',
    reason: 'benchmark',
    heldOutPrompts: 0,
    evidence: [{ ...unmeasuredEvidence, objective: quality.name, bestConstant }],
  };
}

function describeModel(id: string, costUsd: number): PolicyModel {
  const perTask = (value: number): number[] => Array.from({ length: taskCount }, () => value);
  return {
    id,
    price: undefined,
    contextWindow: undefined,
    capabilities: undefined,
    cost: { kind: 'recorded', costUsd: perTask(costUsd) },
    latency: { kind: 'recorded', medianMs: perTask(500), p95Ms: perTask(1500) },
  };
}

function drawLinearMap(rows: number, outputCount: number, random: Random): LinearMap {
  return {
    outputCount,
    weights: drawFloats(rows * outputCount, random),
    bias: drawFloats(outputCount, random),
  };
}

function drawFloats(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => random() - 0.5);
}
