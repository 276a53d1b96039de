import { listRowWeights, type OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { checkSetting } from '../../../util/check-members.js';
import { isProbabilityAboveZero } from '../../../util/checks.js';
import { nullIfUnknown } from '../../../util/json.js';
import { valueAt, pick } from '../../../util/numeric-arrays.js';
import {
  computeGroupedMean,
  findEffectivePrompts,
  indexGroups,
  type EffectivePrompts,
  type GroupIndex,
} from '../statistics/grouped-mean.js';
import { computeSampleSize } from '../statistics/sample-size.js';
import { adjustByHolm, findPassingMargin, worstDifference } from '../statistics/non-inferiority.js';
import {
  collectModelOutcomes,
  computeKnownMean,
  isMeasured,
} from '../strategies/chosen-outcomes.js';
import {
  compareModel,
  compareCandidates,
  type CheaperModel,
  type ComparedModel,
  type MeasuredModel,
  type UndecidedModel,
} from './cheaper-model.js';
import { createRefusalTest } from '../strategies/refused-outcomes.js';
import { groupRows, listTaskNames } from './task-names.js';

export interface OverkillSettings {
  /** The model in use now. */
  readonly baseline: string;
  /** A model counts as worse if its quality is lower by this much or more. @default 0.03 */
  readonly margin?: number;
  /** Chance that any model of the table is wrongly called "not worse". @default 0.05 */
  readonly error?: number;
  /** Group of near-duplicates of each prompt. */
  readonly groups: ArrayLike<number>;
  /** Task index of each prompt, -1 where unknown; for the names of latent tasks. */
  readonly taskOf: Int32Array;
}

/**
 * What the outcomes of a task show about the baseline there:
 *
 * - `overkill`: a cheaper model is shown not to be worse;
 * - `not_shown`: a cheaper model may be good enough, and more prompts would decide. Where `cheaper` is
 *   null, too few prompts even show whether the models of `undecided` cost less; or, where there are none,
 *   all models that cost less were worse by the margin, perhaps by chance;
 * - `needed`: all models that cost less are shown to be worse by more than the margin;
 * - `cheapest`: no model costs less;
 * - `unknown`: the baseline's quality or cost is unknown, or that of the models of `undecided`, which may
 *   be cheaper and good enough.
 */
export type OverkillFinding = 'overkill' | 'not_shown' | 'needed' | 'cheapest' | 'unknown';

/** What is known of the model in use and of cheaper ones on the prompts of one task. */
export interface OverkillTask extends EffectivePrompts {
  /** Null for prompts without a label. */
  readonly task: string | null;
  readonly prompts: number;
  readonly groups: number;
  /** Null where nothing is known. */
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly finding: OverkillFinding;
  /** Of the models that are not worse, or for `not_shown` were not by the margin, the one that saves most. */
  readonly cheaper: CheaperModel | null;
  /**
   * The model to look at, whether or not it is shown not to be worse: `cheaper`, or of the models
   * that cost less, and are not shown to be worse if any is not, the one with the highest quality. Null
   * where none costs less, and where the finding is about the models of `undecided`.
   */
  readonly candidate: CheaperModel | null;
  /**
   * For `not_shown`: prompts of this task that would show it, if the difference stays as is and as
   * many are answered by both. More than there are, and no more than can be collected; else null.
   */
  readonly promptsNeeded: number | null;
  /** Models that the finding is about, since it is not known whether they would do; else none. */
  readonly undecided: readonly UndecidedModel[];
  /** All models that cost less, largest saving first. */
  readonly candidates: readonly CheaperModel[];
}

/** Where a cheaper model than the one in use would do, task by task. */
export interface Overkill {
  readonly baseline: string;
  readonly margin: number;
  readonly error: number;
  /** How many pairs of task and cheaper model were tested. */
  readonly tests: number;
  readonly simulated: boolean;
  /** By name; prompts without a label last. */
  readonly tasks: readonly OverkillTask[];
}

/**
 * Finds, task by task, the model that saves most of those shown not to be worse than the one in use.
 * Only models that cost less, by more than chance explains, are tested: this selection ignores quality,
 * so it needs no correction.
 *
 * @throws RoutesmithError `usage` for a margin or an error that is no share, such as a percentage
 */
export function findOverkill(table: OutcomeTable, settings: OverkillSettings): Overkill {
  const { baseline, margin = 0.03, error = 0.05 } = settings;
  const hint = 'write 0.05 for 5 %';
  checkSetting(isProbabilityAboveZero(margin), `must be above 0 and at most 1: ${hint}`, 'margin');
  const isChance = isProbabilityAboveZero(error) && error < 1;
  checkSetting(isChance, `must be above 0 and below 1: ${hint}`, 'error');
  const measured = measureTasks(table, { ...settings, margin });
  const tests = measured.reduce((sum, { candidates }) => sum + candidates.length, 0);
  const tested = adjustTests(measured, { error, tests });
  return {
    baseline,
    margin,
    error,
    tests,
    simulated: table.simulated,
    tasks: measured.map((task, index) =>
      describeTask(task, tested[index] ?? [], { margin, testError: error / tests }),
    ),
  };
}

interface MeasuredTask {
  readonly task: string | null;
  readonly prompts: number;
  readonly groups: GroupIndex;
  /** Of the baseline; NaN where unknown. */
  readonly quality: number;
  readonly costUsd: number;
  /** Models that cost less, largest saving first; their p-values are not adjusted. */
  readonly candidates: readonly MeasuredModel[];
  /** All models but the baseline. */
  readonly others: readonly ComparedModel[];
}

type MeasureSettings = OverkillSettings & { readonly margin: number };

function measureTasks(table: OutcomeTable, settings: MeasureSettings): MeasuredTask[] {
  const names = listTaskNames(table, settings.taskOf);
  const rowsOfTask = groupRows(names.keys(), (row) => names[row] ?? null);
  const allRows = Int32Array.from(names.keys());
  const refusals = table.models.map((_, index) => createRefusalTest(table, allRows, index));
  return Array.from(rowsOfTask, ([task, list]) => {
    const rows = Int32Array.from(list);
    const groups = indexGroups(pick(settings.groups, rows), listRowWeights(table, rows));
    const baseline = collectModelOutcomes(table, rows, table.models.indexOf(settings.baseline));
    const others = table.models.flatMap((model, index): ComparedModel[] => {
      if (model === settings.baseline) return [];
      const isRefused = list.map((row) => refusals[index]?.(row) ?? false);
      const outcomes = { ...collectModelOutcomes(table, rows, index), isRefused };
      return [compareModel({ model, outcomes }, baseline, groups, settings.margin)];
    });
    const meanOf = (values: Float64Array): number => computeKnownMean(values, groups.weights);
    return {
      task,
      prompts: rows.length,
      groups,
      quality: meanOf(baseline.quality),
      costUsd: isMeasured(baseline.quality, baseline.costUsd)
        ? meanOf(baseline.costUsd)
        : Number.NaN,
      others,
      candidates: others.flatMap(({ cheaper }) => cheaper ?? []).sort(compareCandidates),
    };
  });
}

/** The candidates of each task, with p-values adjusted for all tests of the table. */
function adjustTests(
  tasks: readonly MeasuredTask[],
  { error, tests }: { readonly error: number; readonly tests: number },
): CheaperModel[][] {
  const pValues = adjustByHolm(
    tasks.flatMap(({ candidates }) => candidates.map(({ pValue }) => pValue)),
  );
  let test = 0;
  return tasks.map(({ candidates, groups }) =>
    candidates.map(({ differences, ...candidate }): CheaperModel => {
      const pValue = valueAt(pValues, test++);
      const passingMargin = nullIfUnknown(findPassingMargin(differences, groups, error / tests));
      return { ...candidate, pValue, notWorse: pValue <= error, passingMargin };
    }),
  );
}

function describeTask(
  measured: MeasuredTask,
  candidates: readonly CheaperModel[],
  { margin, testError }: { readonly margin: number; readonly testError: number },
): OverkillTask {
  const { task, prompts, groups, quality, costUsd } = measured;
  const { finding, place, undecided = [] } = decideFinding(measured, candidates, margin);
  const found = measured.candidates[place];
  return {
    task,
    prompts,
    ...findEffectivePrompts(groups),
    groups: groups.count,
    quality: nullIfUnknown(quality),
    costUsd: nullIfUnknown(costUsd),
    finding,
    cheaper: candidates[place] ?? null,
    candidate:
      candidates[place] ?? (undecided.length > 0 ? null : findClosest(candidates, measured.others)),
    promptsNeeded:
      finding === 'not_shown' && found !== undefined
        ? computePromptsToShow(found.differences, groups, margin, testError)
        : null,
    undecided,
    candidates,
  };
}

/**
 * The model with the highest quality against the baseline's, of those not shown to be worse if there are
 * any; of equal ones the one that saves most.
 */
function findClosest(
  candidates: readonly CheaperModel[],
  others: readonly ComparedModel[],
): CheaperModel | null {
  const open = candidates.filter(({ worse }) => !worse);
  const compared = open.length > 0 ? open : candidates;
  return compared.toSorted((a, b) => differenceOf(b, others) - differenceOf(a, others))[0] ?? null;
}

/**
 * A model's mean quality minus the baseline's, which a single group has without an interval; -1, the
 * worst possible, where it is unknown.
 */
function differenceOf({ model }: CheaperModel, others: readonly ComparedModel[]): number {
  const found = others.find(({ cheaper }) => cheaper?.model === model);
  return nullIfUnknown(found?.difference ?? Number.NaN) ?? -1;
}

interface PlacedFinding {
  readonly finding: OverkillFinding;
  /** Of the model that it is about; -1 for none. */
  readonly place: number;
  readonly undecided?: readonly UndecidedModel[];
}

/** The finding of a task, with what it is about. */
function decideFinding(
  { quality, costUsd, others }: MeasuredTask,
  candidates: readonly CheaperModel[],
  margin: number,
): PlacedFinding {
  if (Number.isNaN(quality + costUsd)) return { finding: 'unknown', place: -1 };
  const shown = candidates.findIndex(({ notWorse }) => notWorse);
  if (shown >= 0) return { finding: 'overkill', place: shown };
  const possible = candidates.findIndex((model) => differenceOf(model, others) > -margin);
  if (possible >= 0) return { finding: 'not_shown', place: possible };
  // Whether a model that is worse costs less matters only for whether the baseline is the cheapest.
  const listUndecided = (mayDo: (model: ComparedModel) => boolean): UndecidedModel[] =>
    others.flatMap((model) =>
      model.undecided !== undefined && (candidates.length === 0 || mayDo(model))
        ? [model.undecided]
        : [],
    );
  const likely = listUndecided(({ difference }) => !(difference <= -margin));
  if (likely.length === 0 && candidates.some(({ worse }) => !worse)) {
    return { finding: 'not_shown', place: -1 };
  }
  const undecided = likely.length > 0 ? likely : listUndecided(({ worse }) => !worse);
  if (undecided.length > 0) {
    const isByChance = undecided.some(({ unknown }) => unknown === 'chance');
    return { finding: isByChance ? 'not_shown' : 'unknown', place: -1, undecided };
  }
  return { finding: candidates.length === 0 ? 'cheapest' : 'needed', place: -1 };
}

/** Above this number, collecting more prompts is not a realistic way to decide. */
const maxUsefulPrompts = 20_000;

/**
 * Prompts with which the observed difference would be shown with 80 % probability. Null where as many
 * are there already: the estimate takes the spread for known, which few prompts do not show.
 */
function computePromptsToShow(
  differences: Float64Array,
  groups: GroupIndex,
  margin: number,
  error: number,
): number | null {
  const found = computeGroupedMean(differences, groups);
  const distance = found.mean + margin;
  if (!(distance > 0) || Number.isNaN(found.standardError)) return null;
  const needed = computeSampleSize(found, distance, error, worstDifference);
  if (needed <= found.count) return null;
  // Of prompts that both answered; the others of the task are no evidence.
  const prompts = Math.ceil((needed * differences.length) / found.count);
  return prompts <= maxUsefulPrompts ? prompts : null;
}
