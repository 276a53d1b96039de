import { countLeakedGroups } from '../../../src/learn/evaluate/verdict/held-out.js';
import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { computeNearDuplicateGroups } from '../../../src/measure/tasks/near-duplicate-groups.js';
import { createRandom, shuffle, type Random } from '../../../src/util/random.js';

/**
 * Splits prompts with copies among them in many trials.
 *
 * @returns share of trials in which copies of one prompt are in different folds
 */
export function checkSplit({
  trials,
  prompts,
  seed,
}: {
  readonly trials: number;
  readonly prompts: number;
  readonly seed: number;
}): { readonly trials: number; readonly straddled: number } {
  const random = createRandom(seed);
  let straddled = 0;
  for (let trial = 0; trial < trials; trial++) {
    const originals = Array.from({ length: prompts / 2 }, () => writePrompt(random));
    const copies = originals.map(() => originals[Math.floor(random() * originals.length)] ?? '');
    const texts = shuffle([...originals, ...copies], random);
    const foldOf = assignFolds(computeNearDuplicateGroups(texts), 4, { seed: trial });
    // Groups by text, independently of the checked code.
    const indexOf = new Map([...new Set(texts)].map((text, index) => [text, index]));
    const groups = Int32Array.from(texts, (text) => indexOf.get(text) ?? -1);
    const rows = Int32Array.from(texts.keys());
    const folds = [0, 1, 2, 3].map((fold) => ({
      rows: rows.filter((row) => foldOf[row] === fold),
    }));
    if (countLeakedGroups({ groups, folds }) > 0) straddled += 1;
  }
  return { trials, straddled: straddled / trials };
}

function writePrompt(random: Random): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 46656).toString(36)).join(' ');
}
