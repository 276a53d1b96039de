import { valueAt } from '../../util/numeric-arrays.js';

/** What other models would have gained over the one that served a request. */
export interface Gain {
  /** 1 where the best of them is better; with repeats, how often it is better less how often it is worse. */
  readonly net: number;
  /** By how much. */
  readonly quality: number;
}

/** Grades of one request: means by model, and those of every repeat where answers were repeated. */
export interface RequestGrades {
  readonly quality: ArrayLike<number>;
  readonly repeats: readonly (readonly number[])[] | undefined;
}

const unknown: Gain = { net: Number.NaN, quality: Number.NaN };

/**
 * Measures what the best of some models would have gained. With repeats, the best one is chosen by all
 * answers but one and its gain is counted by that one, on average over the answers: so models that are
 * alike gain nothing on average, and models that are worse lose a little where chance chooses them. Without
 * repeats, differences by chance count as gains.
 *
 * @returns NaN where answers are repeated, but a model has a single one
 */
export function measureGain(
  { quality, repeats }: RequestGrades,
  served: number,
  others: readonly number[],
): Gain {
  if (repeats === undefined) {
    const own = valueAt(quality, served);
    const gain = Math.max(0, ...others.map((model) => valueAt(quality, model) - own));
    return { net: Math.sign(gain), quality: gain };
  }
  if (repeats.some(({ length }) => length < 2)) return unknown;
  if (others.length === 0) return { net: 0, quality: 0 };
  const own = repeats[served] ?? [];
  const cells = others.map((model) => repeats[model] ?? []);
  const rounds = Math.min(own.length, ...cells.map(({ length }) => length));
  let [net, sum] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const chosen = chooseBest(own, cells, round);
    const gain = valueAt(chosen, round) - valueAt(own, round);
    net += Math.sign(gain);
    sum += gain;
  }
  return { net: net / rounds, quality: sum / rounds };
}

/** The best grades by the mean of all but one answer; the own ones where no others are better. */
function chooseBest(
  own: readonly number[],
  cells: readonly (readonly number[])[],
  leftOut: number,
): readonly number[] {
  let best = own;
  let highest = computeMeanOfOthers(own, leftOut);
  for (const cell of cells) {
    const mean = computeMeanOfOthers(cell, leftOut);
    if (mean <= highest) continue;
    best = cell;
    highest = mean;
  }
  return best;
}

function computeMeanOfOthers(grades: readonly number[], leftOut: number): number {
  let sum = 0;
  grades.forEach((grade, place) => {
    if (place !== leftOut) sum += grade;
  });
  return sum / (grades.length - 1);
}
