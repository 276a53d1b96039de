import { areAnswersPriced } from '../../measure/outcomes/entry-cost.js';
import { addAt, at } from '../../util/numeric-arrays.js';

/** Outcomes so far, row-major prompts x models; NaN where a cell was not bought or has no label. */
export interface KnownOutcomes {
  readonly quality: Float32Array;
  readonly costUsd: Float32Array;
}

/**
 * The costs of which means may be taken. Requests that a provider refused for free cost 0, and count
 * only where the costs of their model's other answers are known: alone, they would make it free.
 *
 * @returns USD, row-major prompts x models; NaN where unknown
 */
export function listComparableCosts(
  { quality, costUsd }: KnownOutcomes,
  modelCount: number,
): Float32Array {
  const answers = new Float64Array(modelCount);
  const priced = new Float64Array(modelCount);
  quality.forEach((value, cell) => {
    const usd = at(costUsd, cell);
    if (Number.isNaN(value) || usd === 0) return;
    addAt(answers, cell % modelCount, 1);
    if (!Number.isNaN(usd)) addAt(priced, cell % modelCount, 1);
  });
  const isPriced = Array.from(answers, (count, model) =>
    areAnswersPriced(at(priced, model), count),
  );
  return costUsd.map((usd, cell) =>
    usd === 0 && isPriced[cell % modelCount] !== true ? Number.NaN : usd,
  );
}
