import { computeKnownMean } from '../../evaluate/outcomes.js';
import type { Predictions } from '../fit-task-mixture.js';
import type { TensorFlowEngine } from '../tensorflow-backend.js';
import type { TrainingData } from '../training-data.js';
import { crossFitFamily } from './cross-fit-family.js';
import { defaultFamily } from './families.js';
import type { FamilyName, ModelFamily } from './model-family.js';
import { findBestModel, sumRowLogLoss } from './score-predictions.js';

export interface ChooseFamilyInput {
  readonly engine: TensorFlowEngine;
  readonly data: TrainingData;
  /** The rows that may be used; held-out rows of an outer split are not among them. */
  readonly rows: Int32Array;
  readonly seed: number;
  /** At least one, the simplest first. */
  readonly families: readonly [ModelFamily, ...ModelFamily[]];
  /** @default 3 */
  readonly folds?: number;
  /** Called after each fold of each family. */
  readonly onFit?: (done: number, total: number) => void;
}

export interface FamilyScore {
  readonly name: FamilyName;
  /** Mean over the recorded outcomes. */
  readonly logLoss: number;
  /** Mean recorded quality of the models estimated best; NaN where none was recorded. */
  readonly argmaxQuality: number;
  /** Standard error of the paired difference from the best argmax quality; 0 for that family. */
  readonly qualityStandardError: number;
  /** Standard error of the paired difference from the lowest log loss of the families in reach. */
  readonly logLossStandardError: number | null;
  /** Whether neither is worse than the best by more than its standard error. */
  readonly isEligible: boolean;
}

export interface ChosenFamily {
  readonly family: ModelFamily;
  /** In the order of the families given. */
  readonly scores: readonly FamilyScore[];
  /** The chosen family's predictions for the rows, each from a fit that did not see its group. */
  readonly outOfFold: Predictions;
}

/**
 * Chooses a family by grouped cross-validation inside some rows. In reach are families whose models
 * estimated best were, on held-out prompts, no worse than those of the best family by more than one
 * standard error; of these, eligible are those whose log loss is within one of the lowest, because
 * where one model wins nearly everywhere, only its estimates tell what a family is worth to the
 * objectives that save money. The default family is taken if it is eligible, otherwise the first,
 * and so the simplest, that is.
 */
export function chooseFamily(input: ChooseFamilyInput): ChosenFamily {
  const { families, folds = 3, onFit } = input;
  let done = 0;
  const candidates = families.map((family) => {
    const predictions = crossFitFamily(family, {
      ...input,
      folds,
      onFit: () => onFit?.(++done, folds * families.length),
    });
    return { family, predictions, ...measureRows(input, predictions) };
  });
  const best = pickLowest(candidates, ({ argmaxQuality }) => -computeKnownMean(argmaxQuality));
  const withReach = candidates.map((candidate) => {
    const difference = compareRows(input, best.argmaxQuality, candidate.argmaxQuality);
    // Without a single known difference there is nothing to hold against a family.
    return { ...candidate, difference, isInReach: !(difference.mean > difference.standardError) };
  });
  const inReach = withReach.filter(({ isInReach }) => isInReach);
  const closest = pickLowest(inReach, ({ logLoss }) => computeKnownMean(logLoss));
  const scored = withReach.map((candidate) => {
    const excess = compareRows(input, candidate.logLoss, closest.logLoss);
    const score: FamilyScore = {
      name: candidate.family.name,
      logLoss: candidate.meanLogLoss,
      argmaxQuality: computeKnownMean(candidate.argmaxQuality),
      qualityStandardError: candidate.difference.standardError,
      logLossStandardError: candidate.isInReach ? excess.standardError : null,
      isEligible: candidate.isInReach && !(excess.mean > excess.standardError),
    };
    return { ...candidate, score };
  });
  const eligible = scored.filter(({ score }) => score.isEligible);
  const chosen =
    eligible.find(({ family }) => family.name === defaultFamily) ??
    (eligible[0] as (typeof scored)[number]);
  return {
    family: chosen.family,
    scores: scored.map(({ score }) => score),
    outOfFold: chosen.predictions,
  };
}

interface RowMeasures {
  /** Per row, mean over its recorded outcomes; NaN where there are none. */
  readonly logLoss: Float64Array;
  /** Per row, recorded quality of the model estimated best; NaN where not recorded. */
  readonly argmaxQuality: Float64Array;
  readonly meanLogLoss: number;
}

function measureRows(
  { data, rows }: Pick<ChooseFamilyInput, 'data' | 'rows'>,
  { quality }: Predictions,
): RowMeasures {
  const { table } = data;
  const modelCount = table.models.length;
  const losses = Array.from(rows, (row) => sumRowLogLoss(table, row, quality));
  const known = losses.reduce((sum, loss) => sum + loss.known, 0);
  return {
    logLoss: Float64Array.from(losses, (loss) => loss.sum / loss.known),
    argmaxQuality: Float64Array.from(
      rows,
      (row) => table.quality[row * modelCount + findBestModel(quality, row, modelCount)] as number,
    ),
    meanLogLoss: losses.reduce((sum, loss) => sum + loss.sum, 0) / known,
  };
}

/** The first entry with the lowest measure; NaN counts as the highest. */
function pickLowest<T>(entries: readonly T[], measure: (entry: T) => number): T {
  return entries.reduce((best, entry) => {
    const value = measure(entry);
    const bestValue = measure(best);
    return value < bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value)) ? entry : best;
  });
}

/**
 * Mean of `left - right` over the rows where both are known, and its standard error. Rows of one
 * group are not independent evidence: their deviations are summed before they are squared.
 */
function compareRows(
  { data, rows }: Pick<ChooseFamilyInput, 'data' | 'rows'>,
  left: Float64Array,
  right: Float64Array,
): { readonly mean: number; readonly standardError: number } {
  const differences = left.map((value, index) => value - (right[index] as number));
  const mean = computeKnownMean(differences);
  const deviationOfGroup = new Map<number, number>();
  let count = 0;
  differences.forEach((difference, index) => {
    if (Number.isNaN(difference)) return;
    const group = data.groups[rows[index] as number] as number;
    deviationOfGroup.set(group, (deviationOfGroup.get(group) ?? 0) + difference - mean);
    count += 1;
  });
  let squares = 0;
  for (const deviation of deviationOfGroup.values()) squares += deviation * deviation;
  return { mean, standardError: count === 0 ? Number.NaN : Math.sqrt(squares) / count };
}
