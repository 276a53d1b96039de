import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';

const priceMembers = 'Pass inputPerMillionUsd, outputPerMillionUsd and date.';

/** Refuses a policy file, or a price among the options, naming the member that is wrong. */
export function refusePolicy(
  path: string,
  problem: string,
  fix = 'The file is damaged, or no policy. Export it again.',
  cause?: unknown,
): never {
  if (path.startsWith('options')) {
    throw new RoutesmithError('usage', problem, { where: path, fix: priceMembers });
  }
  const where = path === '' ? 'policy file' : `policy file, ${path}`;
  throw new RoutesmithError('invalid_policy', problem, { where, fix, cause });
}

/** Reads a member of untrusted JSON, or refuses the policy where it is not what it must be. */
export type Decoder<T> = (value: unknown, path: string) => T;

export const text: Decoder<string> = (value, path) =>
  typeof value === 'string' ? value : refusePolicy(path, 'must be a text');

export const flag: Decoder<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refusePolicy(path, 'must be true or false');

/** A finite number of at least `minimum`. */
export function number(minimum = -Infinity): Decoder<number> {
  const limit = minimum === -Infinity ? '' : ` of at least ${minimum}`;
  return (value, path) =>
    Number.isFinite(value) && (value as number) >= minimum
      ? (value as number)
      : refusePolicy(path, `must be a number${limit}`);
}

export function count(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): Decoder<number> {
  return (value, path) =>
    Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      ? (value as number)
      : refusePolicy(path, `must be a whole number from ${minimum} to ${maximum}`);
}

export function oneOf<const T extends string | number>(...allowed: T[]): Decoder<T> {
  return (value, path) =>
    allowed.includes(value as T)
      ? (value as T)
      : refusePolicy(path, `must be ${allowed.join(' or ')}`);
}

/** An absent member stays absent. */
export function optional<T>(decode: Decoder<T>): Decoder<T | undefined> {
  return (value, path) => (value === undefined ? undefined : decode(value, path));
}

export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === null ? null : decode(value, path));
}

/** A list, of exactly `length` items where that is given. */
export function listOf<T>(decode: Decoder<T>, length?: number): Decoder<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return refusePolicy(path, 'must be a list');
    if (length !== undefined && value.length !== length) {
      return refusePolicy(path, `must hold ${length} values`);
    }
    return value.map((item, index) => decode(item, `${path}[${index}]`));
  };
}

type Members<T> = {
  readonly [Key in keyof T]-?: Decoder<T[Key] | (object extends Pick<T, Key> ? undefined : never)>;
};

/** An object with these members. Others are left out, as is whatever it inherits. */
export function object<T extends object>(members: Members<T>): Decoder<T> {
  return (value, path) => {
    if (!isJsonObject(value)) return refusePolicy(path, 'must be an object');
    const decoded: Partial<T> = {};
    for (const key of Object.keys(members) as (keyof T & string)[]) {
      const member = Object.hasOwn(value, key) ? value[key] : undefined;
      const result = members[key](member, path === '' ? key : `${path}.${key}`);
      if (result !== undefined) decoded[key] = result;
    }
    return decoded as T;
  };
}

/** An object whose `kind` says what its other members are. */
export function variant<T extends { readonly kind: string }>(kinds: {
  readonly [Kind in T['kind']]: Decoder<Omit<Extract<T, { readonly kind: Kind }>, 'kind'>>;
}): Decoder<T> {
  const decodeKind = object<{ kind: T['kind'] }>({
    kind: oneOf(...(Object.keys(kinds) as T['kind'][])),
  });
  return (value, path) => {
    const { kind } = decodeKind(value, path);
    return { kind, ...kinds[kind](value, path) } as unknown as T;
  };
}

/** What `unpack` makes of a text; it gives undefined where that is not what it must be. */
export function packed<T>(unpack: (text: string) => T | undefined, what: string): Decoder<T> {
  return (value, path) =>
    unpack(text(value, path)) ?? refusePolicy(path, `must hold ${what}, packed`);
}
