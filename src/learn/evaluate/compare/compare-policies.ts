import type { Interval } from '../../../policy/file/policy.js';
import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import type { LoadedPolicy } from '../../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../../util/errors.js';
import { groupBy } from '../../../util/group-by.js';
import { nullIfUnknown } from '../../../util/json.js';
import { intAt, listRows, pick } from '../../../util/numeric-arrays.js';
import { numberTasks } from '../../train/label-prompts.js';
import { computeSingleModels } from '../delivery/single-models.js';
import {
  applyPolicy,
  prepareTable,
  type PolicyOnTable,
  type TableCoverage,
  type EvaluatePolicyOptions,
} from './evaluate-policy.js';
import {
  compareStrategies,
  type StrategyComparison,
  computeModelShares,
  type ModelShare,
} from '../strategies/compare-strategies.js';
import {
  computeModelMeans,
  pickOnlyModel,
  type ComparableMeans,
  type MeanFigures,
} from '../strategies/model-means.js';
import { computePairedMean, keepSaving } from '../strategies/paired-mean.js';
import {
  collectOutcomes,
  computeKnownMean,
  countWithoutModel,
  noModel,
  type Outcomes,
} from '../strategies/chosen-outcomes.js';

/**
 * Results of one of the two policies under an objective, on the prompts that both have a model for;
 * null where nothing is known.
 */
export interface ComparedSide {
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Prompts that none of this policy's models can take: no model's share has them. */
  readonly promptsWithoutModel: number;
  /** Share of prompts by model, largest first. */
  readonly shares: readonly ModelShare[];
}

/** Where two policies differ, by the prompts' task label. */
export interface TaskDifference {
  /** Null for prompts without a label. */
  readonly task: string | null;
  readonly prompts: number;
  /** Share of these prompts that the two send to different models, in [0, 1]. */
  readonly differing: number;
  /** Quality of the second minus that of the first; null where no outcome of both is known. */
  readonly qualityDifference: Interval | null;
}

/** Two policies under an objective that both have. Intervals are 95 %, paired, by group. */
export interface ObjectiveDifference {
  readonly objective: string;
  readonly first: ComparedSide;
  readonly second: ComparedSide;
  /** Quality of the second minus that of the first; null where no outcome of both is known. */
  readonly qualityDifference: Interval | null;
  /** Share of the first policy's cost that the second saves; negative if it costs more. */
  readonly costSaved: Interval | null;
  readonly latencySaved: Interval | null;
  /** Share of prompts that the two send to different models, in [0, 1]. */
  readonly differing: number;
  /** Prompts that both have a model for, but whose outcome of either choice was not recorded. */
  readonly unknownOutcomes: number;
  /** All tasks, those with the most differing prompts first. */
  readonly tasks: readonly TaskDifference[];
}

/** What changes when one policy replaces another, on recorded outcomes. */
export interface PolicyComparison extends TableCoverage {
  readonly first: PolicyOnTable;
  readonly second: PolicyOnTable;
  /** True if either policy or the outcomes come from simulated models. */
  readonly simulated: boolean;
  /** Prompts with an outcome: all figures are of these. */
  readonly prompts: number;
  readonly objectives: readonly ObjectiveDifference[];
  /** Objectives that only one of the two has; they are not compared. */
  readonly onlyInFirst: readonly string[];
  readonly onlyInSecond: readonly string[];
  /** Models that only one of the two can choose. */
  readonly modelsOnlyInFirst: readonly string[];
  readonly modelsOnlyInSecond: readonly string[];
}

/**
 * Lets two policies decide on every prompt of a table, under each objective that both have, and
 * compares what was recorded for their choices. A policy chooses among the models that the table
 * has outcomes of. Of an adaptive sweep's table, only the prompts that the sweep held out count.
 *
 * @throws RoutesmithError `invalid_input` where a policy has no model in common with the table, or
 * the two have no objective in common; `insufficient_data` with fewer than ten prompts;
 * `usage` for an unknown option
 */
