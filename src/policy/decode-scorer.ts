import {
  featureBlockCount,
  computeBucketCount,
  type FeatureSpec,
} from '../features/feature-spec.js';
import { idfStep, type FittedFeatures } from '../features/fitted-features.js';
import { structuralFeatureCount } from '../features/structural-features.js';
import { decodeBase64 } from './base64.js';
import { refusePolicy, type CheckedObject } from './checked-json.js';
import { dequantiseMatrix, unpackAscending, unpackFloats } from './packed-numbers.js';
import type { LinearMap, RoutingModel } from './routing-model.js';

/** Reads what `encodeScorer` wrote; refuses whatever does not fit together. */
export function decodeScorer(
  scorer: CheckedObject,
  tasks: readonly string[],
  modelCount: number,
): RoutingModel {
  const kind = scorer.string('kind');
  if (kind === 'constant') {
    if (tasks.length !== 1)
      refusePolicy('tasks', 'must be a single one where the scorer is constant');
    return { kind, quality: decodeFloats(scorer, 'quality', modelCount) };
  }
  if (kind !== 'task_mixture') {
    return refusePolicy(`${scorer.path}.kind`, `unknown kind of scorer: ${kind.slice(0, 40)}`);
  }
  const encoded = scorer.object('features');
  const taskFeatureCount = encoded.count('taskFeatureCount', { maximum: 65_534 });
  const features = decodeFeatures(encoded, taskFeatureCount);
  const temperature = scorer.number('temperature');
  if (temperature <= 0) refusePolicy(`${scorer.path}.temperature`, 'must be greater than 0');
  return {
    kind,
    features,
    tasks,
    taskFeatureCount,
    taskClassifier: decodeLinearMap(
      scorer.object('taskClassifier'),
      taskFeatureCount,
      tasks.length,
    ),
    temperature,
    heads: decodeLinearMap(scorer.object('heads'), features.buckets.length, modelCount),
    bias: decodeFloats(scorer, 'bias', modelCount),
    taskQuality: decodeFloats(scorer, 'taskQuality', tasks.length * modelCount),
    headWeight: decodeFloats(scorer, 'headWeight', tasks.length * modelCount),
  };
}

function decodeFeatures(encoded: CheckedObject, taskFeatureCount: number): FittedFeatures {
  const spec = decodeFeatureSpec(encoded.object('spec'));
  const otherFeatureCount = encoded.count('otherFeatureCount', {
    maximum: 65_534 - taskFeatureCount,
  });
  const bucketCount = computeBucketCount(spec);
  const buckets = new Int32Array(taskFeatureCount + otherFeatureCount);
  buckets.set(decodeBuckets(encoded, 'taskBuckets', taskFeatureCount, bucketCount));
  buckets.set(
    decodeBuckets(encoded, 'otherBuckets', otherFeatureCount, bucketCount),
    taskFeatureCount,
  );
  return {
    spec,
    buckets,
    idf: Float32Array.from(decodeBytes(encoded, 'idf', buckets.length), (step) => step * idfStep),
    blockWeights: encoded.numbers('blockWeights', featureBlockCount),
    structuralMean: decodeFloats(encoded, 'structuralMean', structuralFeatureCount),
    structuralDeviation: decodeFloats(encoded, 'structuralDeviation', structuralFeatureCount),
    structuralScale: encoded.number('structuralScale', 0),
    seenWords: decodeBytes(encoded, 'seenWords', 2 ** spec.bucketBits / 8),
    unseenIdf: encoded.number('unseenIdf', 0),
  };
}

function decodeFeatureSpec(spec: CheckedObject): FeatureSpec {
  const version = spec.count('version');
  if (version !== 2) {
    refusePolicy(`${spec.path}.version`, `features of version ${version} are not known here`);
  }
  return {
    version,
    bucketBits: spec.count('bucketBits', { minimum: 8, maximum: 20 }),
    wordNgrams: spec.count('wordNgrams', { minimum: 1, maximum: 2 }),
    shortestCharacterNgram: spec.count('shortestCharacterNgram', { minimum: 1, maximum: 8 }),
    longestCharacterNgram: spec.count('longestCharacterNgram', { minimum: 1, maximum: 8 }),
    maxWordCharacters: spec.count('maxWordCharacters', { minimum: 1, maximum: 256 }),
    maxDistinctWords: spec.count('maxDistinctWords', { minimum: 16, maximum: 4096 }),
    maxFieldCharacters: spec.count('maxFieldCharacters', { minimum: 256, maximum: 1_000_000 }),
  };
}

function decodeLinearMap(map: CheckedObject, keptCount: number, outputCount: number): LinearMap {
  const rows = keptCount + structuralFeatureCount;
  const bytes = decodeBytes(map, 'weights', rows * outputCount);
  return {
    outputCount,
    weights: dequantiseMatrix({
      scales: decodeFloats(map, 'scales', outputCount),
      bytes: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    }),
    bias: decodeFloats(map, 'bias', outputCount),
  };
}

function decodeFloats(object: CheckedObject, key: string, count: number): Float32Array {
  return (
    unpackFloats(object.string(key), count) ??
    refusePolicy(`${object.path}.${key}`, `must hold ${count} packed numbers`)
  );
}

function decodeBytes(object: CheckedObject, key: string, count: number): Uint8Array {
  const bytes = decodeBase64(object.string(key));
  return bytes?.length === count
    ? bytes
    : refusePolicy(`${object.path}.${key}`, `must hold ${count} packed bytes`);
}

function decodeBuckets(
  object: CheckedObject,
  key: string,
  count: number,
  limit: number,
): Int32Array {
  return (
    unpackAscending(object.string(key), count, limit) ??
    refusePolicy(`${object.path}.${key}`, `must hold ${count} packed bucket numbers`)
  );
}
