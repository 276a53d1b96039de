import { balanceTasks, canBalance } from '../../measure/outcomes/balance-tasks.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { Run } from '../../measure/outcomes/run.js';
import { selectModels } from '../../measure/outcomes/select-models.js';
import type { Policy } from '../../policy/file/policy.js';
import { leaveOutModels } from './comparable-models.js';
import { computeOutcomesDigest } from './training-data.js';

/**
 * Whether a policy is known to be trained on outcomes: on the table, or on all that was recorded; on
 * every model of these, or on the policy's own, with or without those that training leaves out; with the
 * weights as they are, or with every task counted equally. Of a part of other outcomes, it is not known.
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
  const others = leaveOutModels(table)
    .leftOut.map(({ model }) => model)
    .filter((model) => !ids.includes(model));
  const choices = [ids, ...others.map((other) => [...ids, other])];
  if (others.length > 1) choices.push([...ids, ...others]);
  return choices.map((choice) => selectModels(table, choice)).filter((own) => own !== table);
}

function balance(table: OutcomeTable): OutcomeTable[] {
  return canBalance(table) ? [balanceTasks(table)] : [];
}
