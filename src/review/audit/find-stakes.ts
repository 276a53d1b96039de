import { valueAt } from '../../util/numeric-arrays.js';
import type { AuditedRequests } from './audited-requests.js';
import { computeFigures, selectAnswers } from './compute-figures.js';

/**
 * How much a person's labels of each audited request could change the audit: by how many logged
 * requests it stands for, where another model than the reference served it, and where the judge finds
 * another model better, or one that seemed better worse in a repeat. Where costs that are not known leave that open, only the first counts.
 */
export function findStakes(
  requests: Omit<AuditedRequests, 'human' | 'humanRepeats' | 'labelWeights'>,
  reference: number,
): Float64Array {
  const { served, weights } = requests;
  return Float64Array.from(served, (model, row) => {
    const figures = computeFigures(selectAnswers(requests, row, reference));
    const better = Number.isNaN(figures.better) ? 0 : Math.abs(figures.better);
    return valueAt(weights, row) * ((model === reference ? 0 : 1) + better);
  });
}
