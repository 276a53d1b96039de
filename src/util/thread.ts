import type { ResourceLimits, Worker } from 'node:worker_threads';
import { startWorker } from './start-worker.js';
import type { ThreadMessage } from './serve-thread.js';

/** What became of a request to a thread. */
export type ThreadResult<Reply> =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** The request was not worked on: the thread could not be started, or not load what it needs. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'timed_out' }
  /** The thread ended while it worked on the request. */
  | { readonly kind: 'ended'; readonly isOutOfMemory: boolean; readonly reason: string };

/** A thread that works on one request at a time. */
export interface Thread<Request, Reply> {
  /** False once the thread has ended or was ended. */
  readonly isUsable: boolean;
  /** False as long as the thread has not loaded what it needs, or could not. */
  readonly hasLoaded: boolean;
  /**
   * Sends a request; a thread that takes too long is ended. Never rejects.
   *
   * @param timeMs for the request alone: what the thread loads does not count
   */
  ask(request: Request, timeMs: number): Promise<ThreadResult<Reply>>;
  /** Ends the thread. Resolves when it is gone. */
  close(): Promise<void>;
}

export interface ThreadSettings {
  /** The thread's module, which calls `serveThread`; as `new URL('./name.js', import.meta.url)`. */
  readonly module: URL;
  /** What the thread is called in reasons: "the interpreter of sql". */
  readonly name: string;
  readonly resourceLimits: ResourceLimits;
}

/** How long a thread may take to load what it needs. */
const loadTimeMs = 60_000;

/**
 * Creates a thread without the process's environment, arguments and streams. It is started by the
 * first request, and keeps the process running only while it works on one.
 */
export function createThread<Request, Reply>(settings: ThreadSettings): Thread<Request, Reply> {
  return new WorkerThread<Request, Reply>(settings);
}

interface Pending<Reply> {
  readonly timeMs: number;
  readonly resolve: (result: ThreadResult<Reply>) => void;
  timer: NodeJS.Timeout | undefined;
}

/** The states: new -> loading <-> ready -> ended. */
class WorkerThread<Request, Reply> implements Thread<Request, Reply> {
  readonly #settings: ThreadSettings;
  #worker: Worker | undefined;
  #state: 'new' | 'loading' | 'ready' | 'ended' = 'new';
  #hasLoaded = false;
  #pending: Pending<Reply> | undefined;

  constructor(settings: ThreadSettings) {
    this.#settings = settings;
  }

  get isUsable(): boolean {
    return this.#state !== 'ended';
  }

  get hasLoaded(): boolean {
    return this.#hasLoaded;
  }

  ask(request: Request, timeMs: number): Promise<ThreadResult<Reply>> {
    return new Promise((resolve) => {
      this.#pending = { timeMs, resolve, timer: undefined };
      try {
        if (this.#state === 'new') this.#start();
        if (this.#state === 'ended') throw new Error('the thread has ended');
        this.#worker?.ref();
        this.#startTimer();
        // Node keeps the message until the thread listens.
        this.#worker?.postMessage(request);
      } catch (cause) {
        this.#end(this.#describeUnavailable((cause as Error).message));
      }
    });
  }

  async close(): Promise<void> {
    this.#end({ kind: 'unavailable', reason: `${this.#settings.name} was closed` });
    await this.#worker?.terminate();
  }

  #start(): void {
    this.#state = 'loading';
    const worker = startWorker(this.#settings.module, {
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      // Kept from ours, and never read: that would keep the process from ending.
      stdout: true,
      stderr: true,
      resourceLimits: this.#settings.resourceLimits,
    });
    this.#worker = worker;
    worker.unref();
    worker.on('message', (message: ThreadMessage<Reply>) => this.#accept(message));
    worker.on('error', (error) => this.#fail(error));
    worker.on('messageerror', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the thread ended itself')));
  }

  #accept(message: ThreadMessage<Reply>): void {
    if (this.#state === 'ended') return;
    switch (message.kind) {
      case 'loading':
        this.#state = 'loading';
        return this.#startTimer();
      case 'loaded':
        this.#state = 'ready';
        this.#hasLoaded = true;
        return this.#startTimer();
      case 'reply':
        return this.#settle({ kind: 'reply', reply: message.reply });
      case 'unavailable':
        return this.#end({ kind: 'unavailable', reason: message.reason });
    }
  }

  #startTimer(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    const timeMs = this.#state === 'ready' ? pending.timeMs : loadTimeMs;
    // Where our own thread was late, the reply may be here already: it is read before the check phase.
    pending.timer = setTimeout(() => setImmediate(() => this.#giveUp(pending)), timeMs);
  }

  #giveUp(pending: Pending<Reply>): void {
    if (this.#pending !== pending) return;
    const isLoading = this.#state !== 'ready';
    const late = this.#describeUnavailable(`it took longer than ${loadTimeMs} ms`);
    this.#end(isLoading ? late : { kind: 'timed_out' });
  }

  #fail({ message: reason, code }: NodeJS.ErrnoException): void {
    const isOutOfMemory = code === 'ERR_WORKER_OUT_OF_MEMORY';
    const ended = { kind: 'ended', isOutOfMemory, reason } as const;
    this.#end(this.#state === 'ready' ? ended : this.#describeUnavailable(reason));
  }

  #describeUnavailable(why: string): ThreadResult<Reply> {
    const reason = `${this.#settings.name} could not be loaded: ${why}`;
    return { kind: 'unavailable', reason };
  }

  #end(result: ThreadResult<Reply>): void {
    this.#state = 'ended';
    void this.#worker?.terminate();
    this.#settle(result);
  }

  #settle(result: ThreadResult<Reply>): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    clearTimeout(pending.timer);
    this.#worker?.unref();
    pending.resolve(result);
  }
}
