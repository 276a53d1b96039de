import { listRowWeights } from '../../measure/outcomes/outcome-table.js';
import type { Objective, Verdict } from '../../policy/file/policy.js';
import { viewMatrix } from '../../util/numeric-arrays.js';
import { computeDelivery, type Delivery } from './delivery/compute-delivery.js';
import { computeCalibration, type Calibration } from './diagnose/calibration.js';
import { computeNovelty, type Novelty } from './diagnose/novelty.js';
import { computePairMetrics, type PairMetrics } from './diagnose/pair-metrics.js';
import {
  computeSingleModels,
  useModelFigures,
  type SingleModelResult,
} from './delivery/single-models.js';
import { computeSlices, type Slices } from './diagnose/slices.js';
import { computeFrontierResult, type FrontierResult } from './frontier-result.js';
import { finishObjective } from './plan/finish-objective.js';
import type { TrainedPlan } from './plan/trained-plan.js';
import {
  findEffectivePrompts,
  indexGroups,
  type EffectivePrompts,
} from './statistics/grouped-mean.js';
import { summarizeStrategies, type StrategyResult } from './strategies/compare-strategies.js';
import { computeModelMeans, pickOnlyModel, type ModelMeans } from './strategies/model-means.js';
import { testPlans, type TestedPlans } from './verdict/test-plans.js';
import {
  chooseDefaultObjective,
  computeAdvice,
  type Advice,
  type Detection,
} from './verdict/compute-advice.js';
import {
  describeBetter,
  listObjectiveFigures,
  listUnbeaten,
} from './verdict/compare-objectives.js';
import { findTestError } from './verdict/compute-verdict.js';
import { describeAdvice } from './verdict/describe-advice.js';
import {
  countFamilies,
  countLeakedGroups,
  listHeldOutGroups,
  listHeldOutRows,
  selectTaken,
  type FamilyCount,
  type HeldOut,
} from './verdict/held-out.js';
import { findBaseline } from './verdict/held-out-strategies.js';
import { computePromptsForSwitching } from './verdict/prompts-needed.js';

/** Results on held-out prompts, for printing and for `--json`. */
export interface Evaluation extends EffectivePrompts {
  /** Held-out prompts that some model can take: all figures are of these. */
  readonly prompts: number;
  /** Held-out prompts besides, which no model can take by its capabilities and context window. */
  readonly promptsWithoutModel: number;
  readonly groups: number;
  /** Folds that were held out, one at a time. */
  readonly folds: number;
  /** Folds that the prompts were split into: of many prompts, not all are held out. */
  readonly foldCount: number;
  /** Families of the trained scorers, by the number of folds; empty for a policy file. */
  readonly families: readonly FamilyCount[];
  /** Groups on both sides of a split: anything but 0 is a defect of the split. */
  readonly leakedGroups: number;
  readonly simulated: boolean;
  /** The single models, best first. */
  readonly models: readonly SingleModelResult[];
  /** Paired differences are from the baseline: the best single model, unless one was named. */
  readonly strategies: readonly StrategyResult[];
  readonly verdict: Verdict;
  /** What to do, by what the policy does. */
  readonly advice: Advice;
  readonly detection: Detection;
  /** The objectives as the policy has them. */
  readonly objectives: readonly Objective[];
  /** The policy's model to use without routing. */
  readonly baseline: string;
  /** What the policy file delivers on new prompts; null where no file has the evaluated plans. */
  readonly delivery: Delivery | null;
  /** Null where no costs are known, or all are equal. */
  readonly frontier: FrontierResult | null;
  /** Only for two models, one of which is better. */
  readonly pair: PairMetrics | null;
  /** How well the estimated qualities of the held-out prompts agree with the recorded ones. */
  readonly calibration: Calibration;
  /** The routed strategies and the best single model, by task and by language. */
  readonly slices: Slices;
  /** How much the held-out prompts differ from the training ones, and how routing copes with it. */
  readonly novelty: Novelty;
}

/** What an evaluation says of the policy that is made from the same outcomes. */
export interface EvaluationOptions {
  /** The plan of the policy itself. @default that of the file or, without one, of the first fold */
  readonly plan?: TrainedPlan;
  /** @default an objective that routes; see `chooseDefaultObjective` */
  readonly defaultObjective?: string | undefined;
}

/**
 * Computes everything that is reported about held-out predictions.
 *
 * @throws RoutesmithError `insufficient_data` where no model can take any held-out prompt
 */
