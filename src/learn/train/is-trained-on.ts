import { balanceTasks, canBalance } from '../../measure/outcomes/balance-tasks.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { Run } from '../../measure/outcomes/run.js';
import { selectModels } from '../../measure/outcomes/select-models.js';
import type { Policy } from '../../policy/file/policy.js';
import { leaveOutModels } from './comparable-models.js';
import { computeOutcomesDigest } from './outcomes-digest.js';

/**
 * Whether a policy is known to be trained on outcomes: on the table, or on all that was recorded; on
 * every model of these, or on the policy's own, with or without others that training left out; with the
 * weights as they are, or with every task counted equally. Of a part of other outcomes, it is not known.
 */
export function isTrainedOn(
  { models, provenance }: Pick<Policy, 'models' | 'provenance'>,
  { table, recorded = table }: Pick<Run, 'table' | 'recorded'>,
): boolean {
  const ids = models.map(({ id }) => id);
  const isDigested = (trained: OutcomeTable): boolean =>
    computeOutcomesDigest(trained) === provenance.outcomesDigest;
  for (const whole of new Set([table, recorded])) {
    for (const selected of selectOwn(whole, ids)) {
      if ([selected, ...balance(selected)].some(isDigested)) return true;
    }
  }
  return false;
}

/** With more models than these, subsets would be too many to digest: one model, or all, are tried. */
const maxSubsetModels = 4;

/** The table, and what `--models` may have chosen of it, one after the other. */
function* selectOwn(table: OutcomeTable, ids: readonly string[]): Generator<OutcomeTable> {
  yield table;
  if (!ids.every((id) => table.models.includes(id))) return;
  const others = table.models.filter((model) => !ids.includes(model));
  // Of many models, those that training leaves out are the likely ones.
  const unused =
    others.length <= maxSubsetModels
      ? others
      : leaveOutModels(table)
          .leftOut.map(({ model }) => model)
          .filter((model) => others.includes(model));
  for (const subset of listSubsets(unused)) {
    const own = selectModels(table, [...ids, ...subset]);
    if (own !== table) yield own;
  }
}

function listSubsets(models: readonly string[]): readonly (readonly string[])[] {
  if (models.length > maxSubsetModels) return [[], ...models.map((model) => [model]), models];
  return models.reduce<readonly (readonly string[])[]>(
    (subsets, model) => [...subsets, ...subsets.map((subset) => [...subset, model])],
    [[]],
  );
}

function balance(table: OutcomeTable): OutcomeTable[] {
  return canBalance(table) ? [balanceTasks(table)] : [];
}
