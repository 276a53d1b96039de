import { groupBy } from '../../../util/group-by.js';
import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { valueAt } from '../../../util/numeric-arrays.js';

/**
 * The task name of every prompt: its label or, if no prompt of the table has one, its latent task.
 * Null for a prompt without a label among others with one.
 *
 * @param taskOf task index of every prompt, -1 where unknown
 */
export function listTaskNames(
  { prompts }: Pick<OutcomeTable, 'prompts'>,
  taskOf: Int32Array,
): (string | null)[] {
  const isLabeled = prompts.some(({ task }) => task !== undefined);
  const isLatent = !isLabeled && taskOf.some((task) => task > 0);
  return prompts.map(({ task }, row) => {
    if (task !== undefined) return task;
    return isLatent ? `latent-${valueAt(taskOf, row) + 1}` : null;
  });
}

/** The rows of each name, names in alphabetical order and those without one last. */
export function groupRows<Name extends string | null>(
  rows: Iterable<number>,
  nameOf: (row: number) => Name,
): Map<Name, number[]> {
  return new Map(
    [...groupBy(rows, nameOf)].sort(([a], [b]) =>
      a === null || b === null
        ? Number(a === null) - Number(b === null)
        : a.localeCompare(b, 'en', { numeric: true }),
    ),
  );
}
