import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { RoutesmithError } from '../../../util/errors.js';
import { formatCount } from '../../../util/format-number.js';
import { listRows, pick } from '../../../util/numeric-arrays.js';
import { canBeTaken, type TableEstimates, type TrainedPlan } from '../plan/trained-plan.js';

/** Held-out rows with the plan made without them. */
export interface HeldOutFold {
  readonly rows: Int32Array;
  /** The rows that the scorer learned from. @default all others */
  readonly trainingRows?: Int32Array;
  readonly plan: TrainedPlan;
  /** Family of the scorer that was chosen without these rows. */
  readonly family?: string;
}

/** The estimates of a fold's scorer for the rows that it was trained on. */
export interface FoldRefit {
  readonly trainingRows: Int32Array;
  /** From projections that did not see these rows. */
  readonly outOfFold: TableEstimates;
}

/** How scorers that were fitted to different rows estimate the same rows, all of them out of fold. */
export interface Refits {
  /** Of the scorer that a policy file gets, which was fitted to all rows. */
  readonly whole: TableEstimates;
  /** Of a policy file that never routes, which estimates the same of every task. */
  readonly pooled: TableEstimates;
  readonly folds: readonly FoldRefit[];
  /** Of the policy file: that of the folds, with the limits of the file's scorer. @default the same */
  readonly plan?: TrainedPlan;
}

/**
 * Estimates for prompts that scorers were not made from. Plans were not made from them either,
 * unless all folds share the plan of a policy file.
 */
export interface HeldOut {
  readonly table: OutcomeTable;
  /** Task index of each prompt; -1 where unknown. */
  readonly taskOf: Int32Array;
  /** Group number of each prompt. */
  readonly groups: Int32Array;
  readonly estimates: TableEstimates;
  readonly folds: readonly HeldOutFold[];
  /** How many folds the prompts were split into. @default all are held out */
  readonly foldCount?: number;
  /** Only where a policy file is made, too, and all folds share its plan. */
  readonly refits?: Refits;
}

/** All held-out rows, fold after fold. */
export function listHeldOutRows({
  folds,
}: {
  readonly folds: readonly Pick<HeldOutFold, 'rows'>[];
}): Int32Array {
  return Int32Array.from(folds.flatMap(({ rows }) => [...rows]));
}

/** Group number of each held-out row, fold after fold. */
export function listHeldOutGroups(heldOut: Pick<HeldOut, 'folds' | 'groups'>): Int32Array {
  return Int32Array.from(pick(heldOut.groups, listHeldOutRows(heldOut)));
}

/** Held-out prompts that some model can take, and the number of the others. */
export interface TakenPrompts {
  readonly heldOut: HeldOut;
  readonly promptsWithoutModel: number;
}

/**
 * Leaves out the held-out prompts that no model can take: they have no outcome whatever is chosen, so
 * that a figure with them would not be of the same prompts as one without.
 *
 * @throws RoutesmithError `insufficient_data` where no prompt is left
 */
export function selectTaken(heldOut: HeldOut): TakenPrompts {
  const { estimates } = heldOut;
  const folds = heldOut.folds.map((fold) => ({
    ...fold,
    rows: fold.rows.filter((row) => canBeTaken(estimates, row)),
  }));
  const all = listHeldOutRows(heldOut).length;
  const taken = listHeldOutRows({ folds }).length;
  if (taken === all) return { heldOut, promptsWithoutModel: 0 };
  if (taken === 0) {
    throw new RoutesmithError(
      'insufficient_data',
      `by the capabilities and context windows of the models, none can take any of the ${formatCount(all, 'held-out prompt')}`,
      {
        fix: 'Correct "capabilities" and "contextWindow" (in tokens) in the pool, or leave them out, and sweep again: answers are kept.',
      },
    );
  }
  return { heldOut: { ...heldOut, folds }, promptsWithoutModel: all - taken };
}

/**
 * Counts groups of near-duplicates with prompts both in a held-out fold and among those that its scorer
 * learned from. Any number other than 0 is a defect of the split.
 */
export function countLeakedGroups({ groups, folds }: SplitGroups): number {
  const leaked = new Set<number>();
  for (const { rows, trainingRows } of folds) {
    const others = trainingRows ?? listOtherRows(groups.length, rows);
    const learned = new Set(pick(groups, others));
    for (const group of pick(groups, rows)) if (learned.has(group)) leaked.add(group);
  }
  return leaked.size;
}

/** Counts groups of near-duplicates with prompts both inside and outside a held-out fold. */
export function countSharedGroups({ groups, folds }: SplitGroups): number {
  return countLeakedGroups({ groups, folds: folds.map(({ rows }) => ({ rows })) });
}

interface SplitGroups extends Pick<HeldOut, 'groups'> {
  readonly folds: readonly Pick<HeldOutFold, 'rows' | 'trainingRows'>[];
}

function listOtherRows(count: number, rows: Int32Array): Int32Array {
  const own = new Set(rows);
  return listRows(count).filter((row) => !own.has(row));
}

/** How many folds have a scorer of a family. */
export interface FamilyCount {
  readonly name: string;
  readonly folds: number;
}

/** The families of the scorers, most frequent first. */
export function countFamilies({ folds }: HeldOut): FamilyCount[] {
  const counts = new Map<string, number>();
  for (const { family } of folds) {
    if (family !== undefined) counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => ({ name, folds: count })).sort(
    (a, b) => b.folds - a.folds,
  );
}
