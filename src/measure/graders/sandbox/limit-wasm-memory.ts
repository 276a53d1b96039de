const memorySection = 5;
const headerBytes = 8;
const pageBytes = 65_536;

/**
 * A WebAssembly module's bytes, changed so that its memory cannot grow beyond a limit. The limit is
 * the engine's, not the program's: whatever runs inside, growing further fails. The module must
 * declare its own memory, as those of Emscripten and wasi-libc do.
 *
 * @throws TypeError where it does not
 */
export function limitWasmMemory(bytes: Uint8Array, memoryBytes: number): Uint8Array<ArrayBuffer> {
  for (let at = headerBytes; at < bytes.length;) {
    const id = bytes[at];
    const size = readNumber(bytes, at + 1);
    const end = size.end + size.value;
    if (id !== memorySection) {
      at = end;
      continue;
    }
    const count = readNumber(bytes, size.end);
    const flags = readNumber(bytes, count.end);
    const minimum = readNumber(bytes, flags.end);
    if (count.value !== 1 || flags.value > 1) break;
    const maximum = Math.max(minimum.value, Math.floor(memoryBytes / pageBytes));
    const body = [1, 1, ...writeNumber(minimum.value), ...writeNumber(maximum)];
    const section = [memorySection, ...writeNumber(body.length), ...body];
    const limited = new Uint8Array(bytes.length - (end - at) + section.length);
    limited.set(bytes.subarray(0, at));
    limited.set(section, at);
    limited.set(bytes.subarray(end), at + section.length);
    return limited;
  }
  throw new TypeError('the module does not declare one memory of its own');
}

/** Reads an unsigned LEB128 number. */
function readNumber(
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

function writeNumber(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
}
