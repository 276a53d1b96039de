import { createRandom } from '../../util/random.js';
import { mixHash } from '../../util/text-hash.js';

const hashCount = 64;

/**
 * MinHash signatures: `hashCount` numbers per set, row-major. The share of equal numbers of two sets
 * estimates their Jaccard similarity. Empty sets have no row of their own and are marked by zeros.
 */
export interface MinHashes {
  readonly values: Uint32Array;
  readonly isEmpty: readonly boolean[];
}

export function computeMinHashes(sets: readonly Uint32Array[], seed: number): MinHashes {
  const random = createRandom(seed);
  const masks = Uint32Array.from({ length: hashCount }, () => Math.floor(random() * 2 ** 32));
  const values = new Uint32Array(sets.length * hashCount);
  const minima = new Uint32Array(hashCount);
  for (const [row, set] of sets.entries()) {
    minima.fill(0xffffffff);
    for (const member of set) {
      for (let hash = 0; hash < hashCount; hash++) {
        const value = mixHash(member ^ (masks[hash] as number));
        if (value < (minima[hash] as number)) minima[hash] = value;
      }
    }
    values.set(minima, row * hashCount);
  }
  return { values, isEmpty: sets.map((set) => set.length === 0) };
}

/**
 * How many hashes make one band: as many as possible, so that few pairs are proposed in vain, while
 * at least 99.5 % of the pairs at the threshold share a band.
 */
export function selectBandRows(similarity: number): number {
  for (const rows of [16, 8, 4, 2]) {
    const missed = (1 - similarity ** rows) ** (hashCount / rows);
    if (missed <= 0.005) return rows;
  }
  return 1;
}

/** The sets that agree in a whole band, band by band; sets alone in theirs are left out. */
export function* findBandBuckets(
  { values, isEmpty }: MinHashes,
  bandRows: number,
): Generator<readonly number[]> {
  for (let start = 0; start < hashCount; start += bandRows) {
    const buckets = new Map<string, number[]>();
    for (const [set, empty] of isEmpty.entries()) {
      if (empty) continue;
      const offset = set * hashCount + start;
      const key = values.subarray(offset, offset + bandRows).join();
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [set]);
      else bucket.push(set);
    }
    for (const bucket of buckets.values()) if (bucket.length > 1) yield bucket;
  }
}
