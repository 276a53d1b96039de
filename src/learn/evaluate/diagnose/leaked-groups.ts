import type { HeldOut, HeldOutFold } from '../plan/held-out.js';

/**
 * Counts groups of near-duplicates with prompts both inside and outside a held-out fold. The folds
 * are made of whole groups, so that any number but 0 is a defect of the split.
 */
export function countLeakedGroups({
  groups,
  folds,
}: Pick<HeldOut, 'groups'> & { readonly folds: readonly Pick<HeldOutFold, 'rows'>[] }): number {
  const leaked = new Set<number>();
  for (const { rows } of folds) {
    const inFold = new Set(rows);
    const ownGroups = new Set(Array.from(rows, (row) => groups[row] as number));
    groups.forEach((group, row) => {
      if (!inFold.has(row) && ownGroups.has(group)) leaked.add(group);
    });
  }
  return leaked.size;
}
