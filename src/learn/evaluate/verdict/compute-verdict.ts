import type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Verdict,
} from '../../../policy/file/policy.js';
import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { computeUtility } from '../../../policy/decide/choose-model.js';
import { createBootstrap } from './bootstrap.js';
import { compareStrategies } from './compare-strategies.js';
import { computeExchangeRate } from '../plan/exchange-rate.js';
import { indexGroups } from './grouped-mean.js';
import { listHeldOutRows, type HeldOut } from '../plan/held-out.js';
import { computeKnownMean, type Outcomes } from './outcomes.js';
import { computePromptsNeeded } from '../plan/prompts-needed.js';
import { collectChoices, type Strategy } from '../plan/strategies.js';

/**
 * Decides whether routing pays, from prompts that no choice was made on: under an objective it
 * does where it beats every mix of single models of the same mean cost (or latency, where that is
 * what the objective saves) by more than chance explains. Quality and cost are traded at the rate at
 * which mixes trade them there, so that to beat every mix is to beat every single model. (An
 * intersection-union test: all comparisons must hold, so their number needs no correction.) The
 * paired intervals are 95 % for all objectives together (Bonferroni), since one that pays is enough
 * for ROUTE.
 */
export function computeVerdict(
  heldOut: HeldOut,
  strategies: readonly Strategy[],
  seed: number,
): Verdict {
  const objectives = heldOut.folds[0]?.plan.objectives ?? [];
  const rows = listHeldOutRows(heldOut);
  const groups = rows.map((row) => heldOut.groups[row] as number);
  const constants = heldOut.table.models.map((_, model) =>
    collectChoices(heldOut, new Int32Array(rows.length).fill(model)),
  );
  const groupIndex = indexGroups(groups, listRowWeights(heldOut.table, rows));
  const evidence = objectives.map((objective, index): ObjectiveEvidence => {
    const routed = strategies.find(({ name }) => name === `routed: ${objective.name}`) as Strategy;
    const trade = computeTrade(heldOut, index, routed.outcomes, constants);
    const differences = constants.map((constant) =>
      computeDifferences(routed.outcomes, constant, trade),
    );
    const intervals = computeIntervals(differences, groups, groupIndex.weights, {
      seed,
      confidence: 1 - 0.05 / objectives.length,
    });
    const hardest = findLowest(intervals);
    const constant = constants[hardest] as Outcomes;
    const utilityDifference = intervals[hardest] as Interval;
    const promptsNeeded = computePromptsNeeded(differences[hardest] as Float64Array, groupIndex);
    const [own, other] = compareStrategies([routed.outcomes, constant], constant, groups, seed);
    return {
      objective: objective.name,
      routes: utilityDifference.low > 0,
      bestConstant: heldOut.table.models[hardest] as string,
      quality: own?.quality ?? Number.NaN,
      constantQuality: other?.quality ?? Number.NaN,
      qualityDifference: own?.qualityDifference ?? { mean: 0, low: 0, high: 0 },
      costUsd: own?.costUsd ?? null,
      constantCostUsd: other?.costUsd ?? null,
      ...(typeof own?.latencyMs === 'number' && { latencyMs: own.latencyMs }),
      ...(typeof other?.latencyMs === 'number' && { constantLatencyMs: other.latencyMs }),
      utilityDifference,
      ...(promptsNeeded !== undefined && { promptsNeeded }),
    };
  });
  const [first] = evidence;
  const paying = evidence.filter(({ routes }) => routes).map(({ objective }) => objective);
  return {
    decision: paying.length > 0 ? 'ROUTE' : "DON'T ROUTE",
    reason:
      paying.length > 0
        ? `routing beats every mix of single models for ${joinNames(paying)} on held-out prompts`
        : 'for no objective does routing beat every mix of single models on held-out prompts by more than chance explains',
    heldOutPrompts: rows.length,
    ...(first !== undefined && { bestConstant: first.bestConstant }),
    ...(first?.promptsNeeded !== undefined && { promptsNeeded: first.promptsNeeded }),
    evidence,
  };
}

type Trade = Pick<Objective, 'costWeightPerUsd' | 'latencyWeightPerSecond'>;

/** The rate at which mixes of single models trade quality for what the objective saves. */
function computeTrade(
  { folds }: HeldOut,
  index: number,
  routed: Outcomes,
  constants: readonly Outcomes[],
): Trade {
  const planned = folds.map(({ plan }) => plan.objectives[index] as Objective);
  const quality = constants.map((outcomes) => computeKnownMean(outcomes.quality, outcomes.weights));
  const findRate = (measure: 'costUsd' | 'latencyMs'): number => {
    const points = constants
      .map((outcomes, model) => ({
        costUsd: computeKnownMean(outcomes[measure], outcomes.weights),
        quality: quality[model] as number,
      }))
      .filter((point) => !Number.isNaN(point.costUsd + point.quality));
    return computeExchangeRate(points, computeKnownMean(routed[measure], routed.weights));
  };
  return {
    costWeightPerUsd: planned.some((item) => item.costWeightPerUsd > 0) ? findRate('costUsd') : 0,
    latencyWeightPerSecond: planned.some((item) => item.latencyWeightPerSecond > 0)
      ? 1000 * findRate('latencyMs')
      : 0,
  };
}

/** Utility of routing less that of a constant, per held-out row; NaN where either is unknown. */
function computeDifferences(routed: Outcomes, constant: Outcomes, trade: Trade): Float64Array {
  return routed.quality.map(
    (_, row) => computeUtility(routed, row, trade) - computeUtility(constant, row, trade),
  );
}

/** Interval of the mean of each, over the rows where it is known. */
function computeIntervals(
  differences: readonly Float64Array[],
  groups: ArrayLike<number>,
  weights: ArrayLike<number>,
  { seed, confidence }: { readonly seed: number; readonly confidence: number },
): Interval[] {
  const columns = differences.flatMap((values) => [
    values.map((value, row) => (Number.isNaN(value) ? 0 : value * (weights[row] as number))),
    values.map((value, row) => (Number.isNaN(value) ? 0 : (weights[row] as number))),
  ]);
  const bootstrap = createBootstrap(columns, groups, { seed, resamples: 2000 });
  return differences.map((_, model) =>
    bootstrap.interval(
      (sums) => (sums[2 * model] as number) / (sums[2 * model + 1] as number),
      confidence,
    ),
  );
}

/** Index of the interval that begins lowest; those of models without outcomes do not count. */
function findLowest(intervals: readonly Interval[]): number {
  let lowest = 0;
  intervals.forEach(({ low }, index) => {
    const lowestLow = (intervals[lowest] as Interval).low;
    if (low < lowestLow || (Number.isNaN(lowestLow) && !Number.isNaN(low))) lowest = index;
  });
  return lowest;
}

function joinNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2
    ? quoted.join('')
    : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
