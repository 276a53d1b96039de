import { RoutesmithError } from '../../util/errors.js';
import { addAt, valueAt } from '../../util/numeric-arrays.js';
import type { AuditReading } from './read-audited-requests.js';

/** The single model that routing is compared with. */
export interface Reference {
  /** As an index into the audited models. */
  readonly model: number;
  /** The policy's baseline, where this model takes its place; else null. */
  readonly replaces: string | null;
}

/**
 * Finds the model to compare with: the named one, or the policy's baseline, or, where that one cannot be
 * compared, the model with the best grades of the audit.
 *
 * @throws RoutesmithError `insufficient_data` where the named model lacks grades
 */
export function findReference(
  { requests, leftOutModels }: Pick<AuditReading, 'requests' | 'leftOutModels'>,
  { named, usual }: { readonly named: string | undefined; readonly usual: string },
): Reference {
  const { weights, quality, models } = requests;
  const index = models.indexOf(named ?? usual);
  if (index >= 0) return { model: index, replaces: null };
  if (named !== undefined) {
    const why = leftOutModels.includes(named)
      ? 'lacks grades on too many requests'
      : 'has no grades';
    throw new RoutesmithError('insufficient_data', `${named} ${why} to be compared with`, {
      where: '--baseline',
      fix: 'Run the same command again, which asks only for what is missing, or name another model.',
    });
  }
  const sums = new Float64Array(models.length);
  quality.forEach((value, cell) => {
    const weight = valueAt(weights, Math.floor(cell / models.length));
    addAt(sums, cell % models.length, value * weight);
  });
  return { model: sums.indexOf(Math.max(...sums)), replaces: usual };
}
