import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';

/**
 * Merges settings into defaults; later settings override earlier ones, undefined members do not.
 *
 * @throws RoutesmithError `usage` for an unknown name, and for a value that is not a number above 0
 */
export function resolveNumbers<T extends Readonly<Record<keyof T, number>>>(
  where: string,
  defaults: T,
  ...changes: readonly (Partial<T> | undefined)[]
): T {
  const resolved: Record<string, unknown> = { ...defaults };
  for (const [name, value] of changes.flatMap((change) => Object.entries(change ?? {}))) {
    if (!(name in defaults)) {
      const what = describeUnknownName(name, Object.keys(defaults));
      throw new RoutesmithError('usage', what, { where });
    }
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value > 0)) {
      throw new RoutesmithError('usage', 'must be a number above 0', {
        where: `${where}, ${name}`,
      });
    }
    resolved[name] = value;
  }
  return resolved as T;
}
