import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import type { Objective } from '../../../policy/file/policy.js';
import { pick } from '../../../util/numeric-arrays.js';
import { computeGroupedMean, indexGroups } from '../statistics/grouped-mean.js';
import { applyObjective, computeKnownQuality } from './apply-objective.js';
import type { PlanGuard, PlanInput } from './trained-plan.js';

/** Guarding may cost at most this share of what routing gains. */
export const maxGuardCost = 0.1;

/** Margins are tried in steps of this. */
const marginStep = 0.005;
const marginSteps = 40;

/**
 * Raises the margin while prompts of tasks that were left out of training do worse than with the
 * baseline, and do clearly better with the larger margin: by a standard error of the difference.
 * Prompts of known tasks may lose no more than guards may cost.
 *
 * @param routing the objective without guards
 */
export function raiseMargin(
  objective: Objective,
  routing: Objective,
  input: PlanInput,
  guard: PlanGuard,
): Objective {
  const { leftOut, table } = input;
  if (leftOut === undefined || leftOut.rows.length === 0) return objective;
  const { rows } = leftOut;
  const groups = indexGroups(pick(input.groups, rows), listRowWeights(table, rows));
  const readUnseen = (one: Objective): Float64Array =>
    applyObjective({ table, ...leftOut }, guard, one).quality;
  const measure = (one: Objective): number =>
    computeKnownQuality(applyObjective(input, guard, one));
  const withoutRouting = { ...routing, margin: Infinity };
  const baseline = measure(withoutRouting);
  const lowest = baseline + (1 - maxGuardCost) * (measure(routing) - baseline);
  const unseenBaseline = readUnseen(withoutRouting);
  const compare = (one: Float64Array, other: Float64Array): { mean: number; error: number } => {
    const differences = one.map((value, index) => value - (other[index] ?? Number.NaN));
    const { mean, standardError } = computeGroupedMean(differences, groups);
    return { mean, error: standardError };
  };
  let best = objective;
  let bestUnseen = readUnseen(best);
  for (let step = 1; step <= marginSteps; step++) {
    if (compare(bestUnseen, unseenBaseline).mean >= 0) return best;
    const margin = Number((objective.margin + step * marginStep).toFixed(3));
    const candidate = { ...objective, margin };
    if (measure(candidate) < lowest) return best;
    const unseen = readUnseen(candidate);
    const { mean, error } = compare(unseen, bestUnseen);
    if (mean < error || mean <= 0) continue;
    best = candidate;
    bestUnseen = unseen;
  }
  return best;
}
