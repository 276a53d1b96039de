import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { RoutesmithError } from '../../../util/errors.js';
import { startWorker } from '../../../util/start-worker.js';
import {
  fitProjection,
  type FittedProjection,
  type ProjectionOptions,
  type ProjectionProblem,
} from './fit-projection.js';
import { shareArrays } from '../solver/share-arrays.js';

/** Fits projections to rows of one problem, several at a time where there are threads. */
export interface ProjectionFitter {
  /** Threads; 0 where it fits in the caller's own. */
  readonly threads: number;
  /**
   * See `fitProjection`, which it gives the same result as, bit for bit. Requests are taken in
   * their order.
   *
   * @throws RoutesmithError `internal` where a thread dies, of too little memory for example
   */
  fit(request: ProjectionRequest): Promise<FittedProjection>;
  /** Ends the threads; what is not finished is given up. */
  close(): Promise<void>;
}

export interface ProjectionRequest {
  readonly trainingRows: Int32Array;
  readonly scoredRows: Int32Array;
  readonly options: ProjectionOptions;
}

/** Below this many prompts a thread takes longer to start than to be of use. */
const minPromptsForThreads = 1000;
/** Each thread holds vectors of all prompts, and a training is at most this much faster for more. */
const maxThreads = 8;

/** As many threads as the machine has cores, up to eight; none for few prompts. */
export function chooseThreadCount(promptCount: number): number {
  if (promptCount < minPromptsForThreads) return 0;
  const cores = availableParallelism();
  return cores < 2 ? 0 : Math.min(cores, maxThreads);
}

/**
 * Creates a fitter, which must be closed in the end.
 *
 * @param threads 0 and 1 fit in the caller's own thread
 */
export function createProjectionFitter(
  problem: ProjectionProblem,
  threads: number,
): ProjectionFitter {
  return threads < 2 ? createOwnThreadFitter(problem) : createThreadPool(problem, threads);
}

function createOwnThreadFitter(problem: ProjectionProblem): ProjectionFitter {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 0,
    fit({ trainingRows, scoredRows, options }) {
      // One after the other, with a turn of the event loop between them: progress and Ctrl-C work.
      const result = last.then(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return fitProjection(problem, trainingRows, scoredRows, options);
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

function createThreadPool(problem: ProjectionProblem, threads: number): ProjectionFitter {
  const workerData = shareArrays(problem);
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const jobOf = new Map<Worker, Job | undefined>();

  const start = (): Worker => {
    const worker = startWorker(new URL('./projection-worker.js', import.meta.url), { workerData });
    jobOf.set(worker, undefined);
    worker.on('message', (result: FittedProjection) => {
      jobOf.get(worker)?.resolve(result);
      jobOf.set(worker, undefined);
      idle.push(worker);
      assign();
    });
    worker.on('error', (cause) => {
      const job = jobOf.get(worker);
      jobOf.delete(worker);
      job?.reject(
        new RoutesmithError('internal', 'a training thread died', {
          fix: 'Train with --threads 1, which needs less memory.',
          cause,
        }),
      );
      assign();
    });
    return worker;
  };
  const assign = (): void => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (jobOf.size < threads ? start() : undefined);
      if (worker === undefined) return;
      const job = waiting.shift() as Job;
      jobOf.set(worker, job);
      worker.postMessage(job.request);
    }
  };
  return {
    threads,
    fit: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        assign();
      }),
    async close() {
      const closed = new RoutesmithError('interrupted', 'the training was given up');
      for (const job of [...waiting.splice(0), ...jobOf.values()]) job?.reject(closed);
      const workers = [...jobOf.keys()];
      jobOf.clear();
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