export function computeEvaluation(
  all: HeldOut,
  seed: number,
  options: EvaluationOptions = {},
): Evaluation {
  const { heldOut: taken, promptsWithoutModel } = selectTaken(all);
  const { plan = taken.refits?.plan ?? taken.folds[0]?.plan } = options;
  if (plan === undefined) throw new RangeError('an evaluation needs a plan');
  const rows = listHeldOutRows(taken);
  const groups = listHeldOutGroups(taken);
  const means = computeModelMeans(taken.table, rows, taken.taskOf);
  const tested = testPlans(taken, plan, { means, seed });
  const { heldOut, strategies } = tested;
  const { table, folds } = heldOut;
  const reference = findBaseline(strategies);
  const effective = findEffectivePrompts(indexGroups(groups, listRowWeights(table, rows)));
  const conclusion = concludeEvaluation(tested, means, { ...options, ...effective, seed });
  const compared = { table, rows, groups, taskOf: heldOut.taskOf };
  const models = computeSingleModels(compared, means, reference);
  const referenceMeans = pickOnlyModel(means, reference);
  const results = summarizeStrategies(strategies, table.models, {
    reference,
    referenceMeans,
    groups,
    seed,
  });
  return {
    prompts: rows.length,
    ...effective,
    promptsWithoutModel,
    groups: new Set(groups).size,
    folds: folds.length,
    foldCount: heldOut.foldCount ?? folds.length,
    families: countFamilies(heldOut),
    leakedGroups: countLeakedGroups(all),
    simulated: table.simulated,
    models,
    strategies: results.map((result) => useModelFigures(result, models)),
    ...conclusion,
    frontier: computeFrontierResult(heldOut, means, reference),
    pair: table.models.length === 2 ? computePair(heldOut, rows, means) : null,
    calibration: computeCalibration(heldOut),
    slices: computeSlices(heldOut, strategies),
    novelty: computeNovelty(heldOut, strategies),
  };
}

/** The verdict with the policy's objectives, and the advice that follows from both. */
function concludeEvaluation(
  { heldOut, plan, verdict: { gains, ...found } }: TestedPlans,
  means: ModelMeans,
  {
    seed,
    defaultObjective,
    effectivePrompts,
  }: Pick<EvaluationOptions, 'defaultObjective'> & EffectivePrompts & { readonly seed: number },
): Pick<Evaluation, 'verdict' | 'advice' | 'detection' | 'objectives' | 'baseline' | 'delivery'> {
  const { models, prompts } = heldOut.table;
  const baseline = models[plan.baseline] as string;
  const finished = plan.objectives.map((_, index) =>
    finishObjective(plan, index, found.evidence, models),
  );
  const delivery = computeDelivery(heldOut, finished, seed);
  const figures = listObjectiveFigures(delivery, found);
  const objectives = describeBetter(finished, plan.objectives, { figures, baseline });
  const promptsForSwitching = computePromptsForSwitching(
    heldOut,
    means.quality,
    findTestError(objectives.length),
  );
  const unpaired = promptsForSwitching === Infinity ? ({ isUnpaired: true } as const) : {};
  const advice = computeAdvice({
    verdict: found,
    delivered: delivery?.objectives,
    gains,
    objectives,
    defaultObjective: chooseDefaultObjective(objectives, defaultObjective, figures),
    advisable: listUnbeaten(objectives, plan.objectives, { figures, baseline }),
    prompts: prompts.length,
    promptsForSwitching,
    effectivePrompts,
    ...unpaired,
  });
  return {
    verdict: {
      ...found,
      decision: advice.kind === 'route' ? 'ROUTE' : "DON'T ROUTE",
      reason: describeAdvice(advice).reason,
    },
    advice,
    detection: {
      gains,
      promptsForSwitching: 'isUnpaired' in unpaired ? null : (promptsForSwitching ?? null),
      ...unpaired,
    },
    objectives,
    baseline,
    delivery,
  };
}

/** Null where both models are equally good, so that neither is the stronger one. */
function computePair(
  { table, estimates }: HeldOut,
  rows: Int32Array,
  { quality: [first = 0, second = 0] }: ModelMeans,
): PairMetrics | null {
  if (first === second) return null;
  const strong = second >= first ? 1 : 0;
  const weak = 1 - strong;
  const recorded = viewMatrix(table.quality, 2);
  const estimated = viewMatrix(estimates.quality, 2);
  const complete = rows.filter((row) => !Number.isNaN(recorded.at(row, 0) + recorded.at(row, 1)));
  return computePairMetrics({
    scores: Float64Array.from(
      complete,
      (row) => estimated.at(row, strong) - estimated.at(row, weak),
    ),
    weakQuality: recorded.column(weak, complete),
    strongQuality: recorded.column(strong, complete),
    weights: listRowWeights(table, complete),
  });
}
