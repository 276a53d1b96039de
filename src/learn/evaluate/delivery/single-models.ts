import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import type { Interval } from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/json.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import type {
  MeanIntervals,
  StrategyComparison,
  StrategyResult,
} from '../strategies/compare-strategies.js';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  indexGroups,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { computeSavedShare } from '../statistics/ratio.js';
import {
  isSameChoice,
  computeQualityDifference,
  qualityRange,
} from '../strategies/quality-difference.js';
import { keepSaving, minShareOfInterval } from '../strategies/paired-mean.js';
import { pickOnlyModel, weighPairedRows, type ComparableMeans } from '../strategies/model-means.js';
import { collectModelOutcomes, isMeasured, type Outcomes } from '../strategies/chosen-outcomes.js';

/** Results of one model for all held-out prompts. */
export interface SingleModelResult {
  readonly model: string;
  readonly quality: number;
  /** Null where no cost, or no latency, is known. */
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Null where a mean is estimated from the model's ratio to others, so that its error is unknown. */
  readonly intervals: MeanIntervals;
  /** Quality minus that of the baseline, on the prompts that both answered. */
  readonly qualityDifference: Interval | null;
  /** Share of the baseline's cost that is saved. */
  readonly costSaved: Interval | null;
  /** Share of the baseline's latency that is saved. */
  readonly latencySaved: Interval | null;
}

/** The prompts of a table that single models are compared on. */
export interface ComparedPrompts {
  readonly table: OutcomeTable;
  readonly rows: Int32Array;
  /** Group number of each of these rows. */
  readonly groups: ArrayLike<number>;
  /** Task index of every prompt of the table, -1 where unknown; undefined without labels. */
  readonly taskOf: Int32Array | undefined;
}

/**
 * Computes each model's results on these prompts, best first. Intervals are 95 %, by
 * linearization over groups: with many models, a bootstrap would take longer than everything else.
 *
 * @param means the models' comparable means
 * @param reference outcomes of the baseline
 */
export function computeSingleModels(
  prompts: ComparedPrompts,
  means: ComparableMeans,
  reference: Outcomes,
): SingleModelResult[] {
  const { table, rows, groups } = prompts;
  const { models } = table;
  const compared = indexGroups(groups, means.weights);
  const shown = pickOnlyModel(means, reference);
  return models
    .map((model, index): SingleModelResult => {
      const outcomes = collectModelOutcomes(table, rows, index);
      const figures = {
        quality: valueAt(means.quality, index),
        costUsd: nullIfUnknown(valueAt(means.costUsd, index)),
        latencyMs: nullIfUnknown(valueAt(means.latencyMs, index)),
      };
      return {
        model,
        ...figures,
        intervals: {
          quality: computeIntervalOf(figures.quality, outcomes.quality, compared, qualityRange),
          costUsd: computeIntervalOf(figures.costUsd, outcomes.costUsd, compared),
          latencyMs: computeIntervalOf(figures.latencyMs, outcomes.latencyMs, compared),
        },
        ...compareModel(prompts, { outcomes, figures }, { outcomes: reference, figures: shown }),
      };
    })
    .sort((a, b) => b.quality - a.quality);
}

/**
 * The figures of a comparison whose every choice is one model: a model has the same ones wherever it
 * is shown, and its mean is not that of the prompts that happen to have its outcomes.
 */
export function useSingleModel<Comparison extends StrategyComparison>(
  comparison: Comparison,
  name: string,
  models: readonly SingleModelResult[],
): Comparison {
  const found = models.find(({ model }) => model === name);
  if (found === undefined) return comparison;
  const { model: _, qualityDifference, ...figures } = found;
  return {
    ...comparison,
    ...figures,
    qualityDifference: qualityDifference ?? comparison.qualityDifference,
  };
}

/** As `useSingleModel`, for a strategy that sends all prompts to one model; another one as it is. */
export function useModelFigures(
  result: StrategyResult,
  models: readonly SingleModelResult[],
): StrategyResult {
  const [most] = result.shares;
  return most?.share === 1 ? useSingleModel(result, most.model, models) : result;
}

/**
 * The interval of a comparable mean; null where too few of the compared prompts have a value.
 *
 * @param range of the values, if it is known
 */
function computeIntervalOf(
  mean: number | null,
  values: Float64Array,
  { weights, ...groups }: GroupIndex,
  range?: readonly [number, number],
): Interval | null {
  if (mean === null || Number.isNaN(mean)) return null;
  const known = values.map((value, row) => (valueAt(weights, row) > 0 ? value : Number.NaN));
  let total = 0;
  let measured = 0;
  known.forEach((value, row) => {
    total += valueAt(weights, row);
    if (!Number.isNaN(value)) measured += valueAt(weights, row);
  });
  if (measured < minShareOfInterval * total) return null;
  const index = { ...groups, weights };
  if (range) return computeBoundedInterval(known, index, range, mean);
  const interval = computeGroupedInterval(known, index);
  if (interval === null) return null;
  const shift = mean - interval.mean;
  return { mean, low: interval.low + shift, high: interval.high + shift };
}

/** Outcomes with the means that are shown of them. */
interface ShownOutcomes {
  readonly outcomes: Outcomes;
  readonly figures:
    { readonly costUsd: number | null; readonly latencyMs: number | null } | undefined;
}

/** Compares a model with the reference on the prompts that both have outcomes of. */
function compareModel(
  { table, rows, groups: groupOf, taskOf }: ComparedPrompts,
  { outcomes: own, figures }: ShownOutcomes,
  { outcomes: reference, figures: shown }: ShownOutcomes,
): Pick<SingleModelResult, 'qualityDifference' | 'costSaved' | 'latencySaved'> {
  const quality = own.quality.map((value, row) => value - valueAt(reference.quality, row));
  const weights = weighPairedRows(table, rows, (place) => !Number.isNaN(quality[place]), taskOf);
  const groups = indexGroups(groupOf, weights);
  const isSame = isSameChoice(own, reference);
  const computeSaved = (measure: 'costUsd' | 'latencyMs'): Interval | null => {
    const pairs = own[measure].map((value, row) => value + valueAt(reference[measure], row));
    if (!isMeasured(quality, pairs)) return null;
    if (isSame) return { mean: 0, low: 0, high: 0 };
    return keepSaving(
      computeSavedShare(own[measure], reference[measure], groups),
      figures?.[measure] ?? null,
      shown?.[measure],
    );
  };
  return {
    qualityDifference: computeQualityDifference(own, reference, groups),
    costSaved: computeSaved('costUsd'),
    latencySaved: computeSaved('latencyMs'),
  };
}
