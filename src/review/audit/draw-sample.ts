import { valueAt } from '../../util/numeric-arrays.js';
import { shuffle, type Random } from '../../util/random.js';

/** Some of a list, drawn so that the chance of each member is known. */
export interface Sample {
  /** Indexes into the list, ascending. */
  readonly members: Int32Array;
  /** The probability with which each of the members was drawn, in their order. */
  readonly probability: Float64Array;
}

/**
 * Draws `size` members: half of the draws uniform, half in proportion to the scores. The uniform
 * half bounds every weight, however wrong the scores are.
 *
 * By randomized systematic sampling (Hartley and Rao, "Sampling with Unequal Probabilities and
 * without Replacement", Ann. Math. Stat. 33, 1962): the size is exact, and so is every probability.
 *
 * @param scores at least 0; where all are 0, all draws are uniform
 * @returns the whole list, with probabilities of 1, if it has no more than `size` members
 */
export function drawSample(scores: ArrayLike<number>, size: number, random: Random): Sample {
  const probabilities = computeProbabilities(scores, size);
  const members: number[] = [];
  let reached = 0;
  let next = random();
  for (const index of shuffle(probabilities.keys(), random)) {
    const certain = valueAt(probabilities, index) === 1;
    if (!certain) reached += valueAt(probabilities, index);
    if (!certain && reached < next) continue;
    members.push(index);
    if (!certain) next += 1;
  }
  members.sort((a, b) => a - b);
  return {
    members: Int32Array.from(members),
    probability: Float64Array.from(members, (index) => valueAt(probabilities, index)),
  };
}

/** Probabilities that add up to the size. What would exceed 1 is certain, and the others share the rest. */
function computeProbabilities(scores: ArrayLike<number>, size: number): Float64Array {
  const count = scores.length;
  const probabilities = new Float64Array(count).fill(1);
  if (size >= count) return probabilities;
  let total = 0;
  for (let index = 0; index < count; index++) total += valueAt(scores, index);
  const shares = Float64Array.from(scores, (score) =>
    total > 0 ? 0.5 / count + (0.5 * score) / total : 1 / count,
  );
  const certain = new Uint8Array(count);
  let certainCount = 0;
  for (;;) {
    let open = 0;
    shares.forEach((share, index) => {
      if (certain[index] === 0) open += share;
    });
    const factor = (size - certainCount) / open;
    let added = 0;
    shares.forEach((share, index) => {
      if (certain[index] === 1) return;
      probabilities[index] = Math.min(1, share * factor);
      if (share * factor < 1) return;
      certain[index] = 1;
      added += 1;
    });
    if (added === 0) return probabilities;
    certainCount += added;
  }
}
