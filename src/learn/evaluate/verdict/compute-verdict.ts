import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { computeUtility } from '../../../policy/decide/choose-model.js';
import type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Verdict,
} from '../../../policy/file/policy.js';
import { nullIfUnknown } from '../../../util/json.js';
import { computeLowerBound, indexGroups } from '../statistics/grouped-mean.js';
import { worstDifference } from '../statistics/non-inferiority.js';
import type { Outcomes } from '../strategies/chosen-outcomes.js';
import {
  compareStrategies,
  computeStrategyMeans,
  type ComparisonBasis,
  type Strategy,
  type StrategyMeans,
} from '../strategies/compare-strategies.js';
import { computeExchangeRate } from '../strategies/frontier.js';
import { computeModelMeans, pickOnlyModel, type ModelMeans } from '../strategies/model-means.js';
import { computePairedMean } from '../strategies/paired-mean.js';
import { isSameChoice, pairValues, type PairedValues } from '../strategies/quality-difference.js';
import type { ComparedPair } from '../strategies/weigh-pairs.js';
import { listRivals } from './list-rivals.js';
import { listHeldOutGroups, listHeldOutRows, type HeldOut } from './held-out.js';
import {
  chooseConstant,
  collectChoices,
  findBaseline,
  objectiveAt,
} from './held-out-strategies.js';
import { computePromptsNeeded, relevantGain } from './prompts-needed.js';
import {
  computeUtilityIntervals,
  findHardest,
  isNowhereDifferent,
  type IntervalBasis,
  type UtilityComparison,
} from './utility-intervals.js';

/**
 * What routing gains under an objective over every single model, in utility: the lowest mean and the
 * lowest upper limit of the paired differences, which is Infinity where no outcome is known.
 */
export interface ObjectiveGain {
  readonly objective: string;
  readonly mean: number;
  readonly high: number;
  /** As in `ObjectiveEvidence`; absent where routing never left a model. */
  readonly promptsNeeded?: number;
  /** The same for a gain of `mean`; only where that is more than `relevantGain`. */
  readonly promptsForMean?: number;
}

/** A verdict without its reason, and what an objective may have gained. */
export type VerdictFinding = Omit<Verdict, 'reason'> & { readonly gains: readonly ObjectiveGain[] };

/** What every objective is tested on. */
interface VerdictBasis extends IntervalBasis {
  readonly heldOut: HeldOut;
  /** Indices of the models that a policy may use alone: those that routing has to beat. */
  readonly rivals: readonly number[];
  readonly means: ModelMeans;
  /** The baseline, from which the means of routing are completed. */
  readonly baseline: Pick<ComparisonBasis, 'reference' | 'referenceMeans'>;
}

/**
 * Decides whether routing pays, on held-out prompts. Under an objective it pays if it beats every
 * mix of single models with the same mean cost (or latency, if the objective saves that) by more
 * than chance explains. Quality and cost are traded at the rate at which mixes trade them there, so
 * that beating every single model means beating every mix. (An intersection-union test: all
 * comparisons must hold, so their number needs no correction.) The paired intervals are 95 % for
 * all objectives together (Bonferroni), since one objective that pays is enough for ROUTE, and hold
 * for few groups, too. An objective of whose choices no outcome is known has no evidence, and does
 * not route. The reason is added with the advice, which also knows what the policy does.
 */
export function computeVerdict(
  heldOut: HeldOut,
  strategies: readonly Strategy[],
  seed: number,
): VerdictFinding {
  const rows = listHeldOutRows(heldOut);
  const groups = listHeldOutGroups(heldOut);
  const routed = strategies.filter(({ id }) => id.kind === 'routed');
  const means = computeModelMeans(heldOut.table, rows, heldOut.taskOf);
  const reference = findBaseline(strategies);
  const basis: VerdictBasis = {
    heldOut,
    groups,
    groupIndex: indexGroups(groups, listRowWeights(heldOut.table, rows)),
    rivals: listRivals(heldOut, rows, means),
    means,
    baseline: { reference, referenceMeans: pickOnlyModel(means, reference) },
    error: findTestError(routed.length),
    seed,
  };
  const tested = routed.map(({ outcomes }, index) => computeEvidence(index, outcomes, basis));
  const evidence = tested.map((item) => item.evidence).filter(isKnown);
  const [first] = evidence;
  const paying = evidence.filter(({ routes }) => routes).map(({ objective }) => objective);
  return {
    decision: paying.length > 0 ? 'ROUTE' : "DON'T ROUTE",
    heldOutPrompts: rows.length,
    ...(first !== undefined && { bestConstant: first.bestConstant }),
    ...(first?.promptsNeeded !== undefined && { promptsNeeded: first.promptsNeeded }),
    evidence,
    gains: tested.map(({ gain }) => gain),
  };
}

