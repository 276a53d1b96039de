import { parentPort } from 'node:worker_threads';
import type { SandboxProgram, SandboxResult } from './sandbox.js';

/** What a thread of the sandbox says: that it is ready, or why not; then one result a program. */
export type SandboxMessage =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'result'; readonly result: SandboxResult };

type RunProgram = (program: SandboxProgram) => Promise<SandboxResult>;

/**
 * The main part of a sandbox's thread: loads the interpreter, then runs one program after the other.
 * An interpreter that runs out of memory or stack is the program's fault; anything else is not.
 */
export async function servePrograms(load: () => Promise<RunProgram>): Promise<void> {
  const send = (message: SandboxMessage): void => parentPort?.postMessage(message);
  let run: RunProgram;
  try {
    run = await load();
  } catch (cause) {
    send({ kind: 'unavailable', reason: String(cause instanceof Error ? cause.message : cause) });
    return;
  }
  parentPort?.on('message', (program: SandboxProgram) => {
    run(program).then(
      (result) => send({ kind: 'result', result }),
      (cause: unknown) => send({ kind: 'result', result: explain(cause) }),
    );
  });
  send({ kind: 'loaded' });
}

function explain(cause: unknown): SandboxResult {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof RangeError || cause instanceof WebAssembly.RuntimeError) {
    const isDeep = /call stack/i.test(text);
    const reason = isDeep ? 'nested its calls too deeply' : 'used more memory than it may';
    return { kind: 'stopped', reason: `the program ${reason}` };
  }
  return { kind: 'unavailable', reason: `the interpreter failed: ${text.slice(0, 200)}` };
}
