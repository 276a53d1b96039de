interface Constructor {
  new (buffer: SharedArrayBuffer): ArrayLike<number> & { set(values: unknown): void };
}

/**
 * Copies a structure of plain objects with all its typed arrays in shared memory: threads then read
 * one copy.
 */
export function shareArrays<T>(value: T): T {
  if (ArrayBuffer.isView(value)) {
    const shared = new (value.constructor as Constructor)(new SharedArrayBuffer(value.byteLength));
    shared.set(value);
    return shared as T;
  }
  if (Array.isArray(value)) return value.map(shareArrays) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, shareArrays(entry)]),
    ) as T;
  }
  return value;
}
