import { createBootstrap } from '../../../src/learn/evaluate/statistics/bootstrap.js';
import { compareStrategies } from '../../../src/learn/evaluate/strategies/compare-strategies.js';
import { collectOutcomes } from '../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { createRandom } from '../../../src/util/random.js';
import { averageOf, simulateOutcomes, type SimulatedWorld } from './simulate-outcomes.js';

export interface IntervalTrials {
  readonly trials: number;
  /** Share of the 95 % intervals of the difference in quality that contain the true one. */
  readonly quality: number;
  /** The same for the share of cost that is saved. */
  readonly costSaved: number;
  /** The same for a mean, by the bootstrap. */
  readonly mean: number;
}

/** Compares two models with a known true difference in many trials. */
export function checkIntervals(
  world: SimulatedWorld,
  {
    trials,
    prompts,
    seed,
  }: { readonly trials: number; readonly prompts: number; readonly seed: number },
): IntervalTrials {
  const random = createRandom(seed);
  const truth = (model: number) => ({
    quality: averageOf(world.kinds.map((kind) => kind[model]?.quality ?? 0)),
    costUsd: averageOf(world.kinds.map((kind) => kind[model]?.costUsd ?? 0)),
  });
  const [reference, other] = [truth(0), truth(1)];
  const holds = (interval: { low: number; high: number } | null, value: number): number =>
    Number(interval !== null && interval.low <= value && value <= interval.high);
  let [quality, costSaved, mean] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const { table, groups } = simulateOutcomes(world, prompts, random);
    const rows = Int32Array.from({ length: prompts }, (_, row) => row);
    const collect = (model: number) =>
      collectOutcomes(
        table,
        rows,
        rows.map(() => model),
      );
    const [comparison] = compareStrategies([collect(1)], {
      reference: collect(0),
      groups,
      seed: seed + trial,
    });
    if (comparison === undefined) throw new Error('nothing was compared');
    quality += holds(comparison.qualityDifference, other.quality - reference.quality);
    costSaved += holds(comparison.costSaved, 1 - other.costUsd / reference.costUsd);
    const bootstrap = createBootstrap([collect(1).quality], groups, { seed: seed + trial });
    const own = bootstrap.interval((sums) => (sums[0] as number) / prompts);
    mean += holds(own, other.quality);
  }
  return {
    trials,
    quality: quality / trials,
    costSaved: costSaved / trials,
    mean: mean / trials,
  };
}
