import type { Interval, Objective, ObjectiveEvidence, Verdict } from '../policy/policy.js';
import { createBootstrap } from './bootstrap.js';
import { compareStrategies } from './compare-strategies.js';
import { listHeldOutRows, type HeldOut } from './held-out.js';
import type { Outcomes } from './outcomes.js';
import { chooseRows, collectChoices, type Strategy } from './strategies.js';

/**
 * Decides whether routing pays, from prompts that no choice was made on: under an objective it
 * does where its mean utility is above that of the best constant model, chosen in training at the
 * same trade of quality and cost, by more than chance explains. The paired interval is 95 % for
 * all objectives together (Bonferroni), since one that pays is enough for ROUTE.
 */
export function computeVerdict(
  heldOut: HeldOut,
  strategies: readonly Strategy[],
  seed: number,
): Verdict {
  const objectives = heldOut.folds[0]?.plan.objectives ?? [];
  const rows = listHeldOutRows(heldOut);
  const groups = rows.map((row) => heldOut.groups[row] as number);
  const evidence = objectives.map((objective, index): ObjectiveEvidence => {
    const routed = strategies.find(({ name }) => name === `routed: ${objective.name}`) as Strategy;
    const constants = chooseRows(heldOut, (_, plan) => plan.constants[index] as number);
    const constant = collectChoices(heldOut, constants);
    const utilityDifference = compareUtility(heldOut, index, routed.outcomes, constant, groups, {
      seed,
      confidence: 1 - 0.05 / objectives.length,
    });
    const [own, other] = compareStrategies([routed.outcomes, constant], constant, groups, seed);
    return {
      objective: objective.name,
      routes: utilityDifference.low > 0,
      bestConstant: nameMostFrequent(heldOut, constants),
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
        ? `routing beats the best constant model for ${joinNames(paying)} on held-out prompts`
        : 'on held-out prompts no objective beats its best constant model by more than chance explains',
    heldOutPrompts: rows.length,
    evidence,
  };
}

function compareUtility(
  heldOut: HeldOut,
  index: number,
  routed: Outcomes,
  constant: Outcomes,
  groups: ArrayLike<number>,
  { seed, confidence }: { readonly seed: number; readonly confidence: number },
): Interval {
  const differences = new Float64Array(routed.quality.length);
  const known = new Float64Array(routed.quality.length);
  let row = 0;
  for (const { rows, plan } of heldOut.folds) {
    const { costWeightPerUsd } = plan.objectives[index] as Objective;
    for (let step = 0; step < rows.length; step++, row++) {
      const quality = (routed.quality[row] as number) - (constant.quality[row] as number);
      const cost =
        costWeightPerUsd === 0
          ? 0
          : costWeightPerUsd *
            ((routed.costUsd[row] as number) - (constant.costUsd[row] as number));
      if (Number.isNaN(quality - cost)) continue;
      differences[row] = quality - cost;
      known[row] = 1;
    }
  }
  const bootstrap = createBootstrap([differences, known], groups, { seed, resamples: 2000 });
  return bootstrap.interval((sums) => (sums[0] as number) / (sums[1] as number), confidence);
}

function nameMostFrequent(heldOut: HeldOut, choices: Int32Array): string {
  const counts = new Map<number, number>();
  for (const model of choices) counts.set(model, (counts.get(model) ?? 0) + 1);
  const [model = 0] = [...counts].sort((a, b) => b[1] - a[1]).map(([index]) => index);
  return heldOut.table.models[model] as string;
}

function joinNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2
    ? quoted.join('')
    : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
