import type { ModelMeans } from '../strategies/model-means.js';
import { findBest, findLeast } from '../strategies/model-means.js';
import type { PromisingRequest } from './objective-request.js';
import { computeKnownMean, type Outcomes } from '../strategies/chosen-outcomes.js';
import { isPromiseMet, isPromiseShown, type PromiseContext } from './promise.js';

/** The single model to use for an objective where routing does not pay. */
export interface ObjectiveConstant {
  readonly model: number;
  /** Whether it is known to keep the promise: it is shown, or the quality promised is its own. */
  readonly isKept: boolean;
  /**
   * Whether that is shown. Undefined where no promise is made with a bound, and for the model whose
   * quality is promised, where another may be better: it keeps its own by definition.
   */
  readonly promise: 'shown' | 'not_shown' | undefined;
}

/** Means of the models, as candidates for the only one. */
export interface CandidateMeans {
  readonly means: ModelMeans;
  /** NaN of models that cannot be the only one. */
  readonly alone: ModelMeans;
}

interface ConstantSettings {
  readonly baseline: number;
  /** Chance, over all models, that one passes which does not keep the promise. */
  readonly error: number;
  /** Outcomes of the plan's rows with a model for all prompts that it can take. */
  readonly collect: (model: number) => Outcomes;
}

/**
 * Finds the best single model that keeps an objective's promise: one that is shown to, or the baseline,
 * which keeps its own quality. If there is none: the baseline, or under a limit the model that comes
 * closest. A named baseline is a candidate even if it cannot take many of the prompts, but then it has to
 * be shown that those who take them in its place keep its quality.
 */
export function findConstant(
  request: PromisingRequest,
  context: PromiseContext,
  { means, alone }: CandidateMeans,
  settings: ConstantSettings,
): ObjectiveConstant {
  const { baseline, error, collect } = settings;
  const isBound = request.guarantee !== 'point';
  const { table, references } = context;
  const canBeAlone = (model: number): boolean => !Number.isNaN(alone.quality[model]);
  const shown = table.models.map((_, model) => {
    const isAlone = canBeAlone(model);
    const isNamed = request.kind === 'keep_quality' && references.size === 1 && model === baseline;
    if (!isAlone && !isNamed) return false;
    // A model that takes nearly all prompts keeps its own quality: it is compared with the others.
    const compared = new Map(
      [...references].filter(([reference]) => reference !== model || !isAlone),
    );
    if (request.kind === 'keep_quality' && references.size > 0 && compared.size === 0) return true;
    const outcomes = collect(model);
    return isBound
      ? isPromiseShown(
          request,
          outcomes,
          { ...context, references: compared, highestCostUsd: boundCost(outcomes, context) },
          error / table.models.length,
        )
      : isPromiseMet(request, outcomes, { ...context, references: compared });
  });
  const keepsItsOwn = request.kind === 'keep_quality' && canBeAlone(baseline);
  const isKept = (model: number): boolean =>
    shown[model] === true || (keepsItsOwn && model === baseline);
  if (!keepsItsOwn && !shown.includes(true)) {
    const model = findNearest(request, alone, context, settings);
    return { model, isKept: false, promise: isBound ? 'not_shown' : undefined };
  }
  const worth = rankByAim(request, means).map((value, model) => {
    if (!isKept(model)) return Number.NaN;
    // What is beyond a named baseline goes to other models, and counts with what they take.
    return canBeAlone(model) ? value : measureAim(request, collect(model));
  });
  const model = findBest(worth, means.costUsd);
  return { model, isKept: true, promise: isBound && shown[model] === true ? 'shown' : undefined };
}

/**
 * What a prompt that was not seen may cost with one model: more than its most expensive one so far, but
 * hardly what a far more expensive model takes. Three times its own keeps the chance of a false promise below
 * the one stated for log-normal costs of a standard deviation of up to 1.5, from 40 prompts on.
 */
function boundCost({ costUsd }: Outcomes, { highestCostUsd }: PromiseContext): number {
  const highest = costUsd.reduce((most, cost) => (cost > most ? cost : most), 0);
  return Math.min(highestCostUsd, 3 * highest);
}

/** What the request maximizes, of some outcomes. */
export function measureAim(request: PromisingRequest, outcomes: Outcomes): number {
  if (request.kind !== 'keep_quality') return computeKnownMean(outcomes.quality, outcomes.weights);
  const values = request.lowest === 'cost' ? outcomes.costUsd : outcomes.latencyMs;
  return -computeKnownMean(values, outcomes.weights);
}

/** The same, per model. */
function rankByAim(request: PromisingRequest, means: ModelMeans): readonly number[] {
  if (request.kind !== 'keep_quality') return means.quality;
  const { costUsd, latencyMs } = means;
  return (request.lowest === 'cost' ? costUsd : latencyMs).map((value) => -value);
}

function findNearest(
  request: PromisingRequest,
  means: ModelMeans,
  { limit }: PromiseContext,
  { baseline, collect }: ConstantSettings,
): number {
  if (request.kind === 'keep_quality') return baseline;
  if (request.kind === 'limit_cost') return findLeast(means.costUsd, means.costUsd);
  const lateShares = means.quality.map((quality, model) =>
    Number.isNaN(quality) ? Number.NaN : (limit?.measure(collect(model)) ?? Number.NaN),
  );
  return findLeast(lateShares, means.latencyMs);
}
