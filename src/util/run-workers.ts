/** Calls, or gradings, at the same time where nothing else is asked for. */
export const defaultConcurrency = 8;

/**
 * Runs `work` on every item in order, at most `workerCount` at a time. After the first error no
 * further item is started; rejects with that error after the running ones have ended.
 */
export async function runWorkers<Item>(
  items: Iterable<Item>,
  workerCount: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  async function pull(): Promise<void> {
    while (failure === undefined) {
      const next = iterator.next();
      if (next.done === true) return;
      try {
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: workerCount }, pull));
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
}
