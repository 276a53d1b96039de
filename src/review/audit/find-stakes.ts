import { rowOf, valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import { computeFigures } from './compute-figures.js';

/**
 * How much a person's labels of each audited request could change the audit: by how many logged
 * requests it stands for, where another model than the reference served it, and where the judge finds
 * another model better. Where costs that are not known leave that open, only the first counts.
 */
export function findStakes(
  {
    models,
    served,
    quality,
    costUsd,
    noise,
    weights,
  }: Omit<AuditedRequests, 'human' | 'labelWeights'>,
  reference: number,
): Float64Array {
  const width = models.length;
  return Float64Array.from(served, (model, row) => {
    const figures = computeFigures(
      {
        quality: rowOf(quality, row, width),
        costUsd: rowOf(costUsd, row, width),
        served: valueAt(served, row),
        reference,
      },
      noise,
    );
    const better = Number.isNaN(figures.better) ? 0 : figures.better;
    return valueAt(weights, row) * ((model === reference ? 0 : 1) + better);
  });
}
