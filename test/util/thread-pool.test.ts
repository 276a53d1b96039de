import { describe, expect, it } from 'vitest';
import { createThreadPool, type PooledThread } from '../../src/util/thread-pool.js';

interface NumberedThread extends PooledThread {
  readonly number: number;
  readonly kind: string;
  isUsable: boolean;
  isGone: boolean;
}

function createNumbered() {
  const threads: NumberedThread[] = [];
  const choose = (kind: string) => ({
    fits: (thread: NumberedThread) => thread.kind === kind,
    open: () => {
      const thread: NumberedThread = {
        number: threads.length,
        kind,
        isUsable: true,
        isGone: false,
        async close() {
          this.isUsable = false;
          this.isGone = true;
        },
      };
      threads.push(thread);
      return thread;
    },
  });
  return { threads, choose };
}

/** Work that goes on until it is told to end. */
function createWork() {
  const ends: (() => void)[] = [];
  const work = (thread: NumberedThread): Promise<number> =>
    new Promise((resolve) => {
      ends.push(() => resolve(thread.number));
    });
  return { ends, work };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('a pool of threads', () => {
  it('lends no more than its size, in the order of the requests', async () => {
    const { threads, choose } = createNumbered();
    const pool = createThreadPool<NumberedThread>(2);
    const { ends, work } = createWork();
    const all = [0, 1, 2, 3].map(() => pool.use(choose('a'), work));
    await turn();
    expect([threads.length, ends.length]).toEqual([2, 2]);
    ends[1]?.();
    await turn();
    expect([threads.length, ends.length]).toEqual([2, 3]);
    ends[0]?.();
    await turn();
    ends.slice(2).forEach((end) => end());
    expect(await Promise.all(all)).toEqual([0, 1, 1, 0]);
  });

  it('uses a thread again where it fits and is usable', async () => {
    const { threads, choose } = createNumbered();
    const pool = createThreadPool<NumberedThread>(1);
    const use = (kind: string) => pool.use(choose(kind), async ({ number }) => number);
    expect([await use('a'), await use('a'), await use('b'), await use('a')]).toEqual([0, 0, 1, 0]);
    await pool.use(choose('a'), async (thread) => {
      thread.isUsable = false;
    });
    await turn();
    expect(threads[0]?.isGone).toBe(true);
    expect(await use('a')).toBe(2);
  });

  it('gives the thread back where the work fails', async () => {
    const { choose } = createNumbered();
    const pool = createThreadPool<NumberedThread>(1);
    const failing = pool.use(choose('a'), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await pool.use(choose('a'), async ({ number }) => number)).toBe(0);
  });

  it('ends idle threads on request, and opens new ones', async () => {
    const { threads, choose } = createNumbered();
    const pool = createThreadPool<NumberedThread>(1);
    await pool.use(choose('a'), async () => {});
    await turn();
    pool.closeIdle();
    expect(threads[0]?.isGone).toBe(true);
    expect(await pool.use(choose('a'), async ({ number }) => number)).toBe(1);
  });

  it('lends nothing once it is closed', async () => {
    const { threads, choose } = createNumbered();
    const pool = createThreadPool<NumberedThread>(1);
    const { ends, work } = createWork();
    const first = pool.use(choose('a'), work);
    const second = pool.use(choose('a'), work);
    await turn();
    await pool.close();
    expect(await second).toBeUndefined();
    expect(await pool.use(choose('a'), work)).toBeUndefined();
    expect(threads.map(({ isGone }) => isGone)).toEqual([true]);
    ends[0]?.();
    expect(await first).toBe(0);
  });
});
