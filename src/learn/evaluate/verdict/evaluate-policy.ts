import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import type { LoadedPolicy } from '../../../policy/decide/load-policy.js';
import { applyPolicy, describePolicyOnTable, type PolicyOnTable } from './apply-policy.js';
import { compareStrategies, type StrategyComparison } from './compare-strategies.js';
import type { StrategyResult } from './compute-evaluation.js';
import { computeModelMeans } from './model-means.js';
import { computeModelShares } from '../diagnose/model-shares.js';
import { chooseOracle, collectOutcomes, collectRandomOutcomes } from './outcomes.js';
import type { Strategy } from '../plan/strategies.js';

export interface EvaluatePolicyOptions {
  readonly seed: number;
  /** Group of near-duplicates per prompt, for the intervals. */
  readonly groups: ArrayLike<number>;
  /** Digest of the table's outcomes, as a policy's provenance has it. */
  readonly outcomesDigest: string;
}

/** What an exported policy would have given on recorded outcomes. */
export interface PolicyEvaluation extends PolicyOnTable {
  readonly prompts: number;
  /** The single model with the best mean quality on these very prompts; the reference of all. */
  readonly bestSingle: string;
  /** Paired differences are from the best single model. */
  readonly strategies: readonly StrategyResult[];
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
  const description = describePolicyOnTable(loaded, table, outcomesDigest);
  const rows = Int32Array.from({ length: table.prompts.length }, (_, row) => row);
  const means = computeModelMeans(table, rows);
  const bestSingle = findHighest(means.quality);
  const strategies = applyStrategies(loaded, table, rows, means.costUsd, bestSingle);
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
    ...description,
    prompts: rows.length,
    bestSingle: table.models[bestSingle] as string,
    strategies: strategies.map(({ name, kind, choices, outcomes }, index) => ({
      name,
      kind,
      ...(comparisons[index] as StrategyComparison),
      shares:
        choices === undefined ? [] : computeModelShares(table.models, choices, outcomes.weights),
    })),
  };
}

function applyStrategies(
  loaded: LoadedPolicy,
  table: OutcomeTable,
  rows: Int32Array,
  meanCosts: readonly number[],
  bestSingle: number,
): Strategy[] {
  const apply = (name: string, kind: Strategy['kind'], choices: Int32Array): Strategy => ({
    name,
    kind,
    choices,
    outcomes: collectOutcomes(table, rows, choices),
  });
  const applySingle = (name: string, model: number): Strategy =>
    apply(
      name,
      'baseline',
      rows.map(() => model),
    );
  const baseline = table.models.indexOf(loaded.policy.baseline);
  const cheapest = findHighest(meanCosts.map((cost) => -cost));
  return [
    ...loaded.policy.objectives.map(({ name }) =>
      apply(`routed: ${name}`, 'routed', applyPolicy(loaded, table, name)),
    ),
    ...(baseline < 0 ? [] : [applySingle("policy's baseline", baseline)]),
    applySingle('best single', bestSingle),
    ...(meanCosts.some(Number.isNaN) ? [] : [applySingle('cheapest', cheapest)]),
    {
      name: 'random',
      kind: 'baseline',
      choices: undefined,
      outcomes: collectRandomOutcomes(table, rows),
    },
    apply(
      'oracle',
      'reference',
      rows.map((row) => chooseOracle(table, row)),
    ),
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
