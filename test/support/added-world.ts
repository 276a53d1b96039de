import { AddedBuyer, type AddedProblem } from '../../src/learn/adaptive/added/added-buyer.js';
import type { Purchase } from '../../src/learn/adaptive/adaptive-problem.js';
import { createRandom } from '../../src/util/random.js';

/** Prompts that known models have answered, and what a further model would answer. */
export interface AddedWorld {
  readonly problem: AddedProblem;
  readonly grades: Float32Array;
}

/**
 * A world of tasks of equal size. All models are right more often on easy prompts, so that the known
 * grades tell something of the added model's.
 *
 * @param means by task, of each known model and last of the added one
 */
export function buildAddedWorld(
  means: readonly (readonly number[])[],
  { promptCount, share, seed }: { promptCount: number; share: number; seed: number },
): AddedWorld {
  const random = createRandom(seed);
  const modelCount = (means[0]?.length ?? 1) - 1;
  const taskOf = Int32Array.from({ length: promptCount }, (_, prompt) => prompt % means.length);
  const known = new Float32Array(promptCount * modelCount);
  const grades = new Float32Array(promptCount);
  taskOf.forEach((task, prompt) => {
    const ease = random() < 0.5 ? 0.2 : -0.2;
    const draw = (model: number): number =>
      random() < (means[task]?.[model] as number) + ease ? 1 : 0;
    for (let model = 0; model < modelCount; model++)
      known[prompt * modelCount + model] = draw(model);
    grades[prompt] = draw(modelCount);
  });
  const groups = Int32Array.from({ length: promptCount }, (_, prompt) => prompt);
  return {
    problem: { taskOf, taskCount: means.length, groups, known, modelCount, share, seed },
    grades,
  };
}

/** Buys to the end, one outcome at a time in an order of choice. */
export function buyAdded(
  { problem, grades }: AddedWorld,
  arrange: (purchases: Purchase[]) => Purchase[] = (purchases) => purchases,
): { readonly rounds: Purchase[][]; readonly ending: string; readonly buyer: AddedBuyer } {
  const buyer = new AddedBuyer(problem);
  const rounds: Purchase[][] = [];
  let pending: Purchase[] = [];
  for (;;) {
    const step = buyer.decide();
    if (step.kind === 'ended') return { rounds, ending: step.ending, buyer };
    if (step.kind === 'round') {
      rounds.push([...step.purchases]);
      pending = arrange([...step.purchases]);
      continue;
    }
    const [next, ...rest] = pending;
    if (next === undefined) throw new Error('waiting for nothing');
    buyer.note(next.prompt, grades[next.prompt] as number);
    pending = rest;
  }
}
