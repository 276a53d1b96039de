import { RoutesmithError } from '../util/errors.js';
import { isJsonObject } from '../util/json.js';

/** Refuses a policy file, naming the member that is wrong. */
export function refusePolicy(path: string, problem: string): never {
  throw new RoutesmithError('invalid_policy', problem, {
    where: path === '' ? 'policy file' : `policy file, ${path}`,
    fix: 'The file is damaged or was not written by Routesmith. Export the policy again.',
  });
}

/** Reads members of untrusted JSON, each with the one type it must have. */
export interface CheckedObject {
  string(key: string): string;
  optionalString(key: string): string | undefined;
  /** A finite number of at least `minimum`. */
  number(key: string, minimum?: number): number;
  optionalNumber(key: string, minimum?: number): number | undefined;
  nullableNumber(key: string): number | null;
  count(key: string, limits?: { readonly minimum?: number; readonly maximum?: number }): number;
  boolean(key: string): boolean;
  object(key: string): CheckedObject;
  optionalObject(key: string): CheckedObject | undefined;
  objects(key: string): CheckedObject[];
  strings(key: string): string[];
  /** Finite numbers of at least 0, exactly `length` of them. */
  numbers(key: string, length: number): number[];
  readonly path: string;
}

/** Wraps untrusted JSON; every reader refuses the policy where the value is not as asked for. */
export function checkObject(value: unknown, path: string): CheckedObject {
  if (!isJsonObject(value)) refusePolicy(path, 'must be an object');
  const take = (key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
  const pathOf = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const isAbsent = (key: string): boolean => take(key) === undefined;
  const self: CheckedObject = {
    path,
    string: (key) => {
      const member = take(key);
      return typeof member === 'string' ? member : refusePolicy(pathOf(key), 'must be a text');
    },
    optionalString: (key) => (isAbsent(key) ? undefined : self.string(key)),
    number: (key, minimum = -Infinity) => {
      const member = take(key);
      return typeof member === 'number' && Number.isFinite(member) && member >= minimum
        ? member
        : refusePolicy(
            pathOf(key),
            minimum === -Infinity ? 'must be a number' : `must be a number of at least ${minimum}`,
          );
    },
    optionalNumber: (key, minimum) => (isAbsent(key) ? undefined : self.number(key, minimum)),
    nullableNumber: (key) => (take(key) === null ? null : self.number(key)),
    count: (key, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = {}) => {
      const member = take(key);
      return typeof member === 'number' &&
        Number.isInteger(member) &&
        member >= minimum &&
        member <= maximum
        ? member
        : refusePolicy(pathOf(key), `must be a whole number from ${minimum} to ${maximum}`);
    },
    boolean: (key) => {
      const member = take(key);
      return typeof member === 'boolean'
        ? member
        : refusePolicy(pathOf(key), 'must be true or false');
    },
    object: (key) => checkObject(take(key), pathOf(key)),
    optionalObject: (key) => (isAbsent(key) ? undefined : self.object(key)),
    objects: (key) =>
      takeArray(key).map((item, index) => checkObject(item, `${pathOf(key)}[${index}]`)),
    strings: (key) =>
      takeArray(key).map((item, index) =>
        typeof item === 'string'
          ? item
          : refusePolicy(`${pathOf(key)}[${index}]`, 'must be a text'),
      ),
    numbers: (key, length) => {
      const items = takeArray(key);
      if (items.length !== length) refusePolicy(pathOf(key), `must hold ${length} numbers`);
      return items.map((item, index) =>
        typeof item === 'number' && Number.isFinite(item) && item >= 0
          ? item
          : refusePolicy(`${pathOf(key)}[${index}]`, 'must be a number of at least 0'),
      );
    },
  };
  const takeArray = (key: string): readonly unknown[] => {
    const member = take(key);
    return Array.isArray(member) ? member : refusePolicy(pathOf(key), 'must be a list');
  };
  return self;
}
