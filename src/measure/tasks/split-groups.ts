import { RoutesmithError } from '../../util/errors.js';
import { createRandom, shuffle } from '../../util/random.js';

export interface FoldOptions {
  readonly seed: number;
  /** One per text, undefined if unknown. Each fold gets about the same share of every label. */
  readonly labels?: readonly (string | undefined)[];
}

/**
 * Assigns whole groups to folds, so that near-duplicates are never split between training and
 * held-out data. Returns the fold of each text, from 0 to `foldCount - 1`. Folds are balanced in
 * size and labels as far as the groups allow; none is empty. The same seed gives the same folds.
 *
 * @throws RoutesmithError `invalid_input` if the fold count is not an integer of at least 2, or the
 * number of labels differs from the number of texts; `insufficient_data` if there are fewer groups
 * than folds
 */
export function assignFolds(
  groups: Int32Array,
  foldCount: number,
  { seed, labels }: FoldOptions,
): Int32Array {
  if (!Number.isInteger(foldCount) || foldCount < 2) {
    throw new RoutesmithError('invalid_input', `cannot make ${foldCount} folds`, {
      fix: 'Give a whole number of at least 2.',
    });
  }
  if (labels !== undefined && labels.length !== groups.length) {
    const what = `${labels.length} labels for ${groups.length} texts`;
    throw new RoutesmithError('invalid_input', what, { fix: 'Give one label per text.' });
  }
  const members = collectGroups(groups, labels);
  if (members.size < foldCount) {
    const what = `${members.size} groups of near-duplicates cannot fill ${foldCount} folds`;
    throw new RoutesmithError('insufficient_data', what, {
      fix: 'Add examples that differ from each other, or use fewer folds.',
    });
  }
  const foldOfGroup = dealGroups(members, foldCount, seed);
  return Int32Array.from(groups, (group) => foldOfGroup.get(group) ?? 0);
}

interface Group {
  readonly number: number;
  readonly size: number;
  readonly labelCounts: ReadonlyMap<string | undefined, number>;
}

function collectGroups(
  groups: Int32Array,
  labels: FoldOptions['labels'],
): ReadonlyMap<number, Group> {
  const collected = new Map<
    number,
    { size: number; labelCounts: Map<string | undefined, number> }
  >();
  for (const [index, group] of groups.entries()) {
    const entry = collected.get(group) ?? { size: 0, labelCounts: new Map() };
    entry.size++;
    const label = labels?.[index];
    entry.labelCounts.set(label, (entry.labelCounts.get(label) ?? 0) + 1);
    collected.set(group, entry);
  }
  return new Map([...collected].map(([number, entry]) => [number, { number, ...entry }]));
}

/** Assigns the largest groups first, each to the fold with the fewest texts and similar labels. */
function dealGroups(
  members: ReadonlyMap<number, Group>,
  foldCount: number,
  seed: number,
): ReadonlyMap<number, number> {
  const random = createRandom(seed);
  // The sort is stable: groups of the same size stay shuffled.
  const order = shuffle(members.values(), random).sort((a, b) => b.size - a.size);
  const totalSize = order.reduce((sum, group) => sum + group.size, 0);
  const labelTotals = new Map<string | undefined, number>();
  for (const group of order) addCounts(labelTotals, group.labelCounts);

  const folds = shuffle(
    Array.from({ length: foldCount }, (_, number) => ({
      number,
      size: 0,
      labelCounts: new Map<string | undefined, number>(),
    })),
    random,
  );
  const foldOfGroup = new Map<number, number>();
  for (const group of order) {
    const costs = folds.map((fold) => {
      let cost = (group.size * fold.size) / totalSize;
      for (const [label, count] of group.labelCounts) {
        cost += (count * (fold.labelCounts.get(label) ?? 0)) / (labelTotals.get(label) ?? 1);
      }
      return cost;
    });
    const fold = folds[costs.indexOf(Math.min(...costs))] as (typeof folds)[number];
    fold.size += group.size;
    addCounts(fold.labelCounts, group.labelCounts);
    foldOfGroup.set(group.number, fold.number);
  }
  return foldOfGroup;
}

function addCounts(
  totals: Map<string | undefined, number>,
  counts: ReadonlyMap<string | undefined, number>,
): void {
  for (const [label, count] of counts) totals.set(label, (totals.get(label) ?? 0) + count);
}
