import { balanceTasks, canBalance } from '../../measure/outcomes/balance-tasks.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { Run } from '../../measure/outcomes/run.js';
import { selectModels } from '../../measure/outcomes/select-models.js';
import type { Policy } from '../../policy/file/policy.js';
import { computeOutcomesDigest } from './training-data.js';

/**
 * Whether a policy was trained on outcomes: on the table, or on all that was recorded; on every model
 * of these, or on the policy's own; with the weights as they are, or with every task counted equally.
 */
export function isTrainedOn(
  { models, provenance }: Pick<Policy, 'models' | 'provenance'>,
  { table, recorded = table }: Pick<Run, 'table' | 'recorded'>,
): boolean {
  const ids = models.map(({ id }) => id);
  const tables = recorded === table ? [table] : [table, recorded];
  return tables
    .flatMap((whole) => [whole, ...selectOwn(whole, ids)])
    .some((selected) =>
      [selected, ...balance(selected)].some(
        (trained) => computeOutcomesDigest(trained) === provenance.outcomesDigest,
      ),
    );
}

function selectOwn(table: OutcomeTable, ids: readonly string[]): OutcomeTable[] {
  if (!ids.every((id) => table.models.includes(id))) return [];
  const own = selectModels(table, ids);
  return own === table ? [] : [own];
}

function balance(table: OutcomeTable): OutcomeTable[] {
  return canBalance(table) ? [balanceTasks(table)] : [];
}
