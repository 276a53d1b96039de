import { valueAt } from '../../util/numeric-arrays.js';
import type { AuditFile, DrawnRequest } from './audit-file.js';

/**
 * How many audited requests each labeled one stands for; 0 for the others. Only requests that were
 * picked at random count. The labeled ones are taken for a random part of the picked ones, and those
 * that were complete when they were picked for a random part of those that are complete by now.
 *
 * @param drawn the complete requests
 * @param weights how many logged requests each stands for
 * @param isLabeled whether people labeled all answers to a request, by its place in the list
 * @returns weights that make the labeled requests stand for exactly as many logged requests as all
 * complete ones do (Hájek, in Godambe and Sprott, "Foundations of Statistical Inference", 1971)
 */
export function weighLabels(
  { picked }: Pick<AuditFile, 'picked'>,
  {
    drawn,
    weights,
  }: { readonly drawn: readonly Pick<DrawnRequest, 'id'>[]; readonly weights: Float64Array },
  isLabeled: (row: number) => boolean,
): Float64Array {
  const chance = new Map((picked ?? []).map(({ id, probability }) => [id, probability]));
  const inverse = Float64Array.from(drawn, ({ id }, row) => {
    const probability = chance.get(id);
    return probability !== undefined && isLabeled(row) ? 1 / probability : 0;
  });
  let all = 0;
  let labeled = 0;
  weights.forEach((weight, row) => {
    all += weight;
    labeled += weight * valueAt(inverse, row);
  });
  return inverse.map((weight) => (weight > 0 ? (weight * all) / labeled : 0));
}
