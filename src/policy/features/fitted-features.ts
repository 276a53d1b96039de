import type { FollowUpWords } from './follow-up.js';
import { computeBucketCount, type FeatureSpec } from './feature-spec.js';

/** A feature spec with what was learned about it: which buckets count, and how much. */
export interface FittedFeatures {
  readonly spec: FeatureSpec;
  /**
   * The bucket of each kept feature, at most 65,534 of them: first those that the task classifier
   * reads, then the others, each part in ascending order.
   */
  readonly buckets: Int32Array;
  /** Inverse document frequency of each kept feature. */
  readonly idf: Float32Array;
  /** Length of each block's part of the vector, by block. */
  readonly blockWeights: readonly number[];
  /** Mean and standard deviation of each structural feature in training; 0 means never varied. */
  readonly structuralMean: Float32Array;
  readonly structuralDeviation: Float32Array;
  /** Size of one standard deviation of a structural feature in the vector. */
  readonly structuralScale: number;
  /** Bits of the buckets of the words and symbols that occurred in training, kept or not. */
  readonly seenWords: Uint8Array;
  /** The idf that a word never seen in training would have had. */
  readonly unseenIdf: number;
  /** Undefined for features of version 3, which read all turns of the user. */
  readonly followUps?: FollowUpWords;
}

/** idf comes in steps of this size: a byte then holds it exactly, up to 15.9. */
export const idfStep = 1 / 16;

/** Structural features beyond this many standard deviations count as this many. */
export const structuralClip = 3;

/** More occurrences in a prompt count as this many. */
export const maxOccurrences = 255;

/**
 * Sublinear term frequency, by number of occurrences, in steps of 1/16: sums of products with an
 * idf are then exact, in whatever order they are added.
 */
export const termWeights: Float32Array = Float32Array.from(
  { length: maxOccurrences + 1 },
  (_, count) => (count === 0 ? 0 : Math.round(16 * (1 + Math.log(count))) / 16),
);

/** In a feature index: the bucket has no kept feature. */
export const notKept = 65_535;

/** The feature of every bucket, or `notKept`. */
export function computeFeatureIndex(features: FittedFeatures): Uint16Array {
  const index = new Uint16Array(computeBucketCount(features.spec)).fill(notKept);
  features.buckets.forEach((bucket, feature) => (index[bucket] = feature));
  return index;
}

/** Whether a word of this bucket occurred in training. */
export function isSeen(seenWords: Uint8Array, bucket: number): boolean {
  return (((seenWords[bucket >>> 3] as number) >>> (bucket & 7)) & 1) === 1;
}

/** A structural feature as it stands in the vector: standardized, clipped and scaled. */
export function scaleStructural(features: FittedFeatures, index: number, value: number): number {
  const deviation = features.structuralDeviation[index] as number;
  if (deviation === 0) return 0;
  const standardized = (value - (features.structuralMean[index] as number)) / deviation;
  return (
    features.structuralScale * Math.max(-structuralClip, Math.min(structuralClip, standardized))
  );
}
