import type { Interval, Objective, ObjectiveEvidence, Verdict } from '../policy/policy.js';
import { computeUtility } from '../runtime/choose-model.js';
import { createBootstrap } from './bootstrap.js';
import { compareStrategies } from './compare-strategies.js';
import { listHeldOutRows, type HeldOut } from './held-out.js';
import type { Outcomes } from './outcomes.js';
import { collectChoices, type Strategy } from './strategies.js';

/**
 * Decides whether routing pays, from prompts that no choice was made on: under an objective it
 * does where its mean utility, at the objective's own trade of quality and cost, is above that of
 * every single model by more than chance explains. (An intersection-union test: all comparisons
 * must hold, so their number needs no correction.) The paired intervals are 95 % for all objectives
 * together (Bonferroni), since one that pays is enough for ROUTE.
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
  const evidence = objectives.map((objective, index): ObjectiveEvidence => {
    const routed = strategies.find(({ name }) => name === `routed: ${objective.name}`) as Strategy;
    const differences = compareUtilities(heldOut, index, routed.outcomes, constants, groups, {
      seed,
      confidence: 1 - 0.05 / objectives.length,
    });
    const hardest = findLowest(differences);
    const constant = constants[hardest] as Outcomes;
    const utilityDifference = differences[hardest] as Interval;
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
      utilityDifference,
    };
  });
  const paying = evidence.filter(({ routes }) => routes).map(({ objective }) => objective);
  return {
    decision: paying.length > 0 ? 'ROUTE' : "DON'T ROUTE",
    reason:
      paying.length > 0
        ? `routing beats every single model for ${joinNames(paying)} on held-out prompts`
        : 'for no objective does routing beat every single model on held-out prompts by more than chance explains',
    heldOutPrompts: rows.length,
    evidence,
  };
}

/** Interval of the mean utility of routing less that of each constant. */
function compareUtilities(
  heldOut: HeldOut,
  index: number,
  routed: Outcomes,
  constants: readonly Outcomes[],
  groups: ArrayLike<number>,
  { seed, confidence }: { readonly seed: number; readonly confidence: number },
): Interval[] {
  const columns = constants.flatMap((constant) => {
    const differences = new Float64Array(routed.quality.length);
    const known = new Float64Array(routed.quality.length);
    let row = 0;
    for (const { rows, plan } of heldOut.folds) {
      const objective = plan.objectives[index] as Objective;
      for (let step = 0; step < rows.length; step++, row++) {
        const difference =
          computeUtility(routed, row, objective) - computeUtility(constant, row, objective);
        if (Number.isNaN(difference)) continue;
        differences[row] = difference;
        known[row] = 1;
      }
    }
    return [differences, known];
  });
  const bootstrap = createBootstrap(columns, groups, { seed, resamples: 2000 });
  return constants.map((_, model) =>
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
