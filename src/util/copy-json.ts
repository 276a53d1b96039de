import type { JsonValue } from './json.js';

/** A copy of a value, which no later change of the original reaches. */
export interface JsonCopy {
  readonly value: JsonValue;
  /** About the characters that JSON takes for it. */
  readonly size: number;
}

/** Deeper values are rare, and may contain themselves. */
const maxDepth = 50;

/**
 * Copies strings, numbers, booleans, null, lists and plain objects. That costs far less than writing
 * them as JSON, since strings are shared.
 *
 * @returns undefined for values that JSON may represent otherwise, such as instances of classes
 */
export function copyJson(given: unknown): JsonCopy | undefined {
  if (typeof given === 'string') return { value: given, size: given.length };
  let size = 0;
  let isPlain = true;

  function copy(value: unknown, depth: number): unknown {
    size += 4;
    const type = typeof value;
    if (typeof value === 'string') size += value.length;
    else if (type === 'bigint' || type === 'function' || type === 'symbol') isPlain = false;
    if (typeof value !== 'object' || value === null) return value;
    if (depth === maxDepth || 'toJSON' in value) isPlain = false;
    if (!isPlain) return undefined;
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) isPlain = false;
    const copied: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      // As a name of an assignment, it is no member.
      if (key === '__proto__') isPlain = false;
      size += key.length;
      copied[key] = copy(member, depth + 1);
    }
    return copied;
  }

  const value = copy(given, 0);
  return isPlain && value !== undefined ? { value: value as JsonValue, size } : undefined;
}
