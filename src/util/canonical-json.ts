/**
 * JSON with sorted keys and no white space, so that equal values give equal bytes (RFC 8785, whose
 * formats of numbers and strings are those of `JSON.stringify`). Members that are `undefined` are
 * omitted.
 *
 * @throws TypeError for NaN, infinities, functions and other values that JSON cannot represent,
 * which `JSON.stringify` would silently change
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`JSON cannot hold the number ${value}`);
  }
  if (value === null || ['boolean', 'string', 'number'].includes(typeof value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    // A loop is faster than array methods, and a large sweep computes millions of keys.
    let members = '';
    // Sorted by UTF-16 code units, as RFC 8785 requires.
    for (const key of Object.keys(value).sort()) {
      const member: unknown = (value as Record<string, unknown>)[key];
      if (member === undefined) continue;
      const separator = members === '' ? '' : ',';
      members += `${separator}${JSON.stringify(key)}:${canonicalJson(member)}`;
    }
    return `{${members}}`;
  }
  throw new TypeError(`JSON cannot hold ${Object.prototype.toString.call(value)}`);
}

/** Whether it inherits from nothing but `Object.prototype`, which may be that of another realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
