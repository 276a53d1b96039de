import { printNotice } from './print/print.js';

/** Ctrl-C, as a signal. */
export interface Interrupt {
  /** Aborts at the first Ctrl-C (or SIGTERM); at the second the process ends at once. */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  dispose(): void;
}

/**
 * Listens for Ctrl-C.
 *
 * @param message what to say at the first one
 */
export function listenForInterrupt(message: string): Interrupt {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    printNotice(`\n${message}`);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
