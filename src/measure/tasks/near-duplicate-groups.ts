import { RoutesmithError } from '../../util/errors.js';
import {
  computeMinHashes,
  findBandBuckets,
  selectBandRows,
  computeWordShingles,
  normalizeForComparison,
} from './min-hash.js';

export interface NearDuplicateOptions {
  /** The minimum Jaccard similarity of near-duplicates, above 0, at most 1. @default 0.8 */
  readonly similarity?: number;
  /** Chooses the hash functions that propose the pairs to compare. @default 1 */
  readonly seed?: number;
}

/**
 * Groups copies and near-duplicates: the connected components of the graph of similar texts.
 * Returns the group number of each text, numbered by first appearance. The groups do not depend on
 * the order of the texts.
 *
 * Texts are compared as sets of runs of three words, in lower case. Runs that more than 1 % of the
 * distinct texts share (and more than 20) are boilerplate and do not count; texts without other
 * runs are grouped only with their exact copies. Pairs are proposed by MinHash with banding, which
 * misses less than one in 200 pairs at the threshold, and then compared exactly.
 *
 * @throws RoutesmithError `invalid_input` if the similarity is out of range
 */
export function computeNearDuplicateGroups(
  texts: readonly string[],
  { similarity = 0.8, seed = 1 }: NearDuplicateOptions = {},
): Int32Array {
  if (!(similarity > 0 && similarity <= 1)) {
    throw new RoutesmithError('invalid_input', `similarity ${similarity} is out of range`, {
      fix: 'Give a number above 0 and at most 1.',
    });
  }
  const distinctIndex = new Map<string, number>();
  const distinctOfText = texts.map((text) => {
    const normalized = normalizeForComparison(text);
    const index = distinctIndex.get(normalized) ?? distinctIndex.size;
    distinctIndex.set(normalized, index);
    return index;
  });
  const shingles = dropBoilerplate([...distinctIndex.keys()].map(computeWordShingles));
  const sets = createDisjointSets(shingles.length);
  const hashes = computeMinHashes(shingles, seed);
  for (const bucket of findBandBuckets(hashes, selectBandRows(similarity))) {
    for (const [place, first] of bucket.entries()) {
      for (const second of bucket.slice(place + 1)) {
        if (sets.find(first) === sets.find(second)) continue;
        const one = shingles[first] as Uint32Array;
        const other = shingles[second] as Uint32Array;
        if (isSimilar(one, other, similarity)) sets.union(first, second);
      }
    }
  }
  return numberByAppearance(distinctOfText.map((index) => sets.find(index)));
}

/** Removes the shingles that too many texts share. Sorting takes less memory than counting. */
function dropBoilerplate(shingles: readonly Uint32Array[]): readonly Uint32Array[] {
  const limit = Math.max(20, Math.floor(shingles.length / 100));
  const all = new Uint32Array(shingles.reduce((sum, set) => sum + set.length, 0));
  let length = 0;
  for (const set of shingles) {
    all.set(set, length);
    length += set.length;
  }
  all.sort();
  const frequent = new Set<number>();
  for (let index = limit; index < all.length; index++) {
    if (all[index] === all[index - limit]) frequent.add(all[index] as number);
  }
  if (frequent.size === 0) return shingles;
  return shingles.map((set) => set.filter((shingle) => !frequent.has(shingle)));
}

/** Whether two sorted sets reach a Jaccard similarity; stops as soon as they no longer can. */
function isSimilar(one: Uint32Array, other: Uint32Array, similarity: number): boolean {
  const total = one.length + other.length;
  // |A and B| / |A or B| >= s  <=>  |A and B| >= s / (1 + s) * (|A| + |B|)
  const needed = Math.ceil((similarity / (1 + similarity)) * total - 1e-9);
  let shared = 0;
  let left = 0;
  let right = 0;
  while (left < one.length && right < other.length) {
    if (shared + Math.min(one.length - left, other.length - right) < needed) return false;
    const difference = (one[left] as number) - (other[right] as number);
    if (difference === 0) shared++;
    if (difference <= 0) left++;
    if (difference >= 0) right++;
  }
  return shared >= needed && total > 0;
}

function numberByAppearance(roots: readonly number[]): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from(roots, (root) => {
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

/** A union-find structure; each set is identified by one of its members. */
export interface DisjointSets {
  find(member: number): number;
  union(one: number, other: number): void;
}

/** Creates `count` sets of one member each, numbered from 0. */
export function createDisjointSets(count: number): DisjointSets {
  const parents = Int32Array.from({ length: count }, (_, index) => index);

  function find(member: number): number {
    let root = member;
    while (parents[root] !== root) {
      const grandparent = parents[parents[root] as number] as number;
      parents[root] = grandparent;
      root = grandparent;
    }
    return root;
  }

  return {
    find,
    union(one, other) {
      parents[find(one)] = find(other);
    },
  };
}
