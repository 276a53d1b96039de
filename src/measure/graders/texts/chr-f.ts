const maxGramLength = 6;
/** Recall weighs this many times as much as precision. */
const beta = 2;

/**
 * chrF of two texts, in [0, 1]: the F-score of character n-grams for n from 1 to 6, with recall
 * weighing twice, precision and recall averaged over the lengths that both texts have (Popović,
 * "chrF: character n-gram F-score for automatic MT evaluation", 2015). White space is left out, as
 * in sacreBLEU.
 */
export function computeChrF(given: string, wanted: string): number {
  const [left, right] = [given, wanted].map((text) => [...text.replace(/\s+/gu, '')]) as [
    string[],
    string[],
  ];
  if (left.length === 0 || right.length === 0) return left.length === right.length ? 1 : 0;
  let precision = 0;
  let recall = 0;
  let lengths = 0;
  for (let size = 1; size <= maxGramLength; size++) {
    const leftCount = left.length - size + 1;
    const rightCount = right.length - size + 1;
    if (leftCount < 1 || rightCount < 1) break;
    const shared = countShared(countGrams(left, size), countGrams(right, size));
    precision += shared / leftCount;
    recall += shared / rightCount;
    lengths++;
  }
  precision /= lengths;
  recall /= lengths;
  if (precision + recall === 0) return 0;
  return Math.min(1, ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall));
}

function countGrams(characters: readonly string[], size: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + size <= characters.length; start++) {
    const gram = characters.slice(start, start + size).join('');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function countShared(
  left: ReadonlyMap<string, number>,
  right: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  for (const [gram, count] of left) shared += Math.min(count, right.get(gram) ?? 0);
  return shared;
}
