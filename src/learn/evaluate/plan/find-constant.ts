import type { ModelMeans } from '../strategies/model-means.js';
import { findBest, findLeast } from '../strategies/model-means.js';
import type { PromisingRequest } from './objective-request.js';
import { computeKnownMean, type Outcomes } from '../strategies/chosen-outcomes.js';
import { isPromiseMet, isPromiseShown, type PromiseContext } from './promise.js';

/** The single model to use for an objective where routing does not pay. */
export interface ObjectiveConstant {
  readonly model: number;
  /**
   * Whether the model keeps the promise. Undefined where none is made with a bound, and for the
   * model whose quality is promised: it keeps its own by definition.
   */
  readonly promise: 'shown' | 'not_shown' | undefined;
}

interface ConstantSettings {
  readonly baseline: number;
  /** Chance, over all models, that one passes which does not keep the promise. */
  readonly error: number;
  /** Outcomes of the plan's rows with a model for all prompts that it can take. */
  readonly collect: (model: number) => Outcomes;
}

/**
 * Finds the best single model that keeps an objective's promise. If no model is shown to keep it:
 * the baseline, or under a limit the model that comes closest.
 *
 * @param means NaN for models that cannot be the only one
 */
export function findConstant(
  request: PromisingRequest,
  context: PromiseContext,
  means: ModelMeans,
  settings: ConstantSettings,
): ObjectiveConstant {
  const { baseline, error, collect } = settings;
  const isBound = request.guarantee !== 'point';
  const { table, references } = context;
  const kept = table.models.map((_, model) => {
    // A model always keeps its own quality, so it is only compared with the others.
    const others = new Map([...references].filter(([reference]) => reference !== model));
    if (request.kind === 'keep_quality' && references.size > 0 && others.size === 0) return true;
    if (Number.isNaN(means.quality[model])) return false;
    const outcomes = collect(model);
    return isBound
      ? isPromiseShown(
          request,
          outcomes,
          { ...context, references: others },
          error / table.models.length,
        )
      : isPromiseMet(request, outcomes, { ...context, references: others });
  });
  if (!kept.includes(true)) {
    const model = findNearest(request, means, settings);
    const keepsItsOwn = request.kind === 'keep_quality' && model === baseline;
    return { model, promise: isBound && !keepsItsOwn ? 'not_shown' : undefined };
  }
  const worth = rankByAim(request, means);
  const model = findBest(
    worth.map((value, index) => (kept[index] === true ? value : -Infinity)),
    means.costUsd,
  );
  return { model, promise: isBound ? 'shown' : undefined };
}

/** What the request maximizes, per model. */
function rankByAim(request: PromisingRequest, means: ModelMeans): readonly number[] {
  if (request.kind !== 'keep_quality') return means.quality;
  const { costUsd, latencyMs } = means;
  return (request.lowest === 'cost' ? costUsd : latencyMs).map((value) => -value);
}

function findNearest(
  request: PromisingRequest,
  means: ModelMeans,
  { baseline, collect }: ConstantSettings,
): number {
  if (request.kind === 'keep_quality') return baseline;
  if (request.kind === 'limit_cost') return findLeast(means.costUsd, means.costUsd);
  const limitMs = Math.fround(request.maxLatencyP95Ms);
  const lateShares = means.quality.map((quality, model) => {
    if (Number.isNaN(quality)) return Number.NaN;
    const { latencyMs, weights } = collect(model);
    const isLate = latencyMs.map((value) =>
      Number.isNaN(value) ? Number.NaN : Number(value > limitMs),
    );
    return computeKnownMean(isLate, weights);
  });
  return findLeast(lateShares, means.latencyMs);
}
