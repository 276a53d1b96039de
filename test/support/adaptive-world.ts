import { AdaptiveBuyer } from '../../src/learn/adaptive/adaptive-buyer.js';
import type {
  AdaptiveProblem,
  Purchase,
  PurchasedOutcome,
} from '../../src/learn/adaptive/adaptive-problem.js';
import type { StoppingRules } from '../../src/learn/adaptive/find-ending.js';
import { createRandom } from '../../src/util/random.js';

/** Outcomes of every cell, and the problem of a sweep that does not know them. */
export interface AdaptiveWorld {
  readonly problem: AdaptiveProblem;
  readonly outcomeOf: (prompt: number, model: number) => PurchasedOutcome;
}

/**
 * A world of tasks of equal size. A grade is 1 with the probability of its task and model.
 *
 * @param means tasks x models
 */
export function buildAdaptiveWorld(
  means: readonly (readonly number[])[],
  { promptCount, seed }: { readonly promptCount: number; readonly seed: number },
): AdaptiveWorld {
  const random = createRandom(seed);
  const modelCount = means[0]?.length ?? 0;
  const taskOf = Int32Array.from({ length: promptCount }, (_, prompt) => prompt % means.length);
  const quality = Float32Array.from({ length: promptCount * modelCount }, (_, cell) => {
    const task = Math.floor(cell / modelCount) % means.length;
    return random() < (means[task]?.[cell % modelCount] ?? 0) ? 1 : 0;
  });
  return {
    problem: {
      modelCount,
      taskOf,
      taskCount: means.length,
      groups: Int32Array.from({ length: promptCount }, (_, prompt) => prompt),
      expectedUsd: Float64Array.from({ length: modelCount }, (_, model) => 0.001 * (model + 1)),
      objective: 'quality',
      isBudgeted: false,
      seed,
    },
    outcomeOf: (prompt, model) => ({
      quality: quality[prompt * modelCount + model] as number,
      costUsd: 0.001 * (model + 1),
    }),
  };
}

/** Rules of a sweep over so many cells. */
export const listUsualRules = (cells: number): StoppingRules => ({
  worth: 0.02,
  minCellGain: 0.02 / cells,
  maxLearningCells: Number.POSITIVE_INFINITY,
  opensHeldOut: true,
  keepsGoing: false,
});

/** Runs a buyer to its end; outcomes arrive in the order that `arrange` gives them. */
export function runBuyer(
  { problem, outcomeOf }: AdaptiveWorld,
  rules: StoppingRules = listUsualRules(problem.taskOf.length * problem.modelCount),
  arrange: (purchases: readonly Purchase[]) => readonly Purchase[] = (purchases) => purchases,
): { readonly rounds: Purchase[][]; readonly ending: string; readonly buyer: AdaptiveBuyer } {
  const buyer = new AdaptiveBuyer(problem, rules);
  const rounds: Purchase[][] = [];
  let pending: Purchase[] = [];
  for (;;) {
    const step = buyer.decide();
    if (step.kind === 'ended') return { rounds, ending: step.ending, buyer };
    if (step.kind === 'round') {
      rounds.push([...step.purchases]);
      pending.push(...step.purchases);
      continue;
    }
    // One outcome at a time, so that decisions are asked for at every state in between.
    const [next, ...rest] = arrange(pending);
    if (next === undefined) throw new Error('waiting for nothing');
    buyer.note(next.prompt, next.model, outcomeOf(next.prompt, next.model));
    pending = [...rest];
  }
}
