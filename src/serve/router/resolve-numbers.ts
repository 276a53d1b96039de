import { checkKnownName, checkSetting } from '../../util/check-members.js';

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
    checkKnownName(name, Object.keys(defaults), where);
    if (value === undefined) continue;
    const isValid = typeof value === 'number' && value > 0;
    checkSetting(isValid, 'must be a number above 0', `${where}, ${name}`);
    resolved[name] = value;
  }
  return resolved as T;
}
