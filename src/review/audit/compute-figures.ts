import { rowOf, valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import { hidesDifferences } from './find-noise.js';

/** What is asked of every audited request. */
export const figureNames = [
  'served',
  'reference',
  'better',
  'regret',
  'overkill',
  'underkill',
  'overspentUsd',
] as const;
export type FigureName = (typeof figureNames)[number];

/**
 * What the answers of all models say about one decision:
 * - `served`, `reference`: quality of the model that served the request, and of the reference model;
 * - `better`: 1 where another model would have answered better for the same money or less;
 * - `regret`: by how much the best of those would have been better;
 * - `overkill`: 1 where a less expensive model answered as well, and `overspentUsd` what the least
 *   expensive of those would have saved;
 * - `underkill`: 1 where a more expensive model answered better.
 */
export type Figures = Readonly<Record<FigureName, number>>;

/** Makes a value of each figure. */
export function mapFigures<Value>(valueOf: (name: FigureName) => Value): Record<FigureName, Value> {
  return Object.fromEntries(figureNames.map((name) => [name, valueOf(name)])) as Record<
    FigureName,
    Value
  >;
}

/** One request, as all models answered it. */
export interface AnsweredRequest {
  /** By model. */
  readonly quality: ArrayLike<number>;
  readonly costUsd: ArrayLike<number>;
  /** Indexes of models. */
  readonly served: number;
  readonly reference: number;
}

/** The answers to one of some requests. */
export function selectAnswers(
  {
    models,
    quality,
    costUsd,
    served,
  }: Pick<AuditedRequests, 'models' | 'quality' | 'costUsd' | 'served'>,
  row: number,
  reference: number,
): AnsweredRequest {
  return {
    quality: rowOf(quality, row, models.length),
    costUsd: rowOf(costUsd, row, models.length),
    served: valueAt(served, row),
    reference,
  };
}

/**
 * Computes the figures of a request. Those that compare costs are NaN where a cost that matters is not
 * known: that of the model that served it, or of an answer that is worth anything. A refused call has
 * no cost and quality 0, so it can be neither better nor as good as a useful answer. Where any difference may
 * be chance, it is not known which answers are better either.
 *
 * @param noise a smaller difference in quality is chance; see `findNoise`
 */
export function computeFigures(
  { quality, costUsd, served, reference }: AnsweredRequest,
  noise: number,
): Figures {
  const own = valueAt(quality, served);
  const ownCost = valueAt(costUsd, served);
  let regret = 0;
  let overspentUsd = 0;
  let isUnderkill = false;
  let isKnown = !Number.isNaN(ownCost);
  for (let model = 0; model < quality.length; model++) {
    if (model === served) continue;
    const gain = valueAt(quality, model) - own;
    const saved = ownCost - valueAt(costUsd, model);
    if (Number.isNaN(saved)) {
      isKnown &&= !Number.isNaN(ownCost) && valueAt(quality, model) === 0;
      continue;
    }
    if (gain > noise && saved >= 0) regret = Math.max(regret, gain);
    if (gain > noise && saved < 0) isUnderkill = true;
    if (gain >= 0 && own > 0) overspentUsd = Math.max(overspentUsd, saved);
  }
  const known = (value: number): number => (isKnown ? value : Number.NaN);
  const isTold = !hidesDifferences(noise);
  const told = (value: number): number => (isTold ? known(value) : Number.NaN);
  return {
    served: own,
    reference: valueAt(quality, reference),
    better: told(regret > 0 ? 1 : 0),
    regret: told(regret),
    overkill: known(overspentUsd > 0 ? 1 : 0),
    underkill: told(isUnderkill ? 1 : 0),
    overspentUsd: known(overspentUsd),
  };
}
