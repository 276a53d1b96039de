import { createBucketCounter } from '../features/bucket-counter.js';
import { countPrompt } from '../features/count-prompt.js';
import { computeBucketCount, type FeatureSpec } from '../features/feature-spec.js';
import type { PromptFields } from '../features/prompt-fields.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../features/structural-features.js';

/** Raw feature counts of many prompts, in compressed rows. */
export interface CountMatrix {
  readonly spec: FeatureSpec;
  readonly rowCount: number;
  /** Entries of row `r` are those from `rowStarts[r]` up to `rowStarts[r + 1]`. */
  readonly rowStarts: Int32Array;
  readonly buckets: Int32Array;
  readonly counts: Uint16Array;
  /** Row-major, `structuralFeatureCount` values a row. */
  readonly structural: Float32Array;
}

/** Counts the n-grams of every prompt, once for all folds. */
export function computeCountMatrix(
  prompts: readonly PromptFields[],
  spec: FeatureSpec,
): CountMatrix {
  const counter = createBucketCounter(computeBucketCount(spec));
  const rowStarts = new Int32Array(prompts.length + 1);
  const structural = new Float32Array(prompts.length * structuralFeatureCount);
  let buckets = new Int32Array(1 << 20);
  let counts = new Uint16Array(1 << 20);
  let size = 0;
  prompts.forEach((fields, row) => {
    countPrompt(fields, spec, counter);
    computeStructuralFeatures(
      fields,
      structural.subarray(row * structuralFeatureCount, (row + 1) * structuralFeatureCount),
    );
    while (size + counter.size > buckets.length) {
      buckets = growTo(buckets, new Int32Array(2 * buckets.length));
      counts = growTo(counts, new Uint16Array(2 * counts.length));
    }
    for (let index = 0; index < counter.size; index++) {
      const bucket = counter.touched[index] as number;
      buckets[size] = bucket;
      counts[size] = counter.counts[bucket] as number;
      size += 1;
    }
    rowStarts[row + 1] = size;
  });
  return {
    spec,
    rowCount: prompts.length,
    rowStarts,
    buckets: buckets.subarray(0, size),
    counts: counts.subarray(0, size),
    structural,
  };
}

function growTo<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
