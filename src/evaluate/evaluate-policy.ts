import type { OutcomeTable } from '../records/outcome-table.js';
import type { LoadedPolicy } from '../runtime/load-policy.js';
import { RoutesmithError } from '../util/errors.js';
import { compareStrategies, type StrategyComparison } from './compare-strategies.js';
import type { StrategyResult } from './compute-evaluation.js';
import { computeModelMeans } from './make-plan.js';
import { computeModelShares } from './model-shares.js';
import { chooseOracle, collectOutcomes, collectRandomOutcomes, type Outcomes } from './outcomes.js';

export interface EvaluatePolicyOptions {
  readonly seed: number;
  /** Group of near-duplicates per prompt, for the intervals. */
  readonly groups: ArrayLike<number>;
  /** Digest of the table's outcomes, as a policy's provenance has it. */
  readonly outcomesDigest: string;
}

/** What an exported policy would have given on recorded outcomes. */
export interface PolicyEvaluation {
  readonly policyDigest: string;
  /** True where the policy was learned from exactly these outcomes: the numbers flatter it then. */
  readonly isTrainingData: boolean;
  /** True where the policy or the outcomes come from simulated models. */
  readonly simulated: boolean;
  readonly prompts: number;
  /** The single model with the best mean quality on these very prompts; the reference of all. */
  readonly bestSingle: string;
  /** Models of the policy that the table knows nothing of; the policy may not choose them here. */
  readonly modelsWithoutOutcomes: readonly string[];
  readonly modelsUnknownToPolicy: readonly string[];
  /** Paired differences are from the best single model. */
  readonly strategies: readonly StrategyResult[];
}

interface AppliedStrategy {
  readonly name: string;
  readonly kind: StrategyResult['kind'];
  readonly choices: Int32Array | undefined;
  readonly outcomes: Outcomes;
}

/**
 * Lets a policy decide on every prompt of a table under each of its objectives, and compares what
 * was recorded for its choices with what single models would have given.
 *
 * @throws RoutesmithError `invalid_input` where policy and table have no model in common
 */
export function evaluatePolicy(
  loaded: LoadedPolicy,
  table: OutcomeTable,
  { seed, groups, outcomesDigest }: EvaluatePolicyOptions,
): PolicyEvaluation {
  const known = loaded.policy.models.map(({ id }) => id);
  const common = known.filter((id) => table.models.includes(id));
  if (common.length === 0) {
    throw new RoutesmithError('invalid_input', 'the policy and the run have no model in common', {
      fix: `The policy knows ${known.join(', ')}; the run has ${table.models.join(', ')}.`,
    });
  }
  const rows = Int32Array.from({ length: table.prompts.length }, (_, row) => row);
  const means = computeModelMeans(table, rows);
  const bestSingle = findHighest(means.quality);
  const strategies = applyStrategies(loaded, table, rows, common, means.costUsd, bestSingle);
  const reference = collectOutcomes(
    table,
    rows,
    rows.map(() => bestSingle),
  );
  const comparisons = compareStrategies(
    strategies.map(({ outcomes }) => outcomes),
    reference,
    groups,
    seed,
  );
  return {
    policyDigest: loaded.digest,
    isTrainingData: loaded.policy.provenance.outcomesDigest === outcomesDigest,
    simulated: loaded.policy.simulated || table.simulated,
    prompts: rows.length,
    bestSingle: table.models[bestSingle] as string,
    modelsWithoutOutcomes: known.filter((id) => !table.models.includes(id)),
    modelsUnknownToPolicy: table.models.filter((id) => !known.includes(id)),
    strategies: strategies.map(({ name, kind, choices }, index) => ({
      name,
      kind,
      ...(comparisons[index] as StrategyComparison),
      shares: choices === undefined ? [] : computeModelShares(table.models, choices),
    })),
  };
}

function applyStrategies(
  { policy, decide }: LoadedPolicy,
  table: OutcomeTable,
  rows: Int32Array,
  allow: readonly string[],
  meanCosts: readonly number[],
  bestSingle: number,
): AppliedStrategy[] {
  const apply = (
    name: string,
    kind: StrategyResult['kind'],
    pick: (row: number) => number,
  ): AppliedStrategy => {
    const choices = rows.map(pick);
    return { name, kind, choices, outcomes: collectOutcomes(table, rows, choices) };
  };
  const decideRow = (row: number, objective: string): number => {
    const prompt = table.prompts[row]?.prompt ?? '';
    const { model } = decide(prompt, { objective, constraints: { allow } });
    return table.models.indexOf(model ?? policy.baseline);
  };
  const baseline = table.models.indexOf(policy.baseline);
  const cheapest = findHighest(meanCosts.map((cost) => -cost));
  return [
    ...policy.objectives.map(({ name }) =>
      apply(`routed: ${name}`, 'routed', (row) => decideRow(row, name)),
    ),
    ...(baseline < 0 ? [] : [apply("policy's baseline", 'baseline', () => baseline)]),
    apply('best single', 'baseline', () => bestSingle),
    ...(meanCosts.some(Number.isNaN) ? [] : [apply('cheapest', 'baseline', () => cheapest)]),
    {
      name: 'random',
      kind: 'baseline',
      choices: undefined,
      outcomes: collectRandomOutcomes(table, rows),
    },
    apply('oracle', 'reference', (row) => chooseOracle(table, row)),
  ];
}

/** Index of the greatest value; NaN is never it, where there is another. */
function findHighest(values: readonly number[]): number {
  let best = 0;
  values.forEach((value, index) => {
    const bestValue = values[best] as number;
    if (value > bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value))) best = index;
  });
  return best;
}