export function comparePolicies(
  first: LoadedPolicy,
  second: LoadedPolicy,
  whole: OutcomeTable,
  options: EvaluatePolicyOptions = {},
): PolicyComparison {
  const { seed = 1 } = options;
  const { table, groups, coverage, describe } = prepareTable(whole, options);
  const names = [first, second].map(({ policy }) => policy.objectives.map(({ name }) => name));
  const models = [first, second].map(({ policy }) => policy.models.map(({ id }) => id));
  const [firstNames = [], secondNames = []] = names;
  const [firstModels = [], secondModels = []] = models;
  const common = firstNames.filter((name) => secondNames.includes(name));
  if (common.length === 0) {
    throw new RoutesmithError('invalid_input', 'the policies have no objective in common', {
      fix: `The first has ${firstNames.join(', ')}; the second has ${secondNames.join(', ')}.`,
    });
  }
  const sides = { first: describe(first), second: describe(second) };
  const taskOf = numberTasks(table.prompts.map(({ task }) => task))?.taskOf;
  const means = computeModelMeans(table, listRows(table.prompts.length), taskOf);
  return {
    ...sides,
    simulated: sides.first.simulated || sides.second.simulated,
    prompts: table.prompts.length,
    ...coverage,
    objectives: common.map((objective) => ({
      objective,
      ...compareChoices(
        applyPolicy(first, table, objective).choices,
        applyPolicy(second, table, objective).choices,
        { table, groups, taskOf, means, seed },
      ),
    })),
    onlyInFirst: listMissing(firstNames, secondNames),
    onlyInSecond: listMissing(secondNames, firstNames),
    modelsOnlyInFirst: listMissing(firstModels, secondModels),
    modelsOnlyInSecond: listMissing(secondModels, firstModels),
  };
}

/** The table that two policies are compared on, with the comparable means of its models. */
interface ComparedTable {
  readonly table: OutcomeTable;
  readonly groups: ArrayLike<number>;
  /** Task index of every prompt, -1 where unknown; undefined without labels. */
  readonly taskOf: Int32Array | undefined;
  readonly means: ComparableMeans;
  readonly seed: number;
}

function compareChoices(
  first: Int32Array,
  second: Int32Array,
  compared: ComparedTable,
): Omit<ObjectiveDifference, 'objective'> {
  const { table, groups, means, seed } = compared;
  const rows = listRows(table.prompts.length);
  const hasBoth = (row: number): boolean => first[row] !== noModel && second[row] !== noModel;
  // A side alone would have the mean of other prompts.
  const collect = (choices: Int32Array, some: Int32Array): Outcomes =>
    collectOutcomes(
      table,
      some,
      some.map((row) => (hasBoth(row) ? intAt(choices, row) : noModel)),
    );
  const compareRows = (some: Int32Array): StrategyComparison[] => {
    const reference = collect(first, some);
    return compareStrategies([reference, collect(second, some)], {
      reference,
      groups: pick(groups, some),
      seed,
    });
  };
  const measureDiffering = (some: Int32Array): number =>
    computeKnownMean(
      some.map((row) => Number(first[row] !== second[row])),
      listRowWeights(table, some),
    );
  const [before, after] = compareRows(rows) as [StrategyComparison, StrategyComparison];
  const rowsOfTask = groupBy(rows, (row) => table.prompts[row]?.task ?? null);
  const tasks = Array.from(rowsOfTask, ([task, own]) => {
    const some = Int32Array.from(own);
    return {
      task,
      prompts: some.length,
      differing: measureDiffering(some),
      qualityDifference: keepKnown(compareRows(some)[1]?.qualityDifference),
    };
  });
  const [own, other] = [collect(first, rows), collect(second, rows)];
  const [ownFigures, otherFigures] = [pickOnlyModel(means, own), pickOnlyModel(means, other)];
  const ownMeans =
    toSide(ownFigures) ?? carryMeans(own, { outcomes: other, means: otherFigures }, before);
  const otherMeans =
    toSide(otherFigures) ?? carryMeans(other, { outcomes: own, means: ownFigures }, after);
  return {
    first: describeSide(ownMeans, first, table),
    second: describeSide(otherMeans, second, table),
    qualityDifference: keepKnown(after.qualityDifference),
    costSaved: keepSaving(after.costSaved, otherMeans.costUsd, ownMeans.costUsd),
    latencySaved: keepSaving(after.latencySaved, otherMeans.latencyMs, ownMeans.latencyMs),
    ...compareSingles(own, other, compared),
    differing: measureDiffering(rows),
    unknownOutcomes: after.unknownOutcomes - rows.filter((row) => !hasBoth(row)).length,
    tasks: tasks.sort((a, b) => b.differing * b.prompts - a.differing * a.prompts),
  };
}

