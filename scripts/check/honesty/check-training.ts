import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../../src/learn/train/train-policy.js';
import { createRandom } from '../../../src/util/random.js';
import {
  buildPlantedOutcomes,
  plantedTasks,
  writePlantedPrompt,
} from '../../../test/support/planted-outcomes.js';
import { describeTable } from './delivery/delivery-sets.js';
import { leaveGaps } from './simulate-outcomes.js';

export interface TrainingTrials {
  readonly trials: number;
  /** Share of trials with the verdict ROUTE. */
  readonly routes: number;
  /** Share of trials in which "keep-98" is promised, and broken on fresh prompts. */
  readonly broken: number;
}

/** Trains policies on planted outcomes, and checks their decisions on fresh prompts. */
export async function checkTraining(
  engine: TensorFlowEngine,
  {
    trials,
    prompts,
    shuffled,
    gaps = [],
    seed,
  }: {
    readonly trials: number;
    readonly prompts: number;
    readonly shuffled: boolean;
    /** Share of each model's outcomes that are missing, at random. */
    readonly gaps?: readonly number[] | undefined;
    readonly seed: number;
  },
): Promise<TrainingTrials> {
  let routes = 0;
  let broken = 0;
  for (let trial = 0; trial < trials; trial++) {
    const whole = buildPlantedOutcomes(prompts, { seed: seed + trial, shuffled });
    const table = leaveGaps(whole, gaps, createRandom(seed + trial));
    const info = describeTable('planted', table);
    const { policy, text } = await trainPolicy(
      engine,
      { table, info },
      {
        seed: seed + trial,
        createdBy: 'check-honesty',
        objectives: [{ kind: 'keep_quality', name: 'keep-98', keepQuality: 0.98, lowest: 'cost' }],
      },
    );
    if (policy.verdict.decision === 'ROUTE') routes += 1;
    const { decide } = await loadPolicy(text);
    const isPromised =
      policy.objectives.find(({ name }) => name === 'keep-98')?.promise === 'shown';
    const choose = (prompt: string): number =>
      table.models.indexOf(decide(prompt, { objective: 'keep-98' }).model ?? '');
    const { quality, bestQuality } = measureTruth(choose, shuffled, seed + trial);
    if (isPromised && quality < 0.98 * bestQuality) broken += 1;
  }
  return { trials, routes: routes / trials, broken: broken / trials };
}

/** True qualities of the planted outcomes: 0.9 for the best model of a task, 0.4 for others. */
function measureTruth(choose: (prompt: string) => number, shuffled: boolean, seed: number) {
  const random = createRandom(seed + 7919);
  const fresh = 400;
  const truth = (task: number, model: number): number =>
    shuffled ? (0.9 + 0.4 + 0.4) / 3 : model === task % 3 ? 0.9 : 0.4;
  const sums = [0, 0, 0];
  let quality = 0;
  for (let index = 0; index < fresh; index++) {
    const task = index % plantedTasks.length;
    const prompt = writePlantedPrompt(plantedTasks[task] as string, random);
    quality += truth(task, choose(prompt)) / fresh;
    sums.forEach((sum, model) => {
      sums[model] = sum + truth(task, model) / fresh;
    });
  }
  return { quality, bestQuality: Math.max(...sums) };
}
