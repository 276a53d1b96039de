import { isJsonObject, type JsonObject } from './json.js';

/** Whether a value from outside is as it should be; see `object` for one with members. */
export interface Check {
  (value: unknown): boolean;
  /** The path to what is wrong within a value; undefined where that is the value as a whole. */
  readonly findWithin?: ((value: unknown) => string | undefined) | undefined;
}

/** A check for each member, so that none is recorded and not checked. */
export type Checks<Checked> = Readonly<Record<keyof Checked, Check>>;

/** Finite, at least 0. */
export const isAmount: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < Infinity;
export const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
/** What is said of a quality that is none. */
export const shareProblem = 'must be a number from 0 to 1';
export const isProbabilityAboveZero: Check = (value) => isShare(value) && value !== 0;
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** Finite. */
export const isNumber: Check = (value) => Number.isFinite(value);
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isText: Check = (value) => typeof value === 'string';

export function orNull(check: Check): Check {
  return addPath((value) => value === null || check(value), check.findWithin);
}

export function orAbsent(check: Check): Check {
  return addPath((value) => value === undefined || check(value), check.findWithin);
}

/** A check that tells where within a value it is not as it should be. */
export function addPath(
  check: (value: unknown) => boolean,
  findWithin: Check['findWithin'],
): Check {
  return Object.assign(check, { findWithin });
}

export function oneOf(names: readonly unknown[]): Check {
  const known: ReadonlySet<unknown> = new Set(names);
  return (value) => known.has(value);
}

export function list(check: Check, maximum = Infinity): Check {
  const isList: Check = (value) => {
    if (!Array.isArray(value) || value.length > maximum) return false;
    for (const item of value as readonly unknown[]) if (!check(item)) return false;
    return true;
  };
  return addPath(isList, (value) => {
    const index = Array.isArray(value) ? value.findIndex((item) => !check(item)) : -1;
    return index < 0 ? undefined : joinPath(index, check, (value as readonly unknown[])[index]);
  });
}

/** An object with these members, whatever others it has. */
export function object(checks: Readonly<Record<string, Check>>): Check {
  const members = Object.entries(checks);
  return addPath(
    (value) => isJsonObject(value) && findWrong(value, members) === undefined,
    (value) => {
      if (!isJsonObject(value)) return undefined;
      const name = findWrong(value, members);
      return name && joinPath(name, checks[name] as Check, value[name]);
    },
  );
}

function joinPath(name: string | number, check: Check, value: unknown): string {
  const within = check.findWithin?.(value);
  return within === undefined ? `${name}` : `${name}.${within}`;
}

/**
 * The first member that is not as its check says; undefined if there is none. No name that is checked
 * may be one that every object inherits, so that each member is the object's own.
 */
export function findWrong(
  value: JsonObject,
  members: readonly (readonly [string, Check])[],
): string | undefined {
  for (const [name, check] of members) if (!check(value[name])) return name;
  return undefined;
}
