import { keepModelsAlone } from '../plan/make-plan.js';
import type { ModelMeans } from '../strategies/model-means.js';
import type { HeldOut } from './held-out.js';

/**
 * The models that a policy may use alone. One that many prompts are beyond is no single model for all:
 * on the others its mean says nothing of what a policy could do without routing.
 */
export function listRivals(
  { folds, estimates }: HeldOut,
  rows: Int32Array,
  means: ModelMeans,
): number[] {
  const alone = keepModelsAlone(means, rows, estimates);
  const isBaseline = (model: number): boolean => folds.some(({ plan }) => plan.baseline === model);
  return [...means.quality.keys()].filter(
    (model) =>
      Number.isNaN(means.quality[model]) === Number.isNaN(alone.quality[model]) ||
      isBaseline(model),
  );
}
