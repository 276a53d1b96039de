import { parentPort } from 'node:worker_threads';

/** What a thread says: that it loads, that it has, why it cannot; then one reply a request. */
export type ThreadMessage<Reply> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'reply'; readonly reply: Reply };

/** Works on a request. Must not reject. */
export type ThreadService<Request, Reply> = (request: Request) => Promise<Reply>;

/**
 * The main part of a thread's module: loads what it needs, then works on one request after the other.
 *
 * @param load what fails in it makes the thread unavailable, with the error's message
 */
export async function serveThread<Request, Reply>(
  load: () => Promise<ThreadService<Request, Reply>>,
): Promise<void> {
  const send = (message: ThreadMessage<Reply>): void => parentPort?.postMessage(message);
  let serve: ThreadService<Request, Reply>;
  try {
    serve = await load();
  } catch (cause) {
    send({ kind: 'unavailable', reason: String(cause instanceof Error ? cause.message : cause) });
    return;
  }
  send({ kind: 'loaded' });
  parentPort?.on('message', (request: Request) => {
    void serve(request).then((reply) => send({ kind: 'reply', reply }));
  });
}

/** Tells the host that a request has to load something first, which is not counted as its time. */
export async function loadInThread(load: () => Promise<void>): Promise<void> {
  parentPort?.postMessage({ kind: 'loading' } satisfies ThreadMessage<never>);
  try {
    await load();
  } finally {
    parentPort?.postMessage({ kind: 'loaded' } satisfies ThreadMessage<never>);
  }
}
