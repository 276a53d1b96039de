import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { pick } from '../../../util/numeric-arrays.js';
import type { TableEstimates, TrainedPlan } from '../plan/trained-plan.js';

/** Held-out rows with the plan made without them. */
export interface HeldOutFold {
  readonly rows: Int32Array;
  readonly plan: TrainedPlan;
  /** Family of the scorer that was chosen without these rows. */
  readonly family?: string;
}

/** Estimates for prompts that neither scorers nor plans were made from. */
export interface HeldOut {
  readonly table: OutcomeTable;
  /** Task index of each prompt; -1 where unknown. */
  readonly taskOf: Int32Array;
  /** Group number of each prompt. */
  readonly groups: Int32Array;
  readonly estimates: TableEstimates;
  readonly folds: readonly HeldOutFold[];
}

/** All held-out rows, fold after fold. */
export function listHeldOutRows({ folds }: Pick<HeldOut, 'folds'>): Int32Array {
  return Int32Array.from(folds.flatMap(({ rows }) => [...rows]));
}

/** Group number of each held-out row, fold after fold. */
export function listHeldOutGroups(heldOut: Pick<HeldOut, 'folds' | 'groups'>): Int32Array {
  return Int32Array.from(pick(heldOut.groups, listHeldOutRows(heldOut)));
}

/**
 * Counts groups of near-duplicates with prompts both inside and outside a held-out fold. Folds are
 * made of whole groups, so any number other than 0 is a defect of the split.
 */
export function countLeakedGroups({
  groups,
  folds,
}: Pick<HeldOut, 'groups'> & { readonly folds: readonly Pick<HeldOutFold, 'rows'>[] }): number {
  const leaked = new Set<number>();
  for (const { rows } of folds) {
    const inFold = new Set(rows);
    const ownGroups = new Set(pick(groups, rows));
    groups.forEach((group, row) => {
      if (!inFold.has(row) && ownGroups.has(group)) leaked.add(group);
    });
  }
  return leaked.size;
}