const nothingKnown: Omit<ObjectiveGain, 'objective'> = { mean: 0, high: Infinity };

/** One-sided error of the test of one of so many objectives, for two-sided 5 % of all together. */
export function findTestError(objectives: number): number {
  return 0.025 / Math.max(1, objectives);
}

/**
 * Whether anything was recorded for what is compared. Where nothing was, there is no evidence, and
 * the objective does not route.
 */
function isKnown({ quality, constantQuality, utilityDifference }: ObjectiveEvidence): boolean {
  const { mean, low, high } = utilityDifference;
  return Number.isFinite(quality + constantQuality + mean + low + high);
}

/** Compares routing under one objective with the single model that is hardest to beat. */
function computeEvidence(
  index: number,
  routed: Outcomes,
  basis: VerdictBasis,
): { readonly evidence: ObjectiveEvidence; readonly gain: ObjectiveGain } {
  const { heldOut, groups, rivals, means, seed } = basis;
  const plan = heldOut.folds[0]?.plan;
  const constants = rivals.map((model) => collectConstantOf(model, index, heldOut));
  const trade = computeTrade(index, routed, basis);
  const comparisons = constants.map((constant) => ({
    ...computeDifferences({ own: routed, other: constant, groups }, trade),
    isSame: isSameChoice(routed, constant),
  }));
  const intervals = computeUtilityIntervals(comparisons, basis);
  const hasOutcomes = rivals.map((model) => !Number.isNaN(means.quality[model]));
  // Routing that always chose one model gains nothing over that one, unless another is better still.
  const same = comparisons.findIndex(({ isSame }) => isSame);
  const isBeaten = intervals.some(({ mean }) => mean < 0);
  const hardest = same >= 0 && !isBeaten ? same : findHardest(intervals, hasOutcomes);
  const constant = constants[hardest];
  const model = heldOut.table.models[rivals[hardest] ?? -1];
  const utilityDifference = intervals[hardest];
  const [difference] =
    constant === undefined
      ? []
      : compareStrategies([routed], { reference: constant, groups, seed });
  if (!constant || model === undefined || !plan || !utilityDifference || !difference) {
    throw new RangeError('a verdict needs held-out prompts and at least one model');
  }
  const own = computeShownMeans(routed, basis);
  const other = computeShownMeans(constant, basis);
  const objective = objectiveAt(plan, index).name;
  // Nothing is known of a gain over a model that routing cannot be compared with.
  const isUnknown = Number.isNaN(utilityDifference.low);
  const found = isUnknown ? nothingKnown : computeGain(comparisons, intervals, basis);
  const gain = { objective, ...found };
  const evidence: ObjectiveEvidence = {
    objective,
    routes: utilityDifference.low > 0,
    bestConstant: model,
    quality: own.quality,
    constantQuality: other.quality,
    qualityDifference: difference.qualityDifference,
    costUsd: own.costUsd,
    constantCostUsd: other.costUsd,
    ...(own.latencyMs !== null && { latencyMs: own.latencyMs }),
    ...(other.latencyMs !== null && { constantLatencyMs: other.latencyMs }),
    utilityDifference,
    ...(gain.promptsNeeded !== undefined && { promptsNeeded: gain.promptsNeeded }),
  };
  return { evidence, gain };
}

/** One model wherever it can answer. */
function collectConstantOf(model: number, index: number, heldOut: HeldOut): Outcomes {
  return collectChoices(heldOut, chooseConstant(heldOut, { index, model }));
}

/** Means of choices as other tables show them: those of the model where it is always the same one. */
function computeShownMeans(
  outcomes: Outcomes,
  { means, baseline, groupIndex }: VerdictBasis,
): Omit<StrategyMeans, 'intervals'> {
  const only = pickOnlyModel(means, outcomes);
  if (only === undefined) return computeStrategyMeans(outcomes, baseline, groupIndex);
  const [costUsd, latencyMs] = [nullIfUnknown(only.costUsd), nullIfUnknown(only.latencyMs)];
  return { quality: only.quality, costUsd, latencyMs };
}

