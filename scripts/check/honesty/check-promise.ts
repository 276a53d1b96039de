import { chooseForRow, type TrainedPlan } from '../../../src/learn/evaluate/plan/trained-plan.js';
import { makePlan } from '../../../src/learn/evaluate/plan/make-plan.js';
import type { Guarantee } from '../../../src/learn/evaluate/plan/objective-request.js';
import { createRandom } from '../../../src/util/random.js';
import { averageOf, simulateOutcomes, type SimulatedWorld } from './simulate-outcomes.js';

export interface PromiseTrials {
  readonly trials: number;
  /** Share of trials with a promise; in the others, nothing was shown. */
  readonly promised: number;
  /** Share of trials with a promise that is broken on fresh prompts. */
  readonly broken: number;
  /** Share of trials in which routing was shown to keep the promise. */
  readonly routed: number;
  /** Mean share of the best model's cost that was saved on fresh prompts. */
  readonly saved: number;
}

/**
 * Plans an objective that keeps a share of the best model's quality in many trials, and checks on
 * fresh prompts whether the true quality of its choices is that share of the truly best model's.
 */
export function checkPromise(
  world: SimulatedWorld,
  settings: {
    readonly trials: number;
    readonly prompts: number;
    readonly freshPrompts: number;
    readonly keepQuality: number;
    readonly guarantee: Guarantee;
    readonly seed: number;
  },
): PromiseTrials {
  const { trials, prompts, freshPrompts, keepQuality, guarantee, seed } = settings;
  const random = createRandom(seed);
  let promised = 0;
  let broken = 0;
  let routed = 0;
  let saved = 0;
  for (let trial = 0; trial < trials; trial++) {
    const data = simulateOutcomes(world, prompts, random);
    const plan = makePlan({
      ...data,
      taskOf: data.kindOf,
      taskCount: world.kinds.length,
      rows: Int32Array.from({ length: prompts }, (_, row) => row),
      requests: [{ kind: 'keep_quality', name: 'keep', keepQuality, lowest: 'cost', guarantee }],
    });
    const truth = measureTruth(world, plan, freshPrompts, random);
    // By point estimates, every objective is taken for a promise.
    const isPromised = guarantee === 'point' || plan.objectives[0]?.promise === 'shown';
    if (isPromised) promised += 1;
    if (isPromised && truth.quality < keepQuality * truth.bestQuality) broken += 1;
    if (plan.objectives[0]?.onlyModel === undefined) routed += 1;
    saved += 1 - truth.costUsd / truth.bestCostUsd;
  }
  return {
    trials,
    promised: promised / trials,
    broken: broken / trials,
    routed: routed / trials,
    saved: saved / trials,
  };
}

/** True means of a plan's choices for fresh prompts, and of the truly best model on them. */
function measureTruth(
  world: SimulatedWorld,
  plan: TrainedPlan,
  prompts: number,
  random: () => number,
) {
  const { estimates, kindOf } = simulateOutcomes(world, prompts, random);
  const objective = plan.objectives[0];
  if (objective === undefined) throw new Error('the plan has no objective');
  const best = world.models
    .map((_, model) => model)
    .toSorted((a, b) => meanQuality(b) - meanQuality(a))[0] as number;
  let [quality, costUsd, bestQuality, bestCostUsd] = [0, 0, 0, 0];
  kindOf.forEach((kind, row) => {
    const choice = chooseForRow(estimates, row, plan, objective);
    const chosen = world.kinds[kind]?.[choice];
    const reference = world.kinds[kind]?.[best];
    quality += (chosen?.quality ?? 0) / prompts;
    costUsd += (chosen?.costUsd ?? 0) / prompts;
    bestQuality += (reference?.quality ?? 0) / prompts;
    bestCostUsd += (reference?.costUsd ?? 0) / prompts;
  });
  return { quality, costUsd, bestQuality, bestCostUsd };

  function meanQuality(model: number): number {
    return averageOf(world.kinds.map((kind) => kind[model]?.quality ?? 0));
  }
}
