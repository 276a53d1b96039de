import { parentPort } from 'node:worker_threads';
import type { SandboxProgram, SandboxResult } from './sandbox.js';

/** What a thread of the sandbox says: that it is ready, or why not; then one result a program. */
export type SandboxMessage =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'result'; readonly result: SandboxResult };

/** Runs a program in the instance that was made for it. */
export type PreparedProgram = () => SandboxResult;

type PrepareProgram = (program: SandboxProgram) => Promise<PreparedProgram>;

/**
 * The main part of a sandbox's thread: loads the interpreter, then runs one program after the other.
 * What fails while an instance is made is no fault of the program; whatever fails while it runs is,
 * for nothing else runs then.
 */
export async function servePrograms(load: () => Promise<PrepareProgram>): Promise<void> {
  const send = (message: SandboxMessage): void => parentPort?.postMessage(message);
  let prepare: PrepareProgram;
  try {
    prepare = await load();
  } catch (cause) {
    send({ kind: 'unavailable', reason: String(cause instanceof Error ? cause.message : cause) });
    return;
  }
  parentPort?.on('message', (program: SandboxProgram) => {
    prepare(program).then(
      (run) => send({ kind: 'result', result: runPrepared(run) }),
      (cause: unknown) => send({ kind: 'result', result: describeUnprepared(cause) }),
    );
  });
  send({ kind: 'loaded' });
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
