import type { Objective } from '../../../policy/file/policy.js';
import { findConstant, type ObjectiveConstant } from './find-constant.js';
import { chooseForRow, type PlannedObjective, type TrainedPlan } from './held-out.js';
import type { ModelMeans } from '../verdict/model-means.js';
import type { ObjectiveRequest, PromisingRequest } from './objective-request.js';
import { collectOutcomes, computeKnownMean, type Outcomes } from '../verdict/outcomes.js';
import type { PlanInput } from './plan-input.js';
import { isPromiseMet, isPromiseShown, type PromiseContext } from './promise.js';

/** What is settled before objectives are resolved. */
export interface PlanBasis {
  readonly guard: Pick<TrainedPlan, 'baseline' | 'noveltyLimit'>;
  readonly means: ModelMeans;
  readonly context: PromiseContext;
}

/** An objective, with the single model to use for it where routing does not pay. */
export interface ResolvedObjective {
  readonly objective: PlannedObjective;
  readonly constant: number;
}

/** How often a promise may be broken: by routing, and by the single model that stands in for it. */
const routingError = 0.04;
const constantError = 0.01;

/**
 * Finds the weights of an objective on training rows. Where it promises something by a bound and no
 * routing is shown to keep it, the objective names the single model that does.
 */
export function resolveObjective(
  request: ObjectiveRequest,
  description: string,
  input: PlanInput,
  basis: PlanBasis,
): ResolvedObjective {
  const named = { name: request.name, description };
  const constant = findConstant(request, basis.context, basis.means, {
    baseline: basis.guard.baseline,
    error: constantError,
  });
  if (request.kind === 'highest_quality') {
    const objective = guardConfidence(resolveMargin(named, input, basis), input, basis);
    return { objective, constant: constant.model };
  }
  const routing = resolveWeight(request, named, input, basis);
  return { objective: joinPromise(request, named, routing, constant), constant: constant.model };
}

function joinPromise(
  request: PromisingRequest,
  named: Named,
  routing: Objective | undefined,
  constant: ObjectiveConstant,
): PlannedObjective {
  const only = { ...createObjective(named, {}), onlyModel: constant.model };
  if (request.guarantee === 'point') return routing ?? only;
  const constantPromise = constant.promise ?? 'not_shown';
  return routing === undefined
    ? { ...only, promise: constantPromise, constantPromise }
    : { ...routing, promise: 'shown', constantPromise };
}

const qualityMargins = [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08] as const;

/** The best of several margins is better than the others by this much through chance alone. */
const leastMarginGain = 0.001;

/** Chooses the margin under which leaving the baseline gave the best quality, if by enough. */
function resolveMargin(named: Named, input: PlanInput, basis: PlanBasis): Objective {
  let best = createObjective(named, {});
  let bestQuality = -Infinity;
  for (const margin of qualityMargins) {
    const objective = createObjective(named, { margin });
    const quality = computeKnownQuality(realise(input, basis, objective));
    if (quality > bestQuality + leastMarginGain) {
      best = objective;
      bestQuality = quality;
    }
  }
  return best;
}

/** Shares of the training prompts, the least clear ones, that may be kept with the baseline. */
const guardedShares = [0.125, 0.1, 0.05] as const;

/** What guarding may cost at most: this share of what routing gains. */
const guardPrice = 0.1;

/**
 * Keeps prompts of no clear task with the baseline: as many as can be had for a small share of the
 * gain. Prompts of tasks that training never saw are mostly among them, and on those every learned
 * router does worse than the baseline.
 */
function guardConfidence(objective: Objective, input: PlanInput, basis: PlanBasis): Objective {
  const { confidence } = input.estimates;
  if (confidence === undefined) return objective;
  const measure = (candidate: Objective): number =>
    computeKnownQuality(realise(input, basis, candidate));
  const withoutRouting = { ...objective, margin: Infinity };
  const baseline = measure(withoutRouting);
  const gain = measure(objective) - baseline;
  const sorted = Float32Array.from(input.rows, (row) => confidence[row] as number).sort();
  for (const share of guardedShares) {
    const limit = Number((sorted[Math.floor(share * sorted.length)] ?? 0).toPrecision(6));
    const guarded = { ...objective, confidenceLimit: limit };
    if (measure(guarded) - baseline >= (1 - guardPrice) * gain) return guarded;
  }
  return objective;
}

/**
 * Two sequences are tested, each at half the error. Without a margin, small estimated gains are taken
 * as well, which few prompts cannot show to be right; with one, the sequence begins close to the
 * baseline.
 */
const boundMargins = [0, 0.02] as const;

/**
 * Tries weights from the one that most surely keeps the promise onwards, and takes the best of those
 * that keep it; undefined where none does.
 *
 * By a bound, the first weight that is not shown to keep it ends the search. Testing in an order
 * that was fixed beforehand, up to the first failure, keeps the chance of passing any weight that
 * breaks the promise at the error of one test, however many weights there are (fixed-sequence
 * testing; Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test", arXiv 2110.01052).
 */
function resolveWeight(
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
      const outcomes = realise(input, basis, objective);
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

/** What the request wants the most of. */
function measureAim(request: PromisingRequest, outcomes: Outcomes): number {
  if (request.kind !== 'keep_quality') return computeKnownQuality(outcomes);
  const values = request.lowest === 'cost' ? outcomes.costUsd : outcomes.latencyMs;
  return -computeKnownMean(values, outcomes.weights);
}

type Weights = Partial<Pick<Objective, 'costWeightPerUsd' | 'latencyWeightPerSecond' | 'margin'>>;

/**
 * Weights relative to the mean of the dearest, or slowest, model: rising from none where quality is
 * kept; falling to none under a limit, from one that makes the cheapest model win.
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

/** Recorded outcomes of what an objective chooses in the plan's rows. */
function realise(
  { table, rows, estimates }: PlanInput,
  { guard }: PlanBasis,
  objective: Objective,
): Outcomes {
  const choices = rows.map((row) =>
    chooseForRow(estimates, table.models.length, row, guard, objective),
  );
  return collectOutcomes(table, rows, choices);
}
