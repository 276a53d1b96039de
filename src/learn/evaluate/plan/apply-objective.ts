import { collectOutcomes, computeKnownMean, type Outcomes } from '../strategies/chosen-outcomes.js';
import {
  chooseForRow,
  type PlannedObjective,
  type PlanGuard,
  type PlanInput,
} from './trained-plan.js';

/** Recorded outcomes of an objective's choices in some rows. */
export function applyObjective(
  { table, rows, estimates }: Pick<PlanInput, 'table' | 'rows' | 'estimates'>,
  guard: PlanGuard,
  objective: PlannedObjective,
): Outcomes {
  const choices = rows.map((row) => chooseForRow(estimates, row, guard, objective));
  return collectOutcomes(table, rows, choices);
}

export function computeKnownQuality({ quality, weights }: Outcomes): number {
  return computeKnownMean(quality, weights);
}
