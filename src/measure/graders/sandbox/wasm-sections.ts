const headerBytes = 8;

/**
 * The bytes of a WebAssembly module with one section in place of another.
 *
 * @param rewrite returns the new content of the section, given the old one; undefined where it is
 * not as expected
 * @throws TypeError with the given problem where there is no such section, or it is not as expected
 */
export function replaceSection(
  bytes: Uint8Array,
  wanted: number,
  rewrite: (content: Uint8Array) => readonly number[] | undefined,
  problem: string,
): Uint8Array<ArrayBuffer> {
  for (let at = headerBytes; at < bytes.length;) {
    const size = readNumber(bytes, at + 1);
    const end = size.end + size.value;
    if (bytes[at] !== wanted) {
      at = end;
      continue;
    }
    const content = rewrite(bytes.subarray(size.end, end));
    if (content === undefined) break;
    const section = [wanted, ...writeNumber(content.length), ...content];
    const changed = new Uint8Array(bytes.length - (end - at) + section.length);
    changed.set(bytes.subarray(0, at));
    changed.set(section, at);
    changed.set(bytes.subarray(end), at + section.length);
    return changed;
  }
  throw new TypeError(problem);
}

/** Reads an unsigned LEB128 number. */
export function readNumber(
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length; at++, factor *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
  throw new TypeError('the module is cut off');
}

/** An unsigned number as LEB128. */
export function writeNumber(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
}

/** A number from 0 on as signed LEB128, whose last byte has a sign. */
export function writeSignedNumber(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 63; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
}
