import { rowOf, valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import { measureGain, type RequestGrades } from './measure-gain.js';

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
 * - `underkill`: 1 where a more expensive model answered better;
 * - `overkill`: 1 where a less expensive model answered as well, and `overspentUsd` what the least
 *   expensive of those would have saved.
 *
 * With repeated answers, chance is taken off the first three of these, which may leave them below 0: see
 * `measureGain`.
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
export interface AnsweredRequest extends RequestGrades {
  /** By model. */
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
    repeats,
    costUsd,
    served,
  }: Pick<AuditedRequests, 'models' | 'quality' | 'repeats' | 'costUsd' | 'served'>,
  row: number,
  reference: number,
): AnsweredRequest {
  return {
    quality: rowOf(quality, row, models.length),
    repeats: repeats?.slice(row * models.length, (row + 1) * models.length),
    costUsd: rowOf(costUsd, row, models.length),
    served: valueAt(served, row),
    reference,
  };
}

/**
 * Computes the figures of a request. Those that compare costs are NaN where a cost that matters is not
 * known: that of the model that served it, or of an answer that is worth anything. A refused call has
 * no cost and quality 0, so it can be neither better nor as good as a useful answer.
 */
export function computeFigures(request: AnsweredRequest): Figures {
  const { quality, costUsd, served, reference } = request;
  const own = valueAt(quality, served);
  const ownCost = valueAt(costUsd, served);
  const affordable: number[] = [];
  const dearer: number[] = [];
  let overspentUsd = 0;
  let isKnown = !Number.isNaN(ownCost);
  for (let model = 0; model < quality.length; model++) {
    if (model === served) continue;
    const saved = ownCost - valueAt(costUsd, model);
    if (Number.isNaN(saved)) {
      isKnown &&= !Number.isNaN(ownCost) && valueAt(quality, model) === 0;
      continue;
    }
    (saved >= 0 ? affordable : dearer).push(model);
    if (valueAt(quality, model) >= own && own > 0) overspentUsd = Math.max(overspentUsd, saved);
  }
  const known = (value: number): number => (isKnown ? value : Number.NaN);
  const gain = measureGain(request, served, affordable);
  return {
    served: own,
    reference: valueAt(quality, reference),
    better: known(gain.net),
    regret: known(gain.quality),
    overkill: known(overspentUsd > 0 ? 1 : 0),
    underkill: known(measureGain(request, served, dearer).net),
    overspentUsd: known(overspentUsd),
  };
}
