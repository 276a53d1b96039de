import type { Objective } from '../../../policy/file/policy.js';
import {
  findConstant,
  measureAim,
  type CandidateMeans,
  type ObjectiveConstant,
} from './find-constant.js';
import {
  chooseForRow,
  type PlannedObjective,
  type PlanGuard,
  type PlanInput,
} from './trained-plan.js';
import type { ModelMeans } from '../strategies/model-means.js';
import {
  findNeededMeasure,
  type ObjectiveRequest,
  type PromisingRequest,
} from './objective-request.js';
import {
  collectModelOutcomes,
  collectOutcomes,
  computeKnownMean,
  type Outcomes,
} from '../strategies/chosen-outcomes.js';
import { pick } from '../../../util/numeric-arrays.js';
import { findQuantile } from './lower-confidence-limits.js';
import { createAimComparison } from './comparable-limit.js';
import { isPromiseMet, isPromiseShown, type PromiseContext } from './promise.js';

/** What is known before objectives are fitted. */
export interface PlanBasis extends CandidateMeans {
  readonly guard: PlanGuard;
  /** Index of the model for the highest quality: the best one or, with a named baseline, see `findShownBetter`. */
  readonly best: number;
  readonly context: PromiseContext;
}

/** An objective, with the single model to use where routing does not pay. */
export interface FittedObjective {
  readonly objective: PlannedObjective;
  readonly constant: number;
}

/** Chances that a promise is broken: by routing, and by the single model that replaces it. */
const routingError = 0.04;
const constantError = 0.01;

/**
 * Finds the weights of an objective on the plan's rows. If no routing is shown to keep its promise, or that
 * routing does worse by what the objective asks for than a single model that keeps the promise, too, the
 * objective names the model: a quality that is higher at a higher cost is what "quality" asks for.
 */
export function fitObjective(
  request: ObjectiveRequest,
  description: string,
  input: PlanInput,
  basis: PlanBasis,
): FittedObjective {
  const named = { name: request.name, description };
  if (request.kind === 'highest_quality') {
    const objective = guardConfidence(fitMargin(named, input, basis), input, basis);
    return { objective, constant: basis.best };
  }
  const fitted = fitWeight(request, named, input, basis);
  // Prompts that the model cannot take go to another one, by the weights of the objective.
  const collect = (model: number): Outcomes =>
    applyObjective(input, basis, {
      ...(fitted ?? createObjective(named, {})),
      onlyModel: model,
    });
  const { baseline } = basis.guard;
  const settings = { baseline, error: constantError, collect };
  const constant = findConstant(request, basis.context, basis, settings);
  const isWorse = createAimComparison(request, input, basis.means, baseline);
  const isBeaten =
    fitted !== undefined &&
    constant.isKept &&
    isWorse(applyObjective(input, basis, fitted), collect(constant.model));
  const saves = findSaved(request, basis);
  const joined = joinPromise(request, named, isBeaten ? undefined : fitted, constant);
  return {
    objective: { ...joined, request, ...(saves && { saves }) },
    constant: constant.model,
  };
}

/** A limit that every model keeps leaves nothing but quality to ask for. */
function findSaved(
  request: PromisingRequest,
  { context, means }: PlanBasis,
): PlannedObjective['saves'] {
  const { table, rows } = context;
  const isKept = (model: number): boolean =>
    isPromiseMet(request, collectModelOutcomes(table, rows, model), context);
  const isFree =
    request.kind !== 'keep_quality' &&
    means.quality.every((quality, model) => Number.isNaN(quality) || isKept(model));
  return isFree ? undefined : findNeededMeasure(request);
}

function joinPromise(
  request: PromisingRequest,
  named: Named,
  routing: Objective | undefined,
  constant: ObjectiveConstant,
): PlannedObjective {
  const only = { ...createObjective(named, {}), onlyModel: constant.model };
  if (request.guarantee === 'point') return routing ?? only;
  const { promise } = constant;
  const kept = promise === undefined ? {} : { constantPromise: promise };
  return routing === undefined
    ? { ...only, ...(promise !== undefined && { promise }), ...kept }
    : { ...routing, promise: 'shown', ...kept };
}

/** Few, because the best of many is best by chance. */
const qualityMargins = [0, 0.02, 0.04] as const;

/** A larger margin has to raise what routing gains by this share of it. */
const minMarginGain = 0.025;

/** Chooses the margin with the best quality; a larger margin has to gain enough. */
function fitMargin(named: Named, input: PlanInput, basis: PlanBasis): Objective {
  const measure = (objective: Objective): number =>
    computeKnownQuality(applyObjective(input, basis, objective));
  const baseline = measure(createObjective(named, { margin: Infinity }));
  const objectives = qualityMargins.map((margin) => createObjective(named, { margin }));
  const gains = objectives.map((objective) => measure(objective) - baseline);
  const needed = minMarginGain * Math.max(0, ...gains);
  let best = 0;
  gains.forEach((gain, index) => {
    if (gain > (gains[best] as number) + needed) best = index;
  });
  return objectives[best] as Objective;
}

