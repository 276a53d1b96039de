import type { Interval } from '../../../policy/file/policy.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { computeGroupedInterval, type GroupIndex } from '../statistics/grouped-mean.js';
import { testNonInferiority } from '../statistics/non-inferiority.js';
import { computeKnownMean, isMeasured, type Outcomes } from '../strategies/chosen-outcomes.js';

/**
 * A model that costs less than the baseline on a task, by more than chance explains. Measured on the
 * prompts that both answered.
 */
export interface CheaperModel {
  readonly model: string;
  readonly prompts: number;
  /** Of the prompts that the baseline answered, by weight: those that this model did not leave or refuse. */
  readonly share: number;
  readonly quality: number;
  readonly costUsd: number;
  /** Quality minus the baseline's: 95 %, paired, by group, not adjusted for the number of tests. */
  readonly difference: Interval | null;
  /** Saving per request. */
  readonly savedUsd: Interval | null;
  /** Of "worse by the margin or more", adjusted for all tests of the table (Holm). */
  readonly pValue: number;
  /** Whether the model is shown not to be worse. */
  readonly notWorse: boolean;
  /** The smallest margin with which it would be shown not to be worse; null where none would do. */
  readonly passingMargin: number | null;
}

/** A cheaper model before its test is adjusted for the others. */
export interface MeasuredModel extends Omit<CheaperModel, 'notWorse' | 'passingMargin'> {
  /** Quality minus the baseline's, per prompt of the task. */
  readonly differences: Float64Array;
}

/** A model's outcomes, and where it answered nothing, which costs 0 and saves nothing. */
export interface ModelOutcomes extends Outcomes {
  readonly isRefused: readonly boolean[];
}

/** What a model would have saved on each prompt; NaN where a cost is unknown, or it refused. */
export function computeSavings(own: ModelOutcomes, baseline: Outcomes): Float64Array {
  return own.costUsd.map((value, row) =>
    own.isRefused[row] === true ? Number.NaN : valueAt(baseline.costUsd, row) - value,
  );
}

/** Quality minus the baseline's, per prompt; NaN where one is unknown. */
export function computeDifferences(own: Outcomes, baseline: Outcomes): Float64Array {
  return own.quality.map((value, row) => value - valueAt(baseline.quality, row));
}

/**
 * Compares a model with the baseline; undefined unless it is shown to cost less, by costs that are
 * known of as many prompts as a mean cost takes.
 */
export function measureModel(
  { model, outcomes }: { readonly model: string; readonly outcomes: ModelOutcomes },
  baseline: Outcomes,
  groups: GroupIndex,
  margin: number,
): MeasuredModel | undefined {
  const differences = computeDifferences(outcomes, baseline);
  const saved = computeSavings(outcomes, baseline);
  const savedUsd = computeGroupedInterval(saved, groups);
  if (savedUsd === null || !(savedUsd.low > 0) || !isMeasured(differences, saved)) return undefined;
  const isServed = baseline.quality.map((value, row) => {
    if (Number.isNaN(value)) return Number.NaN;
    return Number.isNaN(differences[row]) || outcomes.isRefused[row] === true ? 0 : 1;
  });
  const averagePaired = (values: Float64Array): number =>
    computeKnownMean(
      values.map((value, row) => (Number.isNaN(differences[row]) ? Number.NaN : value)),
      groups.weights,
    );
  return {
    model,
    prompts: differences.filter((value) => !Number.isNaN(value)).length,
    share: computeKnownMean(isServed, groups.weights),
    quality: averagePaired(outcomes.quality),
    costUsd: averagePaired(
      outcomes.costUsd.map((value, row) => (outcomes.isRefused[row] === true ? Number.NaN : value)),
    ),
    difference: computeGroupedInterval(differences, groups),
    savedUsd,
    pValue: testNonInferiority(differences, groups, margin),
    differences,
  };
}
