import { describeUnknownName } from './describe-issues.js';
import { RoutesmithError } from './errors.js';
import { isJsonObject } from './json.js';

/** @throws RoutesmithError `usage` if a setting is not as it must be */
export function checkSetting(isValid: boolean, what: string, where: string): asserts isValid {
  if (!isValid) throw new RoutesmithError('usage', what, { where });
}

/** @throws RoutesmithError `usage` for what is no known name, with the known ones */
export function checkKnownName(name: unknown, known: readonly string[], where: string): void {
  checkSetting(typeof name === 'string', `must be one of: ${known.join(', ')}`, where);
  if (!known.includes(name)) checkSetting(false, describeUnknownName(name, known), where);
}

/** The types that each member of an object may have, such as `string or object`; a list is a `list`. */
export type MemberTypes<Name extends string = string> = Readonly<Record<Name, string>>;

/**
 * Checks the names and types of an object's members, for callers without TypeScript: a mistyped limit
 * must not pass for no limit. What is undefined is not there.
 *
 * @param where names the object in errors
 * @throws RoutesmithError `usage` for what is no object, for an unknown name, and for another type
 */
export function checkMembers(value: unknown, types: MemberTypes, where: string): void {
  if (value === undefined) return;
  checkSetting(isJsonObject(value), 'must be an object', where);
  for (const [name, member] of Object.entries(value)) {
    if ((member as unknown) === undefined) continue;
    checkKnownName(name, Object.keys(types), where);
    const allowed = types[name] as string;
    const type = Array.isArray(member) ? 'list' : member === null ? 'null' : typeof member;
    const what = `${name} must be of type ${allowed}`;
    checkSetting(allowed.split(' or ').includes(type), what, where);
  }
}