/** The gain over the single model that leaves the least of it, which may not be the hardest to beat. */
function computeGain(
  comparisons: readonly UtilityComparison[],
  intervals: readonly Interval[],
  basis: VerdictBasis,
): Omit<ObjectiveGain, 'objective'> {
  const known = comparisons.flatMap((comparison, rival) => {
    const interval = intervals[rival];
    return interval === undefined || Number.isNaN(interval.mean)
      ? []
      : [{ ...interval, ...comparison }];
  });
  const mean = known.length === 0 ? 0 : Math.min(...known.map((rival) => rival.mean));
  // Every rival has to be beaten, so the one that takes the most prompts decides.
  const size = (gain: number): number | undefined => {
    if (known.some(({ values }) => isNowhereDifferent(values))) return undefined;
    const counts = known.flatMap(
      ({ values, weights, mean: own }) =>
        computePromptsNeeded(values, weighBasis(basis, weights), gain + own - mean) ?? [],
    );
    return counts.length === 0 ? undefined : Math.max(...counts);
  };
  const promptsNeeded = size(relevantGain);
  const promptsForMean = mean > relevantGain ? size(mean) : undefined;
  return {
    mean,
    high: Math.min(...known.map((rival) => Math.max(rival.high, boundGain(rival, basis)))),
    ...(promptsNeeded !== undefined && { promptsNeeded }),
    ...(promptsForMean !== undefined && { promptsForMean }),
  };
}

/**
 * Upper limit of a mean difference with the guard of the test turned round: it allows for gains so
 * rare that the data hold none. -Infinity where routing never left the model.
 */
function boundGain({ values, weights, isSame }: UtilityComparison, basis: VerdictBasis): number {
  if (isSame) return -Infinity;
  const losses = values.map((value) => -value);
  const { groupIndex, error } = weighBasis(basis, weights);
  return -computeLowerBound(losses, groupIndex, { worst: worstDifference, error });
}

/** The basis of a test of differences that count by these weights. */
function weighBasis(
  { groupIndex, error }: VerdictBasis,
  weights: Float64Array,
): Pick<IntervalBasis, 'groupIndex' | 'error'> {
  return { groupIndex: { ...groupIndex, weights }, error };
}

type Trade = Pick<Objective, 'costWeightPerUsd' | 'latencyWeightPerSecond'>;

/**
 * The rate at which mixes of single models trade quality for what the objective saves. Models that many
 * prompts are beyond count, too, with those that take their place: often they are the cheap ones.
 */
function computeTrade(index: number, routed: Outcomes, basis: VerdictBasis): Trade {
  const { heldOut, baseline } = basis;
  const single = [...heldOut.table.models.keys()].map((model) =>
    computeShownMeans(collectConstantOf(model, index, heldOut), basis),
  );
  const planned = heldOut.folds.map(({ plan }) => objectiveAt(plan, index));
  const findRate = (measure: 'costUsd' | 'latencyMs'): number => {
    const points = single
      .map((means) => ({ expense: means[measure] ?? Number.NaN, quality: means.quality }))
      .filter((point) => !Number.isNaN(point.expense + point.quality));
    return computeExchangeRate(
      points,
      computePairedMean(
        routed[measure],
        { values: baseline.reference[measure], mean: baseline.referenceMeans?.[measure] },
        routed.weights,
        'ratio',
      ).mean,
    );
  };
  const isSaved = {
    cost: planned.some((item) => item.saves === 'cost' || item.costWeightPerUsd > 0),
    latency: planned.some((item) => item.saves === 'latency' || item.latencyWeightPerSecond > 0),
  };
  return {
    costWeightPerUsd: isSaved.cost ? findRate('costUsd') : 0,
    latencyWeightPerSecond: isSaved.latency ? 1000 * findRate('latencyMs') : 0,
  };
}

/** Utility of routing minus that of a constant, per held-out row; see `pairValues`. */
function computeDifferences(pair: ComparedPair, trade: Trade): PairedValues {
  return pairValues(
    pair,
    (row) => computeUtility(pair.own, row, trade) - computeUtility(pair.other, row, trade),
  );
}
