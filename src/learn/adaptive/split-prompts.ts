import { intAt } from '../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../util/random.js';
import { adaptiveConstants, type AdaptiveProblem } from './adaptive-problem.js';

/** The prompts of an adaptive sweep by their use. */
export interface SplitPrompts {
  /** Held out for the verdict, whole groups, in a random order. */
  readonly heldOut: Int32Array;
  /** The others of each task, in a random order that all models share, so that outcomes pair. */
  readonly orderOfTask: readonly Int32Array[];
}

/**
 * Holds out whole groups, each with the same chance, until they have their share of the prompts, and
 * orders the others within their tasks. The same seed gives the same split.
 */
export function splitPrompts({
  groups,
  taskOf,
  taskCount,
  seed,
}: Pick<AdaptiveProblem, 'groups' | 'taskOf' | 'taskCount' | 'seed'>): SplitPrompts {
  const random = createRandom(seed ^ 0x5eed);
  const members = new Map<number, number[]>();
  groups.forEach((group, prompt) => {
    const own = members.get(group);
    if (own === undefined) members.set(group, [prompt]);
    else own.push(prompt);
  });
  const wanted = Math.round(adaptiveConstants.holdOutShare * groups.length);
  const heldOut: number[] = [];
  const tasks: number[][] = Array.from({ length: taskCount }, () => []);
  for (const prompts of shuffle(members.values(), random)) {
    if (heldOut.length + prompts.length <= wanted) heldOut.push(...prompts);
    else for (const prompt of prompts) tasks[intAt(taskOf, prompt)]?.push(prompt);
  }
  return {
    heldOut: Int32Array.from(heldOut),
    orderOfTask: tasks.map((prompts) => Int32Array.from(shuffle(prompts, random))),
  };
}
