import { groupBy } from '../../util/group-by.js';
import { intAt } from '../../util/numeric-arrays.js';
import { createRandom, shuffle, type Random } from '../../util/random.js';
import { adaptiveConstants, type AdaptiveProblem } from './adaptive-problem.js';

/** The prompts of an adaptive sweep by their use. */
export interface SplitPrompts {
  /** Held out for the verdict, whole groups, in a random order. */
  readonly heldOut: Int32Array;
  /** The chance with which each of them was drawn. */
  readonly heldOutProbability: number;
  /** Prompts of groups that are larger than all that is held out, so that they never are. */
  readonly neverHeldOut: number;
  /** The others of each task, in a random order that all models share, so that outcomes pair. */
  readonly orderOfTask: readonly Int32Array[];
}

/**
 * Holds out whole groups in a random order until they have their share of the prompts, but none that
 * is larger than that, unless an earlier sweep has held out some; orders the others within their tasks.
 * The same seed gives the same split.
 */
export function splitPrompts(
  problem: Pick<
    AdaptiveProblem,
    'groups' | 'taskOf' | 'taskCount' | 'seed' | 'heldOut' | 'holdOutShare'
  >,
): SplitPrompts {
  const { groups, taskOf, taskCount, seed } = problem;
  const { holdOutShare = adaptiveConstants.holdOutShare } = problem;
  const wanted = Math.round(holdOutShare * groups.length);
  const random = createRandom(seed ^ 0x5eed);
  const shuffled = shuffleGroups(groups, random);
  const heldOut = problem.heldOut ?? drawHeldOut(shuffled, wanted);
  const isHeldOut = new Set(heldOut);
  const tasks: number[][] = Array.from({ length: taskCount }, () => []);
  for (const prompt of shuffled.flat()) {
    if (!isHeldOut.has(prompt)) tasks[intAt(taskOf, prompt)]?.push(prompt);
  }
  const neverHeldOut = shuffled.filter(({ length }) => length > wanted).flat().length;
  return {
    heldOut,
    heldOutProbability: heldOut.length / Math.max(1, groups.length - neverHeldOut),
    neverHeldOut,
    orderOfTask: tasks.map((prompts) => Int32Array.from(shuffle(prompts, random))),
  };
}

/** The prompts of each group, the groups in a random order. */
function shuffleGroups(groups: Int32Array, random: Random): number[][] {
  return shuffle(groupBy(groups.keys(), (prompt) => intAt(groups, prompt)).values(), random);
}

function drawHeldOut(groups: readonly (readonly number[])[], wanted: number): Int32Array {
  const heldOut: number[] = [];
  for (const prompts of groups) {
    if (prompts.length > wanted) continue;
    // Smaller groups further on must not take the place of one that does not fit.
    if (heldOut.length + prompts.length / 2 > wanted) break;
    heldOut.push(...prompts);
  }
  return Int32Array.from(heldOut);
}