/** Shares of the plan's prompts, lowest confidence first, that may stay with the baseline. */
const guardedShares = [0.125, 0.1, 0.05] as const;

/** Guarding may cost at most this share of what routing gains. */
const maxGuardCost = 0.1;

/**
 * Keeps prompts without a clear task with the baseline: as many as cost only a small share of the
 * gain. Most prompts of tasks unseen in training are among them, and there every learned router does
 * worse than the baseline.
 */
function guardConfidence(objective: Objective, input: PlanInput, basis: PlanBasis): Objective {
  const { confidence } = input.estimates;
  if (confidence === undefined) return objective;
  const measure = (candidate: Objective): number =>
    computeKnownQuality(applyObjective(input, basis, candidate));
  const withoutRouting = { ...objective, margin: Infinity };
  const baseline = measure(withoutRouting);
  const gain = measure(objective) - baseline;
  const own = pick(confidence, input.rows);
  for (const share of guardedShares) {
    const limit = Number(findQuantile(own, share).toPrecision(6));
    const guarded = { ...objective, confidenceLimit: limit };
    if (measure(guarded) - baseline >= (1 - maxGuardCost) * gain) return guarded;
  }
  return objective;
}

/**
 * Two sequences are tested, each at half the error. Without a margin, routing also takes small
 * estimated gains, which a few prompts cannot confirm; with one, the sequence starts close to the
 * baseline.
 */
const boundMargins = [0, 0.02] as const;

/**
 * Tries weights, starting with the one most likely to keep the promise, and returns the best of
 * those that keep it; undefined where none does.
 *
 * With a bound, the search ends at the first weight that is not shown to keep the promise. Testing
 * in a fixed order up to the first failure keeps the chance of passing any weight that breaks the
 * promise at the error of one test, however many weights there are (fixed-sequence testing;
 * Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", arXiv 2110.01052).
 */
function fitWeight(
  request: PromisingRequest,
  named: Named,
  input: PlanInput,
  basis: PlanBasis,
): Objective | undefined {
  const isBound = request.guarantee !== 'point';
  let best: Objective | undefined;
  let bestValue = -Infinity;
  const margins = isBound ? boundMargins : [0];
  for (const margin of margins) {
    for (const weights of listWeights(request, basis.means)) {
      const objective = createObjective(named, { ...weights, margin });
      const outcomes = applyObjective(input, basis, objective);
      const isKept = isBound
        ? isPromiseShown(request, outcomes, basis.context, routingError / margins.length)
        : isPromiseMet(request, outcomes, basis.context);
      if (!isKept && isBound) break;
      const value = measureAim(request, outcomes);
      if (isKept && value > bestValue) {
        best = objective;
        bestValue = value;
      }
    }
  }
  return best;
}

function computeKnownQuality({ quality, weights }: Outcomes): number {
  return computeKnownMean(quality, weights);
}

type Weights = Partial<Pick<Objective, 'costWeightPerUsd' | 'latencyWeightPerSecond' | 'margin'>>;

/**
 * Weights relative to the mean of the most expensive, or slowest, model: rising from 0 where quality
 * is kept; under a limit, falling to 0 from a weight with which the cheapest model wins.
 */
function listWeights(request: PromisingRequest, means: ModelMeans): Weights[] {
  const isCost =
    request.kind === 'limit_cost' || (request.kind === 'keep_quality' && request.lowest === 'cost');
  const scale = isCost ? Math.max(...means.costUsd) : Math.max(...means.latencyMs) / 1000;
  const maxSteps = request.kind === 'keep_quality' ? 60 : 96;
  const relative = [0, ...Array.from({ length: maxSteps + 1 }, (_, step) => 10 ** (step / 12 - 4))];
  const ordered = request.kind === 'keep_quality' ? relative : relative.toReversed();
  return ordered.map((weight) => {
    const rounded = Number((weight / (scale || 1)).toPrecision(6));
    return isCost ? { costWeightPerUsd: rounded } : { latencyWeightPerSecond: rounded };
  });
}

type Named = Pick<Objective, 'name' | 'description'>;

function createObjective(named: Named, weights: Weights): Objective {
  return {
    ...named,
    costWeightPerUsd: 0,
    latencyWeightPerSecond: 0,
    margin: 0,
    constantModel: undefined,
    ...weights,
  };
}

/** Recorded outcomes of an objective's choices in the plan's rows. */
function applyObjective(
  { table, rows, estimates }: PlanInput,
  { guard }: PlanBasis,
  objective: PlannedObjective,
): Outcomes {
  const choices = rows.map((row) => chooseForRow(estimates, row, guard, objective));
  return collectOutcomes(table, rows, choices);
}
