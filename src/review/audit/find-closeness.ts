/**
 * How close a decision was, from 0 to 1: 1 where two models are expected to be equally useful, and
 * half of that where they are `halfDistance` apart.
 *
 * @param utilities by model; one that could not be chosen, or is not known, is left out
 */
export function findCloseness(
  utilities: ArrayLike<number>,
  isFeasible: (model: number) => boolean,
): number {
  let best = -Infinity;
  let second = -Infinity;
  for (let model = 0; model < utilities.length; model++) {
    const utility = utilities[model] as number;
    if (!isFeasible(model) || Number.isNaN(utility)) continue;
    if (utility > best) {
      second = best;
      best = utility;
    } else if (utility > second) second = utility;
  }
  return second === -Infinity ? 0 : halfDistance / (halfDistance + best - second);
}

/** In units of quality. */
const halfDistance = 0.05;
