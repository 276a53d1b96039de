/** A thread that runs JavaScript in QuickJS: a new WebAssembly instance for every program. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import installedVariant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import { javascriptHarness } from './javascript-harness.js';
import { parseResultJson } from './parse-result-json.js';
import { createOutputMeter, OutputLimitError, type OutputMeter } from './output-meter.js';
import type { SandboxCall, SandboxCallResult, SandboxProgram, SandboxResult } from './sandbox.js';
import { servePrograms } from './serve-programs.js';

/** Its declarations take it for CommonJS, which it is not when it is imported. */
const baseVariant = installedVariant as unknown as QuickJSSyncVariant;

const megabyte = 1024 * 1024;
/** What the interpreter itself takes, over and above what a program may use. */
const interpreterBytes = 16 * megabyte;
const pageBytes = 65_536;
const stackBytes = megabyte / 2;
const maxJobs = 100_000;

await servePrograms(async () => {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  const wasmModule = await WebAssembly.compile(await readFile(file));

  return async (program) => {
    const { memoryBytes } = program.limits;
    // The module takes its memory from outside, so that a limit is easily set.
    const wasmMemory = new WebAssembly.Memory({
      initial: interpreterBytes / pageBytes,
      maximum: (interpreterBytes + memoryBytes) / pageBytes,
    });
    const variant = newVariant(baseVariant, { wasmModule, wasmMemory }) as QuickJSSyncVariant;
    const quickJs = await newQuickJSWASMModuleFromVariant(variant);
    const runtime = quickJs.newRuntime();
    runtime.setMemoryLimit(memoryBytes);
    runtime.setMaxStackSize(stackBytes);
    let end = Infinity;
    const fault: ProgramFault = {
      isFlooding: false,
      isLate: () => performance.now() > end,
      startClock: () => (end = performance.now() + program.limits.timeMs),
    };
    runtime.setInterruptHandler(() => fault.isFlooding || fault.isLate());
    // Nothing is disposed of: the whole instance is thrown away.
    const context = runtime.newContext();
    return () => runProgram(context, program, fault);
  };
});

/** What a program is interrupted for, also where it would catch an error. */
interface ProgramFault {
  isFlooding: boolean;
  readonly isLate: () => boolean;
  /** Before this, a program is not late: what is made for it is not of its time. */
  readonly startClock: () => void;
}

interface Harness {
  readonly parse: QuickJSHandle;
  readonly find: QuickJSHandle;
  readonly encode: QuickJSHandle;
  readonly publish: QuickJSHandle;
}

function runProgram(
  context: QuickJSContext,
  program: SandboxProgram,
  fault: ProgramFault,
): SandboxResult {
  if (program.language === 'sql') throw new TypeError('this thread runs JavaScript');
  const meter = createOutputMeter(program.limits.outputBytes);
  const stopped = (): SandboxResult | undefined => {
    if (fault.isLate()) {
      return {
        kind: 'stopped',
        reason: `the program took longer than ${program.limits.timeMs} ms`,
      };
    }
    return fault.isFlooding
      ? { kind: 'stopped', reason: new OutputLimitError().message }
      : undefined;
  };
  const harness = installHarness(context, meter, () => {
    fault.isFlooding = true;
  });
  fault.startClock();
  const loaded = context.evalCode(withoutExports(program.code), 'answer.js', { type: 'global' });
  if (loaded.error !== undefined) {
    const message = describeError(context, loaded.error);
    const reason = stopped();
    if (reason !== undefined) return reason;
    return { kind: 'ran', results: [], output: meter.text, error: message };
  }
  const pending = runJobs(context);
  context.callFunction(harness.publish, context.undefined);
  const results: SandboxCallResult[] = [];
  for (const call of program.calls) {
    const result = runCall(context, harness, call, meter);
    const reason = stopped();
    if (reason !== undefined) return reason;
    results.push(result);
  }
  return stopped() ?? { kind: 'ran', results, output: meter.text, error: pending };
}

