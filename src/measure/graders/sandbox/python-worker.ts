/** A thread that runs Python in CPython for WASI: a new WebAssembly instance for every program. */
import { isJsonObject, type JsonValue } from '../../../util/json.js';
import { findLack } from './find-python-lack.js';
import { limitDrive } from './limit-drive.js';
import { enlargeWasmStack, limitWasmMemory } from './limit-wasm-memory.js';
import { parseResultJson } from './parse-result-json.js';
import { createOutputMeter, OutputLimitError } from './output-meter.js';
import { pythonHarness, pythonResultFile, pythonTaskFile } from './python-harness.js';
import {
  loadPythonRuntime,
  type PythonRuntime,
  type WasiFiles,
  type WasiInstance,
} from './python-runtime.js';
import type { SandboxCallResult, SandboxProgram, SandboxResult } from './sandbox.js';
import { servePrograms, type PreparedProgram } from './serve-programs.js';

/**
 * Its own stack, of 512 KB, is used up by 100 calls that go through C, such as those of functions with
 * a cache. Calls that use up a thread's stack of 4 MB take at most 37 MB of this one.
 */
const stackBytes = 64 * 1024 * 1024;
const maxFiles = 500;
const maxHandles = 256;
const harnessFile = '/harness.py';
/** Sets of texts come out in the same order every time. */
const environment = { PYTHONHASHSEED: '0' };

await servePrograms(async () => {
  const runtime = await loadPythonRuntime();
  const interpreter = enlargeWasmStack(runtime.bytes, stackBytes);
  const modules = new Map<number, Promise<WebAssembly.Module>>();
  return async (program) => {
    const { memoryBytes } = program.limits;
    const compiled =
      modules.get(memoryBytes) ??
      WebAssembly.compile(limitWasmMemory(interpreter, memoryBytes + stackBytes));
    modules.set(memoryBytes, compiled);
    return prepareProgram(runtime, await compiled, program);
  };
});

/** Makes an instance for one program, and returns what runs it. */
async function prepareProgram(
  runtime: PythonRuntime,
  module: WebAssembly.Module,
  program: SandboxProgram,
): Promise<PreparedProgram> {
  if (program.language === 'sql') throw new TypeError('this thread runs Python');
  const { WASI, WASIContext } = runtime.library;
  const { limits, code, calls } = program;
  const meter = createOutputMeter(limits.outputBytes);
  const errors = createOutputMeter(limits.outputBytes);
  const wasi = new WASI(
    new WASIContext({
      fs: createFiles(runtime, JSON.stringify({ code, calls })),
      args: ['python', '-s', '-P', '-B', harnessFile],
      env: environment,
      stdin: () => null,
      stdout: (text) => meter.print(text),
      stderr: (text) => errors.print(text),
      isTTY: false,
    }),
  );
  limitDrive(wasi, {
    writtenBytes: limits.outputBytes * 16,
    allocatedBytes: limits.outputBytes * 64,
    files: maxFiles,
    handles: maxHandles,
  });
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  return () => {
    try {
      return run({ instance, module });
    } catch (cause) {
      if (cause instanceof OutputLimitError) return { kind: 'stopped', reason: cause.message };
      throw cause;
    }
  };

  function run(started: Parameters<WasiInstance['start']>[0]): SandboxResult {
    const { exitCode, fs } = wasi.start(started);
    const written = fs[pythonResultFile]?.content;
    if (written !== undefined && written.length > 0) {
      meter.count(written.length);
      return readResult(written, { code, calls }, meter.text);
    }
    if (calls.length === 0 && exitCode === 0) {
      return { kind: 'ran', results: [], output: meter.text, error: undefined };
    }
    return { kind: 'stopped', reason: describeExit(exitCode, errors.text) };
  }
}

/** All files of one instance. The standard library is copied: a program can write to its files. */
function createFiles(runtime: PythonRuntime, task: string): WasiFiles {
  const now = new Date(0);
  const timestamps = { access: now, modification: now, change: now };
  const files: WasiFiles = {};
  for (const [path, content] of runtime.files) {
    files[path] = { path, mode: 'binary', content: content.slice(), timestamps };
  }
  for (const [path, content] of [
    [harnessFile, pythonHarness],
    [pythonTaskFile, task],
  ] as const) {
    files[path] = { path, mode: 'string', content, timestamps };
  }
  return files;
}

/** A program may have written the file itself: whatever it holds is only compared, or left out. */
function readResult(
  written: Uint8Array | string,
  { code, calls }: { readonly code: string; readonly calls: readonly unknown[] },
  output: string,
): SandboxResult {
  const text = typeof written === 'string' ? written : new TextDecoder().decode(written);
  const value = parseResultJson(text);
  if (!isJsonObject(value)) return { kind: 'stopped', reason: 'the program ended without results' };
  const { results, error } = value;
  const listed = Array.isArray(results) ? (results as readonly JsonValue[]) : [];
  const read = listed.slice(0, calls.length).map(readCallResult);
  const failure = typeof error === 'string' ? error.slice(0, 200) : undefined;
  const messages = read.flatMap((one) => (one.kind === 'returned' ? [] : [one.message]));
  const lacks = [failure ?? [], messages].flat().flatMap((text) => findLack(text, code) ?? []);
  return { kind: 'ran', results: read, output, error: failure, lacks: [...new Set(lacks)] };
}

function readCallResult(result: JsonValue): SandboxCallResult {
  if (isJsonObject(result) && result['kind'] === 'returned') {
    return { kind: 'returned', value: result['value'] ?? null };
  }
  const { kind, message } = isJsonObject(result) ? result : {};
  const text = typeof message === 'string' ? message.slice(0, 200) : '';
  return { kind: kind === 'threw' ? 'threw' : 'failed', message: text };
}

function describeExit(exitCode: number, errors: string): string {
  const last = errors.trimEnd().split('\n').at(-1) ?? '';
  if (/MemoryError/.test(errors)) return 'the program used more memory than it may';
  return `the program ended itself with code ${exitCode}${last === '' ? '' : `: ${last.slice(0, 120)}`}`;
}
