/** What a pool has to know of its threads. */
export interface PooledThread {
  /** False where the thread must not be used again. */
  readonly isUsable: boolean;
  /** Ends the thread. Resolves when it is gone. */
  close(): Promise<void>;
}

/** How to find a thread for some work. */
export interface ThreadChoice<Thread> {
  /** Whether an idle thread will do. */
  fits(thread: Thread): boolean;
  open(): Thread;
}

/** Lends threads, in the order of the requests. */
export interface ThreadPool<Thread> {
  /**
   * Works with a thread: an idle one that fits, else a new one. One that has become unusable is
   * replaced once it is gone, and the others go on.
   *
   * @returns undefined where the pool was closed before there was a thread
   */
  use<Result>(
    choice: ThreadChoice<Thread>,
    work: (thread: Thread) => Promise<Result>,
  ): Promise<Result | undefined>;
  /** Ends the threads that nobody uses. */
  closeIdle(): void;
  /** Ends all threads, and lends none any more. */
  close(): Promise<void>;
}

/** @param size threads that are lent at the same time; minimum 1. Idle ones do not count. */
export function createThreadPool<Thread extends PooledThread>(size: number): ThreadPool<Thread> {
  const idle: Thread[] = [];
  const lent = new Set<Thread>();
  const waiting: ((isOpen: boolean) => void)[] = [];
  let free = size;
  let isClosed = false;

  /** Waits for one of the `size` places; false where the pool is closed. */
  function waitForPlace(): Promise<boolean> {
    if (isClosed) return Promise.resolve(false);
    if (free === 0) {
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    }
    free--;
    return Promise.resolve(true);
  }

  function lend({ fits, open }: ThreadChoice<Thread>): Thread {
    const index = idle.findIndex((thread) => thread.isUsable && fits(thread));
    const [thread = open()] = index === -1 ? [] : idle.splice(index, 1);
    lent.add(thread);
    return thread;
  }

  async function takeBack(thread: Thread): Promise<void> {
    if (thread.isUsable && !isClosed) idle.push(thread);
    else await thread.close();
    lent.delete(thread);
    const next = waiting.shift();
    if (next === undefined) free++;
    else next(true);
  }

  return {
    async use(choice, work) {
      if (!(await waitForPlace()) || isClosed) return undefined;
      const thread = lend(choice);
      try {
        return await work(thread);
      } finally {
        void takeBack(thread);
      }
    },
    closeIdle() {
      for (const thread of idle.splice(0)) void thread.close();
    },
    async close() {
      isClosed = true;
      for (const refuse of waiting.splice(0)) refuse(false);
      await Promise.all([...idle.splice(0), ...lent].map((thread) => thread.close()));
    },
  };
}
