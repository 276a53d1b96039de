import { promptRequest } from '../../../llm/chat.js';
import { listUniformRows } from '../../../measure/outcomes/chosen-cells.js';
import { listRowWeights, type OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import type { LoadedPolicy } from '../../../policy/decide/load-policy.js';
import { checkMembers, type MemberTypes } from '../../../util/check-members.js';
import { RoutesmithError } from '../../../util/errors.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import { listRows, pick } from '../../../util/numeric-arrays.js';
import {
  describeLeftOutModel,
  selectComparable,
  type LeftOutModel,
} from '../../train/comparable-models.js';
import { computePromptGroups, numberTasks } from '../../train/label-prompts.js';
import { isTrainedOn } from '../../train/is-trained-on.js';
import { keepModelsAlone } from '../plan/make-plan.js';
import {
  collectModelOutcomes,
  collectOracleOutcomes,
  collectOutcomes,
  collectRandomOutcomes,
  noModel,
  type CanTake,
} from '../strategies/chosen-outcomes.js';
import {
  findEffectivePrompts,
  indexGroups,
  type EffectivePrompts,
} from '../statistics/grouped-mean.js';
import { computeSingleModels, useModelFigures } from '../delivery/single-models.js';
import {
  summarizeStrategies,
  type Strategy,
  type StrategyResult,
} from '../strategies/compare-strategies.js';
import { findBestSingle } from '../strategies/find-best-single.js';
import { computeModelMeans, findLeast, pickOnlyModel } from '../strategies/model-means.js';
import { withoutRouting, type StrategyId } from '../strategies/strategy-id.js';

/** What is known of the table that a policy is evaluated on. */
export interface EvaluatePolicyOptions {
  /** Seeds the confidence intervals. @default 1 */
  readonly seed?: number;
  /** Group of near-duplicates of each prompt, where already known. @default found in the prompts */
  readonly groups?: ArrayLike<number>;
  /**
   * Everything that was recorded, where the table has a choice of its models or other weights: tells
   * whether a policy was trained on it. @default the table
   */
  readonly recorded?: OutcomeTable | undefined;
}

/** With fewer, resampled means say nothing about other prompts. */
const minPrompts = 10;

/** How a policy and a table relate: what to know before trusting figures of the two. */
export interface PolicyOnTable {
  readonly policyDigest: string;
  /** True if the policy was trained on these outcomes, which flatters its figures; see `isTrainedOn`. */
  readonly isTrainingData: boolean;
  /** True if the policy or the outcomes come from simulated models. */
  readonly simulated: boolean;
  /** Models of the policy without comparable outcomes in the table; the policy may not choose them here. */
  readonly modelsWithoutOutcomes: readonly string[];
  readonly modelsUnknownToPolicy: readonly string[];
}

/** What the prompts of a table say on which policies are compared. */
export interface TableCoverage extends EffectivePrompts {
  /** Prompts of the table without an outcome of a compared model; of an adaptive sweep, held-out ones. */
  readonly promptsWithoutOutcome: number;
  /** A message for each model of the table that cannot be compared with the others. */
  readonly leftOut: readonly string[];
}

/** What a policy would have given on recorded outcomes. */
export interface PolicyEvaluation extends PolicyOnTable, TableCoverage {
  /** Prompts with an outcome that the policy has a model for: all figures are of these. */
  readonly prompts: number;
  /** Prompts with an outcome besides, which none of its models can take. */
  readonly promptsWithoutModel: number;
  /** The best single model of those that can take nearly all prompts; the reference of all. */
  readonly bestSingle: string;
  /** Paired differences are from the best single model. */
  readonly strategies: readonly StrategyResult[];
}

/** A table on which policies are compared, and how they relate to all that was recorded. */
interface ComparableTable {
  /** See `selectComparable`. */
  readonly table: OutcomeTable;
  readonly groups: ArrayLike<number>;
  readonly coverage: TableCoverage;
  readonly describe: (loaded: LoadedPolicy) => PolicyOnTable;
}

const optionTypes: MemberTypes<keyof EvaluatePolicyOptions> = {
  seed: 'number',
  groups: 'list or object',
  recorded: 'object',
};

/** Selects what policies are compared on, weighted as in `report`; whether they were trained on it, the whole tells. */
export function prepareTable(whole: OutcomeTable, options: EvaluatePolicyOptions): ComparableTable {
  checkMembers(options, optionTypes, 'options');
  const { groups, recorded } = options;
  const { table, rows, leftOut } = selectComparable(whole);
  const own = groups ? pick(groups, rows) : computePromptGroups(table.prompts);
  const weights = listRowWeights(table, listRows(table.prompts.length));
  return {
    table,
    groups: own,
    coverage: {
      ...findEffectivePrompts(indexGroups(own, weights)),
      promptsWithoutOutcome: listUniformRows(whole).length - rows.length,
      leftOut: leftOut.map(describeLeftOutModel),
    },
    describe: (loaded) => ({
      ...describePolicyOnTable(loaded, table, leftOut),
      isTrainingData: isTrainedOn(loaded.policy, { table: whole, recorded }),
    }),
  };
}

/**
 * Lets a policy decide on every prompt of a table under each of its objectives, and compares the
 * recorded outcomes of its choices with those of single models. Of an adaptive sweep's table, only
 * the prompts that the sweep held out count.
 *
 * @throws RoutesmithError `invalid_input` where policy and table have no model in common,
 * `insufficient_data` where those can be compared with no others, or with fewer than ten prompts that
 * the policy has a model for, `usage` for an unknown option
 */
export function evaluatePolicy(
  loaded: LoadedPolicy,
  whole: OutcomeTable,
  options: EvaluatePolicyOptions = {},
): PolicyEvaluation {
  const { seed = 1 } = options;
  const { table, groups, coverage, describe } = prepareTable(whole, options);
  const description = describe(loaded);
  const applied = loaded.policy.objectives.map(({ name }) => applyPolicy(loaded, table, name));
  // Every policy has an objective, and the same models can take a prompt under each.
  const [{ feasible }] = applied as [AppliedPolicy];
  const all = listRows(table.prompts.length);
  const rows = all.filter((row) => applied.every(({ choices }) => choices[row] !== noModel));
  checkPromptCount(rows.length, all.length);
  const taskOf = numberTasks(table.prompts.map(({ task }) => task))?.taskOf;
  const means = computeModelMeans(table, rows, taskOf);
  const canTake: CanTake = (row, model) => feasible[row * table.models.length + model] === 1;
  const alone = keepModelsAlone(means, rows, { feasible });
  const { costUsd } = alone;
  const singles = {
    best: findBestSingle(table, rows, alone, groups),
    cheapest: means.costUsd.some(Number.isNaN) ? undefined : findLeast(costUsd, costUsd),
  };
  const routed = applied.map(({ choices }) => Int32Array.from(pick(choices, rows)));
  const strategies = applyStrategies(loaded, { table, rows, routed, canTake }, singles);
  const reference = collectModelOutcomes(table, rows, singles.best);
  const compared = { table, rows, groups: pick(groups, rows), taskOf };
  const models = computeSingleModels(compared, means, reference);
  const results = summarizeStrategies(strategies, table.models, {
    reference,
    referenceMeans: pickOnlyModel(means, reference),
    groups: compared.groups,
    seed,
  });
  return {
    ...description,
    prompts: rows.length,
    ...coverage,
    promptsWithoutModel: all.length - rows.length,
    bestSingle: table.models[singles.best] ?? '',
    strategies: results.map((result) => useModelFigures(result, models)),
  };
}

function applyStrategies(
  loaded: LoadedPolicy,
  {
    table,
    rows,
    routed,
    canTake,
  }: {
    readonly table: OutcomeTable;
    readonly rows: Int32Array;
    /** Choices of the policy under each of its objectives, for the rows. */
    readonly routed: readonly Int32Array[];
    readonly canTake: CanTake;
  },
  singles: { readonly best: number; readonly cheapest: number | undefined },
): Strategy[] {
  const apply = (id: StrategyId, choices: Int32Array): Strategy => ({
    id,
    choices,
    outcomes: collectOutcomes(table, rows, choices),
  });
  const applySingle = (id: StrategyId, model: number): Strategy =>
    apply(id, new Int32Array(rows.length).fill(model));
  const baseline = table.models.indexOf(loaded.policy.baseline);
  const best = collectModelOutcomes(table, rows, singles.best);
  const oracle = collectOracleOutcomes(table, rows, best, canTake);
  return [
    ...loaded.policy.objectives.map(({ name }, index) =>
      apply({ kind: 'routed', objective: name }, routed[index] as Int32Array),
    ),
    ...(baseline < 0 ? [] : [applySingle({ kind: 'policy_baseline' }, baseline)]),
    applySingle(withoutRouting, singles.best),
    ...(singles.cheapest === undefined
      ? []
      : [applySingle({ kind: 'cheapest' }, singles.cheapest)]),
    {
      id: { kind: 'random' },
      choices: undefined,
      outcomes: collectRandomOutcomes(table, rows, canTake),
    },
    { id: { kind: 'oracle' }, choices: oracle.choices, outcomes: oracle },
  ];
}

function describePolicyOnTable(
  { policy, digest }: LoadedPolicy,
  table: OutcomeTable,
  leftOut: readonly LeftOutModel[],
): Omit<PolicyOnTable, 'isTrainingData'> {
  const known = policy.models.map(({ id }) => id);
  const modelsWithoutOutcomes = known.filter((id) => !table.models.includes(id));
  if (modelsWithoutOutcomes.length === known.length) {
    const reasons = leftOut.flatMap(({ model, reason }) => (known.includes(model) ? [reason] : []));
    if (reasons.length > 0) {
      throw new RoutesmithError(
        'insufficient_data',
        `no model of the policy can be compared; ${reasons.join('; ')}`,
        { fix: 'Sweep some prompts with all of the models.' },
      );
    }
    throw new RoutesmithError('invalid_input', 'the policy and the run have no model in common', {
      fix: `The policy knows ${known.join(', ')}; the run has ${table.models.join(', ')}.`,
    });
  }
  checkPromptCount(table.prompts.length);
  return {
    policyDigest: digest,
    simulated: policy.simulated || table.simulated,
    modelsWithoutOutcomes,
    modelsUnknownToPolicy: table.models.filter((id) => !known.includes(id)),
  };
}

/** @param all prompts of the table, if the others are those that no model can take */
function checkPromptCount(count: number, all = count): void {
  if (count >= minPrompts) return;
  if (all >= minPrompts) {
    throw new RoutesmithError(
      'insufficient_data',
      `the policy has a model for only ${formatWhole(count)} of ${formatCount(all, 'prompt')}`,
      {
        fix: "The others are beyond its models' capabilities or context windows: correct these in the pool, and train again.",
      },
    );
  }
  throw new RoutesmithError('insufficient_data', `only ${formatCount(count, 'prompt')}`, {
    fix: `Intervals take at least ${minPrompts} prompts; a few hundred say more.`,
  });
}

/** Decisions of a policy on a table. */
interface AppliedPolicy {
  /** Index of the chosen model in the table, per prompt; `noModel` where none is feasible. */
  readonly choices: Int32Array;
  /** 0 where the policy may not choose a model that it knows, else 1; row-major prompts x models of the table. */
  readonly feasible: Uint8Array;
}

/**
 * Lets a policy decide on every prompt of a table, among the models that the table has outcomes of.
 *
 * @param objective name of one of the policy's objectives
 */
export function applyPolicy(
  { policy, decide }: LoadedPolicy,
  { prompts, models }: OutcomeTable,
  objective: string,
): AppliedPolicy {
  const allow = policy.models.map(({ id }) => id).filter((id) => models.includes(id));
  const feasible = new Uint8Array(prompts.length * models.length).fill(1);
  const choices = Int32Array.from(prompts, ({ prompt }, row) => {
    const decision = decide(promptRequest(prompt), { objective, constraints: { allow } });
    for (const { model } of decision.excluded) {
      const column = models.indexOf(model);
      if (column >= 0) feasible[row * models.length + column] = 0;
    }
    return decision.model === null ? noModel : models.indexOf(decision.model);
  });
  return { choices, feasible };
}
