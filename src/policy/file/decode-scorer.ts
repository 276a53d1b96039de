import {
  computeBucketCount,
  featureBlockCount,
  type FeatureSpec,
} from '../features/feature-spec.js';
import { idfStep, type FittedFeatures } from '../features/fitted-features.js';
import type { FollowUpWords } from '../features/follow-up.js';
import { countTaskWordBytes } from '../features/task-words.js';
import { structuralFeatureCount } from '../features/structural-features.js';
import { decodeBase64 } from './base64.js';
import {
  count,
  listOf,
  number,
  object,
  oneOf,
  packed,
  refusePolicy,
  type Decoder,
} from './decoders.js';
import { unpackAscending, unpackFloats } from './packed-numbers.js';
import { policyLimits, refuseMore } from './policy-limits.js';
import type {
  ConstantModel,
  RoundedLinearMap,
  RoundedTaskMixtureModel,
  RoutingModel,
} from './routing-model.js';

/** Kept features of a policy are numbered in 16 bits, of which one number means none. */
const maxFeatures = 65_534;

const decodeSpec = object<FeatureSpec>({
  version: oneOf(3, 4),
  bucketBits: count(8, 20),
  wordNgrams: count(1, 2),
  shortestCharacterNgram: count(1, 8),
  longestCharacterNgram: count(1, 8),
  maxWordCharacters: count(1, 256),
  maxDistinctWords: count(16, 4096),
  maxFieldCharacters: count(256, policyLimits.maxFieldCharacters),
});

/** Reads what `encodeFollowUps` wrote; absent with features of version 3. */
const decodeFollowUps: Decoder<FollowUpWords> = (value, path) => {
  const { wordCount } = object({ wordCount: count(0, maxFeatures) })(value, path);
  return object<FollowUpWords>({
    wordBuckets: packed(
      (text) => unpackAscending(text, wordCount, 2 ** 20),
      `${wordCount} bucket numbers`,
    ),
    weights: signedBytes(wordCount),
    unknownWeight: count(-127, 127),
    bias: count(-127, 127),
  })(value, path);
};

/** Reads what `encodeScorer` wrote; refuses whatever does not fit together. */
export function createScorerDecoder(
  tasks: readonly string[],
  modelCount: number,
): Decoder<RoutingModel> {
  return (value, path) => {
    const { kind } = object({ kind: oneOf('constant', 'task_mixture') })(value, path);
    if (kind === 'task_mixture') return decodeTaskMixture(value, path, tasks, modelCount);
    if (tasks.length > 1)
      refusePolicy('tasks', 'must be a single one where the scorer is constant');
    return {
      kind,
      ...object<Omit<ConstantModel, 'kind'>>({ quality: floats(modelCount) })(value, path),
    };
  };
}

/** Features whose buckets are in two parts. */
type PackedFeatures = Omit<FittedFeatures, 'spec' | 'buckets'> & {
  readonly taskBuckets: Int32Array;
  readonly otherBuckets: Int32Array;
};

function decodeTaskMixture(
  value: unknown,
  path: string,
  tasks: readonly string[],
  modelCount: number,
): RoundedTaskMixtureModel {
  const { features: encoded } = object({
    features: object({
      taskFeatureCount: count(0, maxFeatures),
      otherFeatureCount: count(0, maxFeatures),
      spec: decodeSpec,
    }),
  })(value, path);
  const { taskFeatureCount, otherFeatureCount, spec } = encoded;
  const featureCount = taskFeatureCount + otherFeatureCount;
  refuseMore(`${path}.features`, featureCount, maxFeatures);
  const outputs = tasks.length + modelCount;
  refuseMore(`${path}.features times outputs`, featureCount * outputs, policyLimits.maxWeights);
  const { temperature } = object({ temperature: number(Number.MIN_VALUE) })(value, path);
  const members = object<
    Omit<
      RoundedTaskMixtureModel,
      'kind' | 'tasks' | 'taskFeatureCount' | 'temperature' | 'taskWords' | 'features'
    > & { features: PackedFeatures }
  >({
    features: object<PackedFeatures>({
      taskBuckets: buckets(taskFeatureCount, spec),
      otherBuckets: buckets(otherFeatureCount, spec),
      idf: packed((text) => unpackIdf(text, featureCount), `${featureCount} idf steps`),
      blockWeights: listOf(number(0), featureBlockCount),
      structuralMean: floats(structuralFeatureCount),
      structuralDeviation: floats(structuralFeatureCount),
      structuralScale: number(0),
      seenWords: bytes(2 ** spec.bucketBits / 8),
      unseenIdf: number(0),
      followUps: spec.version > 3 ? decodeFollowUps : () => undefined,
    }),
    taskClassifier: createMapDecoder(taskFeatureCount, tasks.length),
    heads: createMapDecoder(featureCount, modelCount),
    bias: floats(modelCount),
    taskQuality: floats(tasks.length * modelCount),
    headWeight: floats(tasks.length * modelCount),
  })(value, path);
  const { taskBuckets, otherBuckets, ...features } = members.features;
  const all = new Int32Array(featureCount);
  all.set(taskBuckets);
  all.set(otherBuckets, taskFeatureCount);
  const { taskWords } = object({
    taskWords: bytes(countTaskWordBytes({ buckets: all, spec }, tasks.length)),
  })(value, path);
  return {
    ...members,
    kind: 'task_mixture',
    tasks,
    taskFeatureCount,
    temperature,
    taskWords,
    features: { ...features, spec, buckets: all },
  };
}

function createMapDecoder(keptCount: number, outputCount: number): Decoder<RoundedLinearMap> {
  const decode = object({
    weights: signedBytes((keptCount + structuralFeatureCount) * outputCount),
    shifts: bytes(keptCount + structuralFeatureCount),
    scales: floats(outputCount),
    bias: floats(outputCount),
  });
  return (value, path) => {
    return { ...decode(value, path), outputCount };
  };
}

function floats(length: number): Decoder<Float32Array> {
  return packed((text) => unpackFloats(text, length), `${length} numbers`);
}

function bytes(length: number): Decoder<Uint8Array> {
  return packed((text) => unpackBytes(text, length), `${length} bytes`);
}

function signedBytes(length: number): Decoder<Int8Array> {
  const decode = bytes(length);
  return (value, path) => new Int8Array(decode(value, path).buffer);
}

function buckets(length: number, spec: FeatureSpec): Decoder<Int32Array> {
  const limit = computeBucketCount(spec);
  return packed((text) => unpackAscending(text, length, limit), `${length} bucket numbers`);
}

function unpackBytes(text: string, length: number): Uint8Array | undefined {
  const unpacked = decodeBase64(text);
  return unpacked?.length === length ? unpacked : undefined;
}

function unpackIdf(text: string, length: number): Float32Array | undefined {
  const steps = unpackBytes(text, length);
  return steps && new Float32Array(steps).map((step) => step * idfStep);
}
