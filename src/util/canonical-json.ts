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
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`JSON cannot hold ${Object.prototype.toString.call(value)}`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