/** A model has the same figures wherever it is shown. */
function toSide(figures: MeanFigures | undefined): SideMeans | undefined {
  return (
    figures && {
      quality: figures.quality,
      costUsd: nullIfUnknown(figures.costUsd),
      latencyMs: nullIfUnknown(figures.latencyMs),
    }
  );
}

/** What the second saves, and by how much it is better, where each side uses one model, as "evaluate" has it. */
function compareSingles(
  own: Outcomes,
  other: Outcomes,
  { table, groups, taskOf, means }: ComparedTable,
): Partial<Pick<ObjectiveDifference, 'qualityDifference' | 'costSaved' | 'latencySaved'>> {
  const [first, second] = [own.choices?.[0], other.choices?.[0]];
  const areSingle =
    pickOnlyModel(means, own) !== undefined && pickOnlyModel(means, other) !== undefined;
  if (!areSingle || first === second || second === undefined) return {};
  const rows = listRows(table.prompts.length);
  const models = computeSingleModels({ table, rows, groups, taskOf }, means, own);
  const found = models.find(({ model }) => model === table.models[second]);
  if (found === undefined) return {};
  const { qualityDifference, costSaved, latencySaved } = found;
  return { ...(qualityDifference && { qualityDifference }), costSaved, latencySaved };
}

/**
 * Means of the prompts that either side has an outcome of, each completed from the other: so they
 * differ by what is shown of the prompts that both have.
 *
 * @param other with its means, where it uses one model
 */
function carryMeans(
  own: Outcomes,
  other: { readonly outcomes: Outcomes; readonly means: MeanFigures | undefined },
  shown: SideMeans,
): SideMeans {
  const weights = own.weights.map((weight, row) => (own.choices?.[row] === noModel ? 0 : weight));
  const carry = (measure: keyof MeanFigures): number => {
    const shift = measure === 'quality' ? 'difference' : 'ratio';
    const reference = { values: other.outcomes[measure], mean: other.means?.[measure] };
    return computePairedMean(own[measure], reference, weights, shift).mean;
  };
  return {
    quality: carry('quality'),
    costUsd: shown.costUsd === null ? null : carry('costUsd'),
    latencyMs: shown.latencyMs === null ? null : carry('latencyMs'),
  };
}

function describeSide(
  { quality, costUsd, latencyMs }: SideMeans,
  choices: Int32Array,
  table: OutcomeTable,
): ComparedSide {
  return {
    quality: Number.isNaN(quality) ? null : quality,
    costUsd,
    latencyMs,
    promptsWithoutModel: countWithoutModel(choices),
    shares: computeModelShares(
      table.models,
      choices,
      listRowWeights(table, Int32Array.from(choices.keys())),
    ),
  };
}

type SideMeans = Pick<StrategyComparison, 'quality' | 'costUsd' | 'latencyMs'>;

function listMissing(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name));
}

function keepKnown(interval: Interval | undefined): Interval | null {
  return interval === undefined || Number.isNaN(interval.mean) ? null : interval;
}
