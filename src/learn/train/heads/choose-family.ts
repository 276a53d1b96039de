import {
  computeGroupedMean,
  indexGroups,
  isClearlyPositive,
  type GroupedMean,
} from '../../evaluate/statistics/grouped-mean.js';
import { computeKnownMean } from '../../evaluate/strategies/chosen-outcomes.js';
import type { TrainingData } from '../training-data.js';
import { defaultFamily } from './default-family.js';
import type { FamilyName } from './model-family.js';
import { findBestModel, sumRowLogLoss } from './score-predictions.js';

/** A family, and what it estimates of rows that it was not fitted to. */
export interface FamilyCandidate {
  readonly name: FamilyName;
  /** In [0, 1], row-major over all rows of the data. */
  readonly quality: Float32Array;
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
  /** Whether neither is worse than the best by more than two of its standard errors. */
  readonly isEligible: boolean;
}

export interface ChosenFamily {
  readonly name: FamilyName;
  /** In the order of the candidates. */
  readonly scores: readonly FamilyScore[];
}

/** The rows that may be looked at, of which data. */
interface Evidence {
  readonly data: Pick<TrainingData, 'table' | 'groups' | 'weights'>;
  readonly rows: Int32Array;
}

/**
 * Chooses a family by its estimates of rows that it was not fitted to. In reach are families whose
 * models estimated best were no worse than those of the best family by more than two standard
 * errors; of these, eligible are those whose log loss is within two of the lowest, because where one
 * model wins nearly everywhere, only its estimates tell what a family is worth to the objectives
 * that save money. The default family is taken if it is eligible, otherwise the first, and so the
 * simplest, that is.
 *
 * @param candidates at least one, the simplest first
 */
export function chooseFamily(
  evidence: Evidence,
  candidates: readonly FamilyCandidate[],
): ChosenFamily {
  const measured = candidates.map(({ name, quality }) => ({
    name,
    ...measureRows(evidence, quality),
  }));
  const weights = listWeights(evidence);
  const best = pickLowest(
    measured,
    ({ argmaxQuality }) => -computeKnownMean(argmaxQuality, weights),
  );
  const withReach = measured.map((candidate) => {
    const difference = compareRows(evidence, best.argmaxQuality, candidate.argmaxQuality);
    // Without a single known difference there is nothing to hold against a family.
    return {
      ...candidate,
      difference,
      isInReach: !isClearlyPositive(difference),
    };
  });
  const inReach = withReach.filter(({ isInReach }) => isInReach);
  const closest = pickLowest(inReach, ({ logLoss }) => computeKnownMean(logLoss, weights));
  const scores = withReach.map((candidate): FamilyScore => {
    const excess = compareRows(evidence, candidate.logLoss, closest.logLoss);
    return {
      name: candidate.name,
      logLoss: candidate.meanLogLoss,
      argmaxQuality: computeKnownMean(candidate.argmaxQuality, weights),
      qualityStandardError: candidate.difference.standardError,
      logLossStandardError: candidate.isInReach ? excess.standardError : null,
      isEligible: candidate.isInReach && !isClearlyPositive(excess),
    };
  });
  const eligible = scores.filter(({ isEligible }) => isEligible);
  const chosen =
    eligible.find(({ name }) => name === defaultFamily) ?? (eligible[0] as FamilyScore);
  return { name: chosen.name, scores };
}

interface RowMeasures {
  /** Per row, mean over its recorded outcomes; NaN where there are none. */
  readonly logLoss: Float64Array;
  /** Per row, recorded quality of the model estimated best; NaN where not recorded. */
  readonly argmaxQuality: Float64Array;
  readonly meanLogLoss: number;
}

function measureRows({ data, rows }: Evidence, quality: Float32Array): RowMeasures {
  const { table } = data;
  const modelCount = table.models.length;
  const observed = { modelCount, quality: table.quality };
  const losses = Array.from(rows, (row) => sumRowLogLoss(observed, row, quality));
  const weights = listWeights({ data, rows });
  const sumWeighted = (key: 'sum' | 'known'): number =>
    losses.reduce((sum, loss, index) => sum + (weights[index] as number) * loss[key], 0);
  return {
    logLoss: Float64Array.from(losses, (loss) => loss.sum / loss.known),
    argmaxQuality: Float64Array.from(
      rows,
      (row) => table.quality[row * modelCount + findBestModel(quality, row, modelCount)] as number,
    ),
    meanLogLoss: sumWeighted('sum') / sumWeighted('known'),
  };
}

function listWeights({ data, rows }: Evidence): Float64Array {
  return Float64Array.from(rows, (row) => data.weights[row] as number);
}

/** The first entry with the lowest measure; NaN counts as the highest. */
function pickLowest<T>(entries: readonly T[], measure: (entry: T) => number): T {
  return entries.reduce((best, entry) => {
    const value = measure(entry);
    const bestValue = measure(best);
    return value < bestValue || (Number.isNaN(bestValue) && !Number.isNaN(value)) ? entry : best;
  });
}

/** Mean of `left - right` over the rows where both are known, and its standard error. */
function compareRows(
  { data, rows }: Evidence,
  left: Float64Array,
  right: Float64Array,
): GroupedMean {
  const differences = left.map((value, index) => value - (right[index] as number));
  const groups = rows.map((row) => data.groups[row] as number);
  return computeGroupedMean(differences, indexGroups(groups, listWeights({ data, rows })));
}
