import { serveThread } from '../../../util/serve-thread.js';
import type { SandboxProgram, SandboxResult } from './sandbox.js';

/** Runs a program in the instance that was made for it. */
export type PreparedProgram = () => SandboxResult;

type PrepareProgram = (program: SandboxProgram) => Promise<PreparedProgram>;

/**
 * The main part of a sandbox's thread: loads the interpreter, then runs one program after the other.
 * What fails while an instance is made is no fault of the program; whatever fails while it runs is,
 * for nothing else runs then.
 */
export function servePrograms(load: () => Promise<PrepareProgram>): Promise<void> {
  return serveThread(async () => {
    const prepare = await load();
    return (program: SandboxProgram) => prepare(program).then(runPrepared, describeUnprepared);
  });
}

function describeUnprepared(cause: unknown): SandboxResult {
  const reason = `the sandbox could not be prepared: ${String(cause).slice(0, 200)}`;
  return { kind: 'unavailable', reason };
}

function runPrepared(run: PreparedProgram): SandboxResult {
  try {
    return run();
  } catch (cause) {
    return explain(cause);
  }
}

function explain(cause: unknown): SandboxResult {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof RangeError || cause instanceof WebAssembly.RuntimeError) {
    const isDeep = /call stack/i.test(text);
    const reason = isDeep ? 'nested its calls too deeply' : 'used more memory than it may';
    return { kind: 'stopped', reason: `the program ${reason}` };
  }
  return {
    kind: 'stopped',
    reason: `the program made its interpreter fail: ${text.slice(0, 200)}`,
  };
}
