/** A thread that does what it is told, for the tests of threads. */
import { setTimeout } from 'node:timers/promises';
import { loadInThread, serveThread } from '../../src/util/serve-thread.js';

/** What the thread is asked to do. */
export type ThreadOrder =
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'spin' }
  | { readonly kind: 'load_and_echo'; readonly text: string; readonly loadMs: number }
  | { readonly kind: 'exhaust_memory' }
  | { readonly kind: 'exit' };

await serveThread(async () => async (order: ThreadOrder): Promise<string> => {
  switch (order.kind) {
    case 'echo':
      return order.text;
    case 'spin':
      for (;;);
    case 'load_and_echo':
      await loadInThread(() => setTimeout(order.loadMs));
      return order.text;
    case 'exhaust_memory':
      for (const kept: number[][] = []; ;) kept.push(Array.from({ length: 10_000 }, () => 1.5));
    case 'exit':
      return process.exit(0);
  }
});
