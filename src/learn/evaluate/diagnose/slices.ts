import type { Interval } from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/null-if-unknown.js';
import { detectLanguage } from './detect-language.js';
import { computeGroupedInterval, indexGroups, type GroupIndex } from '../verdict/grouped-mean.js';
import { listHeldOutRows, type HeldOut } from '../plan/held-out.js';
import { computeKnownMean, type Outcomes } from '../verdict/outcomes.js';
import { collectChoices, type Strategy } from '../plan/strategies.js';
import { groupRows, listTaskNames } from './task-names.js';

/** One strategy, or one model, on some of the held-out prompts; null where nothing is known. */
export interface SliceStrategy {
  readonly name: string;
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Quality less that of the best single model; 95 %, paired, by group. */
  readonly qualityDifference: Interval | null;
  /** Cost of the best single model less this one's, per request in USD. */
  readonly costSavedUsd: Interval | null;
}

/** Some of the held-out prompts, such as those of a task. */
export interface Slice {
  /** Null for prompts without a label, or in a language that cannot be told. */
  readonly name: string | null;
  readonly prompts: number;
  readonly groups: number;
  /** The routed strategies, and the best single model. */
  readonly strategies: readonly SliceStrategy[];
  /** Every model for all prompts of the slice, in the order of the table. */
  readonly models: readonly SliceStrategy[];
}

export interface Slices {
  readonly tasks: readonly Slice[];
  /** By detected language, ISO 639-1; the most prompts first. */
  readonly languages: readonly Slice[];
}

const baselineName = 'best single';

interface ComparedStrategies {
  readonly shown: readonly Strategy[];
  readonly models: readonly Pick<Strategy, 'name' | 'outcomes'>[];
  readonly baseline: Strategy;
}

/** Breaks the routed strategies and the single models down by task and by language. */
export function computeSlices(heldOut: HeldOut, strategies: readonly Strategy[]): Slices {
  const rows = listHeldOutRows(heldOut);
  const { prompts } = heldOut.table;
  const tasks = listTaskNames(heldOut.table, heldOut.taskOf);
  const languages = Array.from(rows, (row) => detectLanguage(prompts[row]?.prompt ?? '') ?? null);
  const compared: ComparedStrategies = {
    shown: strategies.filter(({ kind, name }) => kind === 'routed' || name === baselineName),
    models: heldOut.table.models.map((name, model) => ({
      name,
      outcomes: collectChoices(heldOut, new Int32Array(rows.length).fill(model)),
    })),
    baseline: strategies.find(({ name }) => name === baselineName) as Strategy,
  };
  const slice = (nameOf: (index: number) => string | null): Slice[] =>
    Array.from(groupRows(rows.keys(), nameOf), ([name, indexes]) => ({
      name,
      ...computeSlice(heldOut, rows, compared, indexes),
    }));
  return {
    tasks: slice((index) => tasks[rows[index] as number] ?? null),
    languages: slice((index) => languages[index] ?? null).sort((a, b) => b.prompts - a.prompts),
  };
}

/** @param indexes places of the slice's prompts among the held-out rows */
function computeSlice(
  heldOut: HeldOut,
  rows: Int32Array,
  { shown, models, baseline }: ComparedStrategies,
  indexes: readonly number[],
): Omit<Slice, 'name'> {
  const take = ({ outcomes }: Pick<Strategy, 'outcomes'>): Outcomes => ({
    quality: Float64Array.from(indexes, (index) => outcomes.quality[index] as number),
    costUsd: Float64Array.from(indexes, (index) => outcomes.costUsd[index] as number),
    latencyMs: Float64Array.from(indexes, (index) => outcomes.latencyMs[index] as number),
    weights: Float64Array.from(indexes, (index) => outcomes.weights[index] as number),
  });
  const reference = take(baseline);
  const groups = indexGroups(
    indexes.map((index) => heldOut.groups[rows[index] as number] as number),
    reference.weights,
  );
  const compare = (strategy: Pick<Strategy, 'name' | 'outcomes'>): SliceStrategy => ({
    name: strategy.name,
    ...compareWith(take(strategy), reference, groups),
  });
  return {
    prompts: indexes.length,
    groups: groups.count,
    strategies: shown.map(compare),
    models: models.map(compare),
  };
}

function compareWith(
  own: Outcomes,
  reference: Outcomes,
  groups: GroupIndex,
): Omit<SliceStrategy, 'name'> {
  const less = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((value, row) => value - (b[row] as number));
  return {
    quality: nullIfUnknown(computeKnownMean(own.quality, own.weights)),
    costUsd: nullIfUnknown(computeKnownMean(own.costUsd, own.weights)),
    latencyMs: nullIfUnknown(computeKnownMean(own.latencyMs, own.weights)),
    qualityDifference: computeGroupedInterval(less(own.quality, reference.quality), groups),
    costSavedUsd: computeGroupedInterval(less(reference.costUsd, own.costUsd), groups),
  };
}
