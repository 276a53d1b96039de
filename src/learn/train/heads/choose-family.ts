import { findLargest } from '../../../util/kernels.js';
import {
  computeGroupedMean,
  indexGroups,
  isClearlyPositive,
  type GroupedMean,
} from '../../evaluate/statistics/grouped-mean.js';
import { computeKnownMean } from '../../evaluate/strategies/chosen-outcomes.js';
import { at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import type { TrainingData } from '../training-data.js';
import { defaultFamily, type FamilyName } from './families.js';
import { sumRowLogLoss } from './log-loss.js';

/** A family and its estimates for rows that it was not fitted to. */
export interface FamilyCandidate {
  readonly name: FamilyName;
  /** In [0, 1], row-major over all rows of the data. */
  readonly quality: Float32Array;
}

/** How well a family of scorers predicts prompts that it was not fitted to. */
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

/** The data and the rows whose outcomes may be read. */
interface Evidence {
  readonly data: Pick<TrainingData, 'table' | 'groups' | 'weights'>;
  readonly rows: Int32Array;
}

/**
 * Chooses a family by its estimates for rows that it was not fitted to, in two steps:
 *
 * - In reach are families whose models estimated best are not worse than those of the best family by
 *   more than two standard errors.
 * - Eligible are families in reach whose log loss is within two standard errors of the lowest. Where
 *   one model wins nearly everywhere, only the estimates matter to the objectives that save money.
 *
 * The default family is taken if it is eligible, otherwise the simplest eligible family.
 *
 * @param candidates at least one, the simplest first
 */
export function chooseFamily(
  evidence: Evidence,
  candidates: readonly FamilyCandidate[],
): ChosenFamily {
  const scores = scoreFamilies(
    evidence,
    candidates.map((candidate) => measureCandidate(evidence, candidate)),
  );
  const eligible = scores.filter(({ isEligible }) => isEligible);
  const chosen =
    eligible.find(({ name }) => name === defaultFamily) ?? (eligible[0] as FamilyScore);
  return { name: chosen.name, scores };
}

interface MeasuredFamily {
  readonly name: FamilyName;
  /** Per row, mean over its recorded outcomes; NaN where there are none. */
  readonly logLoss: Float64Array;
  /** Per row, recorded quality of the model estimated best; NaN where not recorded. */
  readonly argmaxQuality: Float64Array;
  readonly meanLogLoss: number;
}

function measureCandidate(
  { data, rows }: Evidence,
  { name, quality }: FamilyCandidate,
): MeasuredFamily {
  const { table } = data;
  const modelCount = table.models.length;
  const observed = { modelCount, quality: table.quality };
  const losses = Array.from(rows, (row) => sumRowLogLoss(observed, row, quality));
  const weights = listWeights({ data, rows });
  const sumWeighted = (key: 'sum' | 'known'): number =>
    losses.reduce((sum, loss, index) => sum + at(weights, index) * loss[key], 0);
  return {
    name,
    logLoss: Float64Array.from(losses, (loss) => loss.sum / loss.known),
    argmaxQuality: Float64Array.from(rows, (row) =>
      at(
        table.quality,
        row * modelCount + findLargest(rowOf(quality, row, modelCount), modelCount),
      ),
    ),
    meanLogLoss: sumWeighted('sum') / sumWeighted('known'),
  };
}

function scoreFamilies(evidence: Evidence, measured: readonly MeasuredFamily[]): FamilyScore[] {
  const weights = listWeights(evidence);
  const best = pickLowest(
    measured,
    ({ argmaxQuality }) => -computeKnownMean(argmaxQuality, weights),
  );
  const compared = measured.map((family) => {
    const shortfall = compareRows(evidence, best.argmaxQuality, family.argmaxQuality);
    // A family without any known difference is in reach.
    return { ...family, shortfall, isInReach: !isClearlyPositive(shortfall) };
  });
  const inReach = compared.filter(({ isInReach }) => isInReach);
  const closest = pickLowest(inReach, ({ logLoss }) => computeKnownMean(logLoss, weights));
  return compared.map((family) => {
    const excess = compareRows(evidence, family.logLoss, closest.logLoss);
    return {
      name: family.name,
      logLoss: family.meanLogLoss,
      argmaxQuality: computeKnownMean(family.argmaxQuality, weights),
      qualityStandardError: family.shortfall.standardError,
      logLossStandardError: family.isInReach ? excess.standardError : null,
      isEligible: family.isInReach && !isClearlyPositive(excess),
    };
  });
}

function listWeights({ data, rows }: Evidence): Float64Array {
  return Float64Array.from(rows, (row) => at(data.weights, row));
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
  const differences = left.map((value, index) => value - at(right, index));
  const groups = rows.map((row) => intAt(data.groups, row));
  return computeGroupedMean(differences, indexGroups(groups, listWeights({ data, rows })));
}
