import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import type { LoadedPolicy } from '../../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../../util/errors.js';

/** What has to be known of a policy and a table before numbers of the two are believed. */
export interface PolicyOnTable {
  readonly policyDigest: string;
  /** True where the policy was learned from exactly these outcomes: the numbers flatter it then. */
  readonly isTrainingData: boolean;
  /** True where the policy or the outcomes come from simulated models. */
  readonly simulated: boolean;
  /** Models of the policy that the table knows nothing of; the policy may not choose them here. */
  readonly modelsWithoutOutcomes: readonly string[];
  readonly modelsUnknownToPolicy: readonly string[];
}

/**
 * @param outcomesDigest digest of the table's outcomes, as a policy's provenance has it
 * @throws RoutesmithError `invalid_input` where policy and table have no model in common
 */
export function describePolicyOnTable(
  { policy, digest }: LoadedPolicy,
  table: OutcomeTable,
  outcomesDigest: string,
): PolicyOnTable {
  const known = policy.models.map(({ id }) => id);
  const modelsWithoutOutcomes = known.filter((id) => !table.models.includes(id));
  if (modelsWithoutOutcomes.length === known.length) {
    throw new RoutesmithError('invalid_input', 'the policy and the run have no model in common', {
      fix: `The policy knows ${known.join(', ')}; the run has ${table.models.join(', ')}.`,
    });
  }
  return {
    policyDigest: digest,
    isTrainingData: policy.provenance.outcomesDigest === outcomesDigest,
    simulated: policy.simulated || table.simulated,
    modelsWithoutOutcomes,
    modelsUnknownToPolicy: table.models.filter((id) => !known.includes(id)),
  };
}

/**
 * Lets a policy decide on every prompt of a table, among the models that the table has outcomes of.
 *
 * @param objective name of one of the policy's objectives
 * @returns index of the chosen model in the table, per prompt
 */
export function applyPolicy(
  { policy, decide }: LoadedPolicy,
  table: OutcomeTable,
  objective: string,
): Int32Array {
  const allow = policy.models.map(({ id }) => id).filter((id) => table.models.includes(id));
  return Int32Array.from(table.prompts, ({ prompt }) => {
    const { model } = decide(prompt, { objective, constraints: { allow } });
    return table.models.indexOf(model ?? policy.baseline);
  });
}
