import { setMaxListeners } from 'node:events';
import { printNotice } from './print.js';

/** Ctrl-C, SIGTERM or a closed terminal as an abort signal. */
export interface Interrupt {
  /** Aborts at the first Ctrl-C. The second one quits the process at once; a closed terminal never does. */
  readonly signal: AbortSignal;
  /** Restores the default behavior of Ctrl-C. */
  dispose(): void;
}

interface InterruptOptions {
  /** False where SIGHUP means something else. @default true */
  readonly endsOnHangUp?: boolean;
}

/** The message of commands that finish their calls before they end. */
export const finishingCalls = 'Finishing in-flight calls. Press Ctrl-C again to quit now.';

/** The message of a sweep in batches, which ends at once. */
export const leavingBatches =
  'Leaving the batches with their providers. The same command collects them.';

/** What ends the work that listens for Ctrl-C now. */
const listeners = new Set<() => void>();

/** Does what the first Ctrl-C does, where a command listens for it; nothing else. */
export function interruptCommand(): void {
  for (const abort of listeners) abort();
}

/**
 * Listens for Ctrl-C, SIGTERM and SIGHUP, which a terminal sends that is closed.
 *
 * @param message printed at the first one
 */
export function listenForInterrupt(
  message: string,
  { endsOnHangUp = true }: InterruptOptions = {},
): Interrupt {
  const controller = new AbortController();
  // Each call of a judge that waits listens, and Node warns of a leak at the eleventh.
  setMaxListeners(0, controller.signal);
  const abort = (): void => {
    if (controller.signal.aborted) return;
    printNotice(`\n${message}`);
    controller.abort();
  };
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    abort();
  };
  listeners.add(abort);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, interrupt);
  // Both the terminal and the shell may send it: the second one must not quit.
  if (endsOnHangUp) process.on('SIGHUP', abort);
  return {
    signal: controller.signal,
    dispose() {
      listeners.delete(abort);
      for (const name of signals) process.off(name, interrupt);
      process.off('SIGHUP', abort);
    },
  };
}
