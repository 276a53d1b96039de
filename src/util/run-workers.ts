/**
 * Runs `work` on every item, at most `workerCount` at a time, in the items' order. After the first
 * error no further item is begun; it rejects with that error once what was under way has ended.
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