/** Functions of the harness are made before the program can change what they are made of. */
function installHarness(context: QuickJSContext, meter: OutputMeter, onFlood: () => void): Harness {
  const printed = context.newFunction('print', (text) => {
    try {
      meter.print(`${context.getString(text)}\n`);
    } catch {
      onFlood();
      throw new Error('too much output');
    }
  });
  const made = context.unwrapResult(context.evalCode(javascriptHarness, 'harness.js'));
  const functions = context.unwrapResult(context.callFunction(made, context.undefined, printed));
  return {
    parse: context.getProp(functions, 'parse'),
    find: context.getProp(functions, 'find'),
    encode: context.getProp(functions, 'encode'),
    publish: context.getProp(functions, 'publish'),
  };
}

function runCall(
  context: QuickJSContext,
  harness: Harness,
  call: SandboxCall,
  meter: OutputMeter,
): SandboxCallResult {
  const threw = (error: QuickJSHandle): SandboxCallResult => ({
    kind: 'threw',
    message: describeError(context, error),
  });
  const returned =
    'expression' in call
      ? context.evalCode(call.expression, 'case.js')
      : callFunction(context, harness, call);
  if (returned.error !== undefined) return threw(returned.error);
  runJobs(context);
  const settled = context.getPromiseState(returned.value);
  if (settled.type === 'pending') return { kind: 'threw', message: 'the promise never settles' };
  if (settled.type === 'rejected') return threw(settled.error);
  const encoded = context.callFunction(harness.encode, context.undefined, settled.value);
  if (encoded.error !== undefined) return threw(encoded.error);
  if (context.typeof(encoded.value) !== 'string') return { kind: 'returned', value: null };
  const length = context.getNumber(context.getProp(encoded.value, 'length'));
  try {
    meter.count(length);
  } catch (cause) {
    return { kind: 'threw', message: (cause as Error).message };
  }
  return parseResult(context.getString(encoded.value));
}

function callFunction(
  context: QuickJSContext,
  harness: Harness,
  call: Extract<SandboxCall, { function: string }>,
): ReturnType<QuickJSContext['callFunction']> {
  const named = context.evalCode(
    `typeof ${call.function} === 'undefined' ? undefined : ${call.function}`,
    'case.js',
  );
  const name = context.newString(call.function);
  const value = named.error === undefined ? named.value : context.undefined;
  const found = context.callFunction(harness.find, context.undefined, name, value);
  if (found.error !== undefined) return found;
  const values = call.arguments.map((argument) =>
    context.unwrapResult(
      context.callFunction(
        harness.parse,
        context.undefined,
        context.newString(JSON.stringify(argument)),
      ),
    ),
  );
  return context.callFunction(found.value, context.undefined, ...values);
}

/** Runs what waits for promises; what it throws, if anything. */
function runJobs(context: QuickJSContext): string | undefined {
  const jobs = context.runtime.executePendingJobs(maxJobs);
  return jobs.error === undefined ? undefined : describeError(context, jobs.error);
}

function parseResult(text: string): SandboxCallResult {
  const value = parseResultJson(text);
  return value === undefined
    ? {
        kind: 'threw',
        message: 'what is returned cannot be written as JSON, or is nested too deeply',
      }
    : { kind: 'returned', value };
}

/** A thrown value as a line of text. Its getters are the program's, and interrupted like the rest. */
function describeError(context: QuickJSContext, error: QuickJSHandle): string {
  if (context.typeof(error) !== 'object') return String(context.dump(error)).slice(0, 200);
  const read = (name: string): string => {
    const descriptor = context.getProp(error, name);
    return context.typeof(descriptor) === 'string' ? context.getString(descriptor) : '';
  };
  return `${read('name') || 'Error'}: ${read('message')}`.slice(0, 200);
}

/** Answers often export their function, which a script cannot; its name is there all the same. */
function withoutExports(code: string): string {
  return code
    .replace(/^([ \t]{0,20})export\s{1,5}default\s{1,5}(?=(?:async\s|function|class))/gm, '$1')
    .replace(/^([ \t]{0,20})export\s{1,5}(?=(?:async|function|const|let|var|class)\b)/gm, '$1')
    .replace(/^[ \t]{0,20}export\s{0,5}\{[^}]{0,500}\};?/gm, '')
    .replace(/^[ \t]{0,20}export\s{1,5}default\s{1,5}[\w$]{1,100};?/gm, '');
}
