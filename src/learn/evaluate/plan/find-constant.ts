import type { ModelMeans } from '../verdict/model-means.js';
import { findBest, findLeast } from '../verdict/model-means.js';
import type { ObjectiveRequest, PromisingRequest } from './objective-request.js';
import { collectOutcomes } from '../verdict/outcomes.js';
import { isPromiseMet, isPromiseShown, type PromiseContext } from './promise.js';

/** The single model to use for an objective where routing does not pay for it. */
export interface ObjectiveConstant {
  readonly model: number;
  /** Whether it keeps what the objective promises; undefined where nothing is promised by a bound. */
  readonly promise: 'shown' | 'not_shown' | undefined;
}

/**
 * Finds the best single model that keeps an objective's promise. Where none is shown to keep it:
 * the baseline, or under a limit the model that comes nearest.
 *
 * @param error how often a model may pass that does not keep the promise, over all models
 */
export function findConstant(
  request: ObjectiveRequest,
  context: PromiseContext,
  means: ModelMeans,
  { baseline, error }: { readonly baseline: number; readonly error: number },
): ObjectiveConstant {
  if (request.kind === 'highest_quality') {
    return { model: findBest(means.quality, means.costUsd), promise: undefined };
  }
  const isBound = request.guarantee !== 'point';
  const { table, rows, references } = context;
  const kept = table.models.map((_, model) => {
    // A model keeps its own quality, whatever the data.
    if (request.kind === 'keep_quality' && references.size === 1 && references.has(model)) {
      return true;
    }
    const outcomes = collectOutcomes(table, rows, new Int32Array(rows.length).fill(model));
    return isBound
      ? isPromiseShown(request, outcomes, context, error / table.models.length)
      : isPromiseMet(request, outcomes, context);
  });
  if (!kept.includes(true)) {
    const model = findNearest(request, context, means, baseline);
    return { model, promise: isBound ? 'not_shown' : undefined };
  }
  const worth = rankByAim(request, means);
  const model = findBest(
    worth.map((value, index) => (kept[index] === true ? value : -Infinity)),
    means.costUsd,
  );
  return { model, promise: isBound ? 'shown' : undefined };
}

/** What the request wants most of, per model. */
function rankByAim(request: PromisingRequest, means: ModelMeans): readonly number[] {
  if (request.kind !== 'keep_quality') return means.quality;
  const { costUsd, latencyMs } = means;
  return (request.lowest === 'cost' ? costUsd : latencyMs).map((value) => -value);
}

function findNearest(
  request: PromisingRequest,
  { table, rows, groups }: PromiseContext,
  means: ModelMeans,
  baseline: number,
): number {
  if (request.kind === 'keep_quality') return baseline;
  if (request.kind === 'limit_cost') return findLeast(means.costUsd, means.costUsd);
  const tooLate = table.models.map((_, model) =>
    rows.reduce((sum, row, index) => {
      const latencyMs = table.latencyMs[row * table.models.length + model] as number;
      const isLate = latencyMs > Math.fround(request.maxLatencyP95Ms);
      return isLate ? sum + (groups.weights[index] as number) : sum;
    }, 0),
  );
  return findLeast(tooLate, means.latencyMs);
}
