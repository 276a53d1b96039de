import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { RoutesmithError } from '../../../util/errors.js';
import { startWorker } from '../../../util/start-worker.js';
import type { RowSplit } from '../row-split.js';
import {
  fitProjection,
  type FittedProjection,
  type ProjectionOptions,
  type ProjectionProblem,
} from './fit-projection.js';

/** Fits projections to rows of one problem, several at a time where there are threads. */
export interface ProjectionFitter {
  /** Number of threads; 0 if it fits in the caller's thread. */
  readonly threads: number;
  /**
   * See `fitProjection`: the result is the same, bit for bit. Requests are started in order.
   *
   * @throws RoutesmithError `internal` where a thread dies, for example out of memory
   */
  fit(request: ProjectionRequest): Promise<FittedProjection>;
  /** Ends the threads; unfinished requests fail with `interrupted`. */
  close(): Promise<void>;
}

export interface ProjectionRequest extends RowSplit {
  readonly options: ProjectionOptions;
}

/** Below this many prompts, starting a thread takes longer than it saves. */
const minPromptsForThreads = 1000;
/** Each thread holds the vectors of all prompts, and a training hardly gains from more. */
const maxThreads = 8;

/** As many threads as the machine has cores, up to eight; none for few prompts. */
export function chooseThreadCount(promptCount: number): number {
  if (promptCount < minPromptsForThreads) return 0;
  const cores = availableParallelism();
  return cores < 2 ? 0 : Math.min(cores, maxThreads);
}

/**
 * Creates a fitter, which the caller must close.
 *
 * @param threads 0 and 1 fit in the caller's thread
 */
export function createProjectionFitter(
  problem: ProjectionProblem,
  threads: number,
): ProjectionFitter {
  return threads < 2 ? createInlineFitter(problem) : new ThreadPool(problem, threads);
}

function createInlineFitter(problem: ProjectionProblem): ProjectionFitter {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 0,
    fit({ options, ...rows }) {
      // The event loop turns between two fits, so that progress is shown and Ctrl-C works.
      const result = last.then(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return fitProjection(problem, rows, options);
      });
      last = result.catch(() => undefined);
      return result;
    },
    close: () => Promise.resolve(),
  };
}

interface Job {
  readonly request: ProjectionRequest;
  readonly resolve: (result: FittedProjection) => void;
  readonly reject: (error: unknown) => void;
}

/** Workers that are started when there is a job for them, and read one shared copy of the problem. */
class ThreadPool implements ProjectionFitter {
  readonly threads: number;
  private readonly problem: ProjectionProblem;
  private readonly waiting: Job[] = [];
  private readonly idle: Worker[] = [];
  /** The job of each living worker; undefined for an idle one. */
  private readonly jobOf = new Map<Worker, Job | undefined>();

  constructor(problem: ProjectionProblem, threads: number) {
    this.threads = threads;
    this.problem = shareArrays(problem);
  }

  fit(request: ProjectionRequest): Promise<FittedProjection> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.assignJobs();
    });
  }

  async close(): Promise<void> {
    const closed = new RoutesmithError('interrupted', 'the training was aborted');
    for (const job of [...this.waiting.splice(0), ...this.jobOf.values()]) job?.reject(closed);
    const workers = [...this.jobOf.keys()];
    this.jobOf.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private assignJobs(): void {
    while (this.waiting.length > 0) {
      const worker = this.idle.pop() ?? this.startThread();
      if (worker === undefined) return;
      const job = this.waiting.shift() as Job;
      this.jobOf.set(worker, job);
      worker.postMessage(job.request);
    }
  }

  /** Undefined where all threads are busy. */
  private startThread(): Worker | undefined {
    if (this.jobOf.size >= this.threads) return undefined;
    const url = new URL('./projection-worker.js', import.meta.url);
    const worker = startWorker(url, { workerData: this.problem });
    worker.on('message', (result: FittedProjection) => {
      this.jobOf.get(worker)?.resolve(result);
      this.jobOf.set(worker, undefined);
      this.idle.push(worker);
      this.assignJobs();
    });
    worker.on('error', (cause) => {
      this.jobOf.get(worker)?.reject(
        new RoutesmithError('internal', 'a training thread died', {
          fix: 'Train with --threads 1, which needs less memory.',
          cause,
        }),
      );
      this.jobOf.delete(worker);
      this.assignJobs();
    });
    return worker;
  }
}

interface TypedArrayConstructor {
  new (buffer: SharedArrayBuffer): ArrayLike<number> & { set(values: unknown): void };
}

/** Copies plain objects and moves their typed arrays into memory that threads share. */
function shareArrays<T>(value: T): T {
  if (ArrayBuffer.isView(value)) {
    const shared = new (value.constructor as TypedArrayConstructor)(
      new SharedArrayBuffer(value.byteLength),
    );
    shared.set(value);
    return shared as T;
  }
  if (Array.isArray(value)) return value.map(shareArrays) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, shareArrays(entry)]),
    ) as T;
  }
  return value;
}
