import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../../../src/measure/graders/sandbox/create-sandbox.js';
import {
  enlargeWasmStack,
  limitWasmMemory,
} from '../../../../src/measure/graders/sandbox/limit-wasm-memory.js';
import type { SandboxProgram } from '../../../../src/measure/graders/sandbox/sandbox.js';
import { scaleTime } from '../../../support/test-run.js';

const limits = { timeMs: scaleTime(60_000), memoryBytes: 32 * 1024 * 1024, outputBytes: 100_000 };
const sandbox = createSandbox({ threads: 2 });
afterAll(() => sandbox.close());

function javascript(code: string, expression: string): SandboxProgram {
  return { language: 'javascript', code, calls: [{ expression }], limits };
}

function sql(code: string): SandboxProgram {
  return { language: 'sql', setup: '', code, check: undefined, limits };
}

describe('a sandbox', () => {
  it('gives every program its own result, whatever the languages and however many at once', async () => {
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    const results = await Promise.all(
      numbers.map((n) =>
        sandbox.run(n % 3 === 0 ? sql(`SELECT ${n}`) : javascript(`var n = ${n}`, 'n')),
      ),
    );
    const wanted = numbers.map((n) => ({
      kind: 'ran',
      results: [{ kind: 'returned', value: n % 3 === 0 ? [[n]] : n }],
    }));
    expect(results).toMatchObject(wanted);
  });

  it('runs the others while one does not end', async () => {
    const own = createSandbox({ threads: 2 });
    // Its time limit is far away: only closing the sandbox ends it.
    const endless = own.run(javascript('for (;;) {}', '1'));
    for (let n = 0; n < 5; n++) {
      expect(await own.run(javascript('', String(n)))).toMatchObject({ results: [{ value: n }] });
    }
    await own.close();
    // On a busy machine its thread may not even have started.
    expect(['stopped', 'unavailable']).toContain((await endless).kind);
  });

  it('runs nothing after it is closed', async () => {
    const closed = createSandbox({ threads: 1 });
    await closed.close();
    expect(await closed.run(javascript('', '1'))).toMatchObject({ kind: 'unavailable' });
  });

  it('does not keep the process from ending', async () => {
    const module = new URL('../../../../dist/index.js', import.meta.url).href;
    const script = `
      const { createSandbox } = await import(${JSON.stringify(module)});
      const result = await createSandbox().run(${JSON.stringify(javascript('', '6 * 7'))});
      console.log(JSON.stringify(result.results));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(stdout.trim()).toBe('[{"kind":"returned","value":42}]');
  });
});

describe('limitWasmMemory', () => {
  /** A module with one memory of one page, which it exports as `m`, and nothing else. */
  const module = Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 109, 2, 0,
  ]);

  it('makes growing beyond the limit fail', async () => {
    const limited = limitWasmMemory(module, 3 * 65_536);
    const { instance } = await WebAssembly.instantiate(limited);
    const memory = instance.exports['m'] as WebAssembly.Memory;
    expect(memory.grow(2)).toBe(1);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  it('refuses what has no memory of its own', () => {
    expect(() => limitWasmMemory(module.subarray(0, 8), 65_536)).toThrow(TypeError);
  });
});

describe('enlargeWasmStack', () => {
  /** A module with a memory of one page and a stack pointer of 1024, which it exports as `m` and `s`. */
  const module = Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 1, 6, 7, 1, 127, 1, 65, 128, 8, 11, 7, 9, 2, 1, 109, 2,
    0, 1, 115, 3, 0,
  ]);

  it.each([1, 100, 1000])('puts a stack of %i pages behind the memory', async (pages) => {
    const enlarged = enlargeWasmStack(module, pages * 65_536);
    const { instance } = await WebAssembly.instantiate(enlarged);
    const memory = instance.exports['m'] as WebAssembly.Memory;
    const pointer = instance.exports['s'] as WebAssembly.Global;
    expect(memory.buffer.byteLength).toBe((1 + pages) * 65_536);
    expect(pointer.value).toBe((1 + pages) * 65_536);
  });

  it('refuses what has no stack pointer', () => {
    const constant = module.with(17, 0);
    expect(() => enlargeWasmStack(constant, 65_536)).toThrow('no stack pointer');
  });
});
