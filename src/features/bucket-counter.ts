/** Counts of hash buckets, reused from prompt to prompt so that counting allocates nothing. */
export interface BucketCounter {
  /** Occurrences by bucket; only those listed in `touched` are not zero. */
  readonly counts: Uint16Array;
  /** The buckets that occur, in order of first occurrence; valid up to `size`. */
  touched: Int32Array;
  size: number;
}

/** An empty counter. */
export function createBucketCounter(bucketCount: number): BucketCounter {
  return { counts: new Uint16Array(bucketCount), touched: new Int32Array(4096), size: 0 };
}

/** Counts one more occurrence; stops counting at 65,535. */
export function countBucket(counter: BucketCounter, bucket: number): void {
  const count = counter.counts[bucket] as number;
  if (count === 0) {
    if (counter.size === counter.touched.length) {
      const larger = new Int32Array(2 * counter.size);
      larger.set(counter.touched);
      counter.touched = larger;
    }
    counter.touched[counter.size++] = bucket;
  }
  if (count < 65_535) counter.counts[bucket] = count + 1;
}

/** Makes the counter empty again, in time proportional to what was counted. */
export function clearBucketCounter(counter: BucketCounter): void {
  for (let index = 0; index < counter.size; index++) {
    counter.counts[counter.touched[index] as number] = 0;
  }
  counter.size = 0;
}
