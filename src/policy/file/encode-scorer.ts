import { idfStep, type FittedFeatures } from '../features/fitted-features.js';
import type { FollowUpWords } from '../features/follow-up.js';
import type { JsonObject } from '../../util/json.js';
import { encodeBase64 } from './base64.js';
import { packAscending, packFloats } from './packed-numbers.js';
import type { RoundedLinearMap, RoutingModel } from './routing-model.js';

/** A routing model as it stands in a policy file: numbers packed, weights rounded to bytes. */
export function encodeScorer(model: RoutingModel): JsonObject {
  if (model.kind === 'constant') {
    return { kind: 'constant', quality: packFloats(model.quality) };
  }
  return {
    kind: 'task_mixture',
    features: encodeFeatures(model.features, model.taskFeatureCount),
    taskClassifier: encodeLinearMap(model.taskClassifier),
    temperature: model.temperature,
    taskWords: encodeBase64(model.taskWords),
    heads: encodeLinearMap(model.heads),
    bias: packFloats(model.bias),
    taskQuality: packFloats(model.taskQuality),
    headWeight: packFloats(model.headWeight),
  };
}

function encodeFeatures(features: FittedFeatures, taskFeatureCount: number): JsonObject {
  const { buckets, followUps } = features;
  return {
    spec: { ...features.spec },
    taskFeatureCount,
    otherFeatureCount: buckets.length - taskFeatureCount,
    taskBuckets: packAscending(buckets.subarray(0, taskFeatureCount)),
    otherBuckets: packAscending(buckets.subarray(taskFeatureCount)),
    idf: encodeBase64(Uint8Array.from(features.idf, (idf) => Math.round(idf / idfStep))),
    blockWeights: features.blockWeights,
    structuralMean: packFloats(features.structuralMean),
    structuralDeviation: packFloats(features.structuralDeviation),
    structuralScale: features.structuralScale,
    seenWords: encodeBase64(features.seenWords),
    unseenIdf: features.unseenIdf,
    ...(followUps && { followUps: encodeFollowUps(followUps) }),
  };
}

function encodeFollowUps({ wordBuckets, weights, unknownWeight, bias }: FollowUpWords): JsonObject {
  return {
    wordCount: wordBuckets.length,
    wordBuckets: packAscending(wordBuckets),
    weights: encodeBase64(new Uint8Array(weights.buffer, weights.byteOffset, weights.length)),
    unknownWeight,
    bias,
  };
}

function encodeLinearMap({ scales, shifts, weights, bias }: RoundedLinearMap): JsonObject {
  return {
    shifts: encodeBase64(shifts),
    scales: packFloats(scales),
    weights: encodeBase64(new Uint8Array(weights.buffer, weights.byteOffset, weights.length)),
    bias: packFloats(bias),
  };
}
