/**
 * JSON with sorted keys and no white space, so that equal values give equal bytes (RFC 8785; the
 * number and string forms it asks for are those of `JSON.stringify`).
 *
 * Members that are `undefined` are left out, as `JSON.stringify` does.
 *
 * @throws TypeError for NaN, infinities, functions and other values that JSON cannot hold: a hash
 * over a silently changed value would be worse than no hash.
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
    // A loop and no chain of array methods: a large sweep makes millions of keys with it.
    let members = '';
    // Sorted by UTF-16 code units, as RFC 8785 has it.
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

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
