import type * as LanguageDetector from 'eld/small';
import { splitPromptFields } from '../../../policy/features/prompt-fields.js';
import type { Prompt } from '../../../llm/chat.js';
import type { Interval } from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/json.js';
import { valueAt, pick } from '../../../util/numeric-arrays.js';
import {
  computeGroupedInterval,
  indexGroups,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { isMeasured, type Outcomes } from '../strategies/chosen-outcomes.js';
import { minMixedShare, type Strategy } from '../strategies/compare-strategies.js';
import {
  computeModelMeans,
  pickOnlyModel,
  type MeanFigures,
  type ModelMeans,
} from '../strategies/model-means.js';
import { computePairedMean, findSavedFactor } from '../strategies/paired-mean.js';
import { computeQualityDifference, pickOutcomes } from '../strategies/quality-difference.js';
import { nameStrategy } from '../strategies/strategy-id.js';
import { loadModule } from '../../../util/load-module.js';
import { listHeldOutGroups, listHeldOutRows, type HeldOut } from '../verdict/held-out.js';
import { collectConstant, findBaseline } from '../verdict/held-out-strategies.js';
import { groupRows, listTaskNames } from './task-names.js';

/** Results of a strategy or model on a slice; null where nothing is known. */
export interface SliceStrategy {
  readonly name: string;
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Quality minus that of the baseline; 95 %, paired, by group. */
  readonly qualityDifference: Interval | null;
  /** Cost of the baseline minus this one's, per request in USD. */
  readonly costSavedUsd: Interval | null;
}

/** A part of the held-out prompts, such as those of a task. */
export interface Slice {
  /** Null for prompts without a label, or in an unknown language. */
  readonly name: string | null;
  readonly prompts: number;
  readonly groups: number;
  /** The routed strategies, and the baseline. */
  readonly strategies: readonly SliceStrategy[];
  /** Every model for all prompts of the slice, in the order of the table. */
  readonly models: readonly SliceStrategy[];
}

export interface Slices {
  readonly tasks: readonly Slice[];
  /** By detected language, ISO 639-1; the most prompts first. */
  readonly languages: readonly Slice[];
}

/** Outcomes of all held-out prompts, under the name that a slice shows. */
interface NamedOutcomes {
  readonly name: string;
  readonly outcomes: Outcomes;
  /** Whether several models may be chosen. */
  readonly isMixed: boolean;
}

interface ComparedStrategies {
  readonly heldOut: HeldOut;
  readonly strategies: readonly NamedOutcomes[];
  readonly models: readonly NamedOutcomes[];
  readonly reference: Outcomes;
}

/** Breaks the routed strategies and the single models down by task and by language. */
export function computeSlices(heldOut: HeldOut, strategies: readonly Strategy[]): Slices {
  const rows = listHeldOutRows(heldOut);
  const { prompts, models } = heldOut.table;
  const tasks = listTaskNames(heldOut.table, heldOut.taskOf);
  const languages = Array.from(rows, (row) => guessLanguage(prompts[row]?.prompt ?? '') ?? null);
  const compared: ComparedStrategies = {
    heldOut,
    strategies: strategies
      .filter(({ id }) => id.kind === 'routed' || id.kind === 'without_routing')
      .map(({ id, outcomes, choices }) => ({
        name: nameStrategy(id),
        outcomes,
        isMixed: choices === undefined || choices.some((choice) => choice !== choices[0]),
      })),
    models: models.map((name, model) => ({
      name,
      outcomes: collectConstant(heldOut, model),
      isMixed: false,
    })),
    reference: findBaseline(strategies),
  };
  const groups = listHeldOutGroups(heldOut);
  const slice = (nameOf: (place: number) => string | null): Slice[] =>
    Array.from(groupRows(rows.keys(), nameOf), ([name, places]) => ({
      name,
      ...computeSlice(compared, groups, places),
    }));
  return {
    tasks: slice((place) => tasks[valueAt(rows, place)] ?? null),
    languages: slice((place) => languages[place] ?? null).sort((a, b) => b.prompts - a.prompts),
  };
}

/** @param places of the slice's prompts among the held-out rows */
function computeSlice(
  { heldOut, strategies, models, reference }: ComparedStrategies,
  groups: Int32Array,
  places: readonly number[],
): Omit<Slice, 'name'> {
  const take = (outcomes: Outcomes): Outcomes => pickOutcomes(outcomes, places);
  const other = take(reference);
  const heldOutRows = listHeldOutRows(heldOut);
  const rows = Int32Array.from(places, (place) => valueAt(heldOutRows, place));
  const means = computeModelMeans(heldOut.table, rows, heldOut.taskOf);
  const basis: SliceBasis = {
    reference: other,
    means,
    groups: indexGroups(pick(groups, places), other.weights),
  };
  const compare = ({ name, outcomes, isMixed }: NamedOutcomes): SliceStrategy => ({
    name,
    ...compareWith(take(outcomes), basis, isMixed ? minMixedShare : undefined),
  });
  return {
    prompts: places.length,
    groups: basis.groups.count,
    strategies: strategies.map(compare),
    models: models.map(compare),
  };
}

/** What the strategies of a slice are compared with. */
interface SliceBasis {
  readonly reference: Outcomes;
  /** Comparable means of the models on the slice's prompts. */
  readonly means: ModelMeans;
  readonly groups: GroupIndex;
}

/** @param minShare of the outcomes that need a cost, or latency; see `isMeasured` */
function compareWith(
  own: Outcomes,
  { reference, means, groups }: SliceBasis,
  minShare?: number,
): Omit<SliceStrategy, 'name'> {
  const less = (a: Float64Array, b: Float64Array): Float64Array =>
    a.map((value, row) => value - valueAt(b, row));
  const shown = { own: pickOnlyModel(means, own), reference: pickOnlyModel(means, reference) };
  const average = (measure: keyof MeanFigures): number | null => {
    if (!isMeasured(own.quality, own[measure], minShare)) return null;
    // A model has the same figures as in the other tables.
    if (shown.own !== undefined) return nullIfUnknown(shown.own[measure]);
    const other = { values: reference[measure], mean: shown.reference?.[measure] };
    const shift = measure === 'quality' ? 'difference' : 'ratio';
    return nullIfUnknown(computePairedMean(own[measure], other, own.weights, shift).mean);
  };
  const saved = less(reference.costUsd, own.costUsd);
  const factor = findSavedFactor(saved, reference, shown.reference?.costUsd);
  return {
    quality: average('quality'),
    costUsd: average('costUsd'),
    latencyMs: average('latencyMs'),
    qualityDifference: computeQualityDifference(own, reference, groups),
    costSavedUsd: isMeasured(own.quality, saved, minShare)
      ? computeGroupedInterval(
          saved.map((value) => factor * value),
          groups,
        )
      : null,
  };
}

/** Enough of a prompt to detect its language. */
const maxCharacters = 600;

/**
 * Guesses the language of the user's text, for the slices only: undefined where the text is too
 * short or too mixed for a reliable guess.
 *
 * @returns an ISO 639-1 code such as `en`
 */
export function guessLanguage(prompt: Prompt): string | undefined {
  const { eld } = loadModule<typeof LanguageDetector>('eld/small');
  const detected = eld.detect(splitPromptFields(prompt).userText.slice(0, maxCharacters));
  return detected.language !== '' && detected.isReliable() ? detected.language : undefined;
}
