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
import { nodeModules } from './javascript-shims.js';
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
/** About as many nested calls as Node.js has by default; the thread's own stack bears more. */
const stackBytes = 2 * megabyte;
const maxJobs = 100_000;
/** Where errors of a case's own expression are thrown. */
const caseFile = 'case.js';
const calledMissing = /^ReferenceError|^TypeError: not a (?:function|constructor)/;

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
  readonly pause: QuickJSHandle;
  readonly lacks: QuickJSHandle;
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
    const imported = message.startsWith('SyntaxError') ? findNodeImports(program.code) : [];
    const lacks = [...readLacks(context, harness), ...imported];
    return { kind: 'ran', results: [], output: meter.text, error: message, lacks };
  }
  const pending = runJobs(context);
  context.callFunction(harness.publish, context.undefined);
  const results: SandboxCallResult[] = [];
  for (const call of program.calls) {
    const result = runCall(context, harness, call, (length) => {
      try {
        meter.count(length);
      } catch {
        fault.isFlooding = true;
      }
    });
    const reason = stopped();
    if (reason !== undefined) return reason;
    results.push(result);
  }
  const lacks = readLacks(context, harness);
  return stopped() ?? { kind: 'ran', results, output: meter.text, error: pending, lacks };
}

function readLacks(context: QuickJSContext, harness: Harness): readonly string[] {
  const listed = context.callFunction(harness.lacks, context.undefined);
  const text = listed.error === undefined ? context.getString(listed.value) : '';
  return text === '' ? [] : text.split('\n');
}

/** A script cannot import, and there is nothing of Node.js to import. */
function findNodeImports(code: string): readonly string[] {
  const imports = code.matchAll(
    /^[ \t]{0,20}import\b[^'"\n]{0,300}['"](?:node:)?([a-z_]{2,20})(?:\/promises)?['"]/gm,
  );
  return [...imports].flatMap(([, name = '']) =>
    nodeModules.includes(name) ? [`the module ${name}`] : [],
  );
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
    pause: context.getProp(functions, 'pause'),
    lacks: context.getProp(functions, 'lacks'),
  };
}

/** @param countOutput is given the length of what the call returns */
function runCall(
  context: QuickJSContext,
  harness: Harness,
  call: SandboxCall,
  countOutput: (length: number) => void,
): SandboxCallResult {
  const returned =
    'expression' in call
      ? context.evalCode(call.expression, caseFile)
      : callFunction(context, harness, call);
  if (returned === undefined) {
    return failed(`${'function' in call ? call.function : ''} is not a function`);
  }
  if (returned.error !== undefined) return readError(context, returned.error);
  runJobs(context);
  const settled = context.getPromiseState(returned.value);
  if (settled.type === 'pending') return failed('the promise never settles');
  if (settled.type === 'rejected') return readError(context, settled.error);
  const encoded = context.callFunction(harness.encode, context.undefined, settled.value);
  if (encoded.error !== undefined) return failed(describeError(context, encoded.error));
  if (context.typeof(encoded.value) !== 'string') return { kind: 'returned', value: null };
  countOutput(context.getNumber(context.getProp(encoded.value, 'length')));
  const value = parseResultJson(context.getString(encoded.value));
  return value === undefined
    ? failed('what is returned cannot be written as JSON, or is nested too deeply')
    : { kind: 'returned', value };
}

function failed(message: string): SandboxCallResult {
  return { kind: 'failed', message };
}

/** What was thrown: by the program, or because the case calls what the program does not have. */
function readError(context: QuickJSContext, error: QuickJSHandle): SandboxCallResult {
  const message = describeError(context, error);
  if (!calledMissing.test(message)) return { kind: 'threw', message };
  const stack = context.getProp(error, 'stack');
  const [thrownAt = ''] =
    context.typeof(stack) === 'string' ? context.getString(stack).split('\n', 1) : [];
  return thrownAt.includes(caseFile) ? failed(message) : { kind: 'threw', message };
}

/** @returns undefined where the program has no such function */
function callFunction(
  context: QuickJSContext,
  harness: Harness,
  call: Extract<SandboxCall, { function: string }>,
): ReturnType<QuickJSContext['callFunction']> | undefined {
  const pause = (isPaused: QuickJSHandle): unknown =>
    context.callFunction(harness.pause, context.undefined, isPaused);
  pause(context.true);
  const named = context.evalCode(
    `typeof ${call.function} === 'undefined' ? undefined : ${call.function}`,
    caseFile,
  );
  pause(context.false);
  const name = context.newString(call.function);
  const value = named.error === undefined ? named.value : context.undefined;
  const found = context.callFunction(harness.find, context.undefined, name, value);
  if (found.error !== undefined) return found;
  if (context.typeof(found.value) !== 'function') return undefined;
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
