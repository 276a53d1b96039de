import { computeBucketCount } from './feature-spec.js';
import type { FittedFeatures } from './fitted-features.js';

/** In a feature index: the bucket has no kept feature. */
export const notKept = 65_535;

/** The feature of every bucket, or `notKept`. */
export function computeFeatureIndex(features: FittedFeatures): Uint16Array {
  const index = new Uint16Array(computeBucketCount(features.spec)).fill(notKept);
  features.buckets.forEach((bucket, feature) => (index[bucket] = feature));
  return index;
}

/**
 * Share of the idf mass of a prompt's words that never occurred in training, in [0, 1]; 1 for a
 * prompt without words. Only words of the ask count.
 *
 * @param buckets the prompt's distinct buckets, from `start` up to `end`
 */
export function computeNovelty(
  buckets: Int32Array,
  start: number,
  end: number,
  features: FittedFeatures,
  featureOfBucket: Uint16Array,
): number {
  const wordBuckets = 2 ** features.spec.bucketBits;
  let unseen = 0;
  let total = 0;
  for (let index = start; index < end; index++) {
    const bucket = buckets[index] as number;
    if (bucket >= wordBuckets) continue;
    const seen = ((features.seenWords[bucket >>> 3] as number) >>> (bucket & 7)) & 1;
    const feature = featureOfBucket[bucket] as number;
    const mass = feature === notKept ? features.unseenIdf : (features.idf[feature] as number);
    total += mass;
    if (seen === 0) unseen += mass;
  }
  return total === 0 ? 1 : unseen / total;
}
