import type { FeatureSpec } from './feature-spec.js';

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
  /** Bits of the word block's buckets that occurred in training, kept or not. */
  readonly seenWords: Uint8Array;
  /** The idf that a word never seen in training would have had. */
  readonly unseenIdf: number;
}

/** idf comes in steps of this size: a byte then holds it exactly, up to 15.9. */
export const idfStep = 1 / 16;

/** Structural features beyond this many standard deviations count as this many. */
export const structuralClip = 3;

/** Sublinear term frequency. */
export function computeTermWeight(count: number, idf: number): number {
  return (1 + Math.log(count)) * idf;
}
