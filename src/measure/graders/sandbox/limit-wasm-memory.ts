import { readNumber, replaceSection, writeNumber, writeSignedNumber } from './wasm-sections.js';

const memorySection = 5;
const globalSection = 6;
const pageBytes = 65_536;

/**
 * A WebAssembly module's bytes, changed so that its memory cannot grow beyond a limit. The limit is
 * the engine's, not the program's: whatever runs inside, growing further fails. The module must
 * declare its own memory, as those of Emscripten and wasi-libc do.
 *
 * @throws TypeError where it does not
 */
export function limitWasmMemory(bytes: Uint8Array, memoryBytes: number): Uint8Array<ArrayBuffer> {
  return replaceMemory(bytes, (minimum) => ({
    minimum,
    maximum: Math.max(minimum, Math.floor(memoryBytes / pageBytes)),
  }));
}

/**
 * A module's bytes with a larger stack, which lies behind what was its memory at first. Its allocator
 * must take what it needs from memory that is grown, as that of wasi-libc does. The stack has no guard
 * below it: it must be so large that the engine's own stack is used up before it is.
 *
 * @throws TypeError where the module has no memory or no stack pointer of its own
 */
export function enlargeWasmStack(bytes: Uint8Array, stackBytes: number): Uint8Array<ArrayBuffer> {
  let top = 0;
  const grown = replaceMemory(bytes, (before) => {
    const minimum = before + Math.ceil(stackBytes / pageBytes);
    top = minimum * pageBytes;
    return { minimum, maximum: undefined };
  });
  const problem = 'the first global of the module is no stack pointer';
  return replaceSection(grown, globalSection, (content) => movePointer(content, top), problem);
}

interface MemoryPages {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

function replaceMemory(
  bytes: Uint8Array,
  change: (minimum: number) => MemoryPages,
): Uint8Array<ArrayBuffer> {
  const rewrite = (content: Uint8Array): readonly number[] | undefined => {
    const count = readNumber(content, 0);
    const flags = readNumber(content, count.end);
    if (count.value !== 1 || flags.value > 1) return undefined;
    const { minimum, maximum } = change(readNumber(content, flags.end).value);
    const limit = maximum === undefined ? [] : writeNumber(maximum);
    return [1, limit.length === 0 ? 0 : 1, ...writeNumber(minimum), ...limit];
  };
  const problem = 'the module does not declare one memory of its own';
  return replaceSection(bytes, memorySection, rewrite, problem);
}

const int32 = 0x7f;
const mutable = 1;
const constInt32 = 0x41;

/** Linkers make the stack pointer the first global: a 32-bit number that can be changed. */
function movePointer(content: Uint8Array, top: number): readonly number[] | undefined {
  const count = readNumber(content, 0);
  const kind = [int32, mutable, constInt32];
  if (!kind.every((byte, index) => content[count.end + index] === byte)) return undefined;
  const start = count.end + kind.length;
  const { end } = readNumber(content, start);
  return [...content.subarray(0, start), ...writeSignedNumber(top), ...content.subarray(end)];
}
