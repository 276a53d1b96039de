import { availableParallelism } from 'node:os';
import { createThread, type Thread, type ThreadResult } from '../../../util/thread.js';
import { createThreadPool } from '../../../util/thread-pool.js';
import type { ExtractedCode, Grade, GraderPool } from '../grade.js';
import type { GradingReply, GradingRequest } from './grading-request.js';

/** How many answers are graded at once, and for how long each. */
export interface GraderPoolSettings {
  /** Answers graded at the same time; minimum 1. @default one less than the cores, 1 to 4 */
  readonly threads?: number;
  /** For the whole grade of an answer. @default 2000 */
  readonly timeLimitMs?: number;
}

const defaultTimeLimitMs = 2000;
const heapMegabytes = 512;
/** Threads that had nothing to do for so long are ended; new ones start when they are needed. */
const idleMs = 10_000;

const choice = {
  fits: () => true,
  open: () =>
    createThread<GradingRequest, GradingReply>({
      module: new URL('./grader-worker.js', import.meta.url),
      name: "the graders' thread",
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, stackSizeMb: 4 },
    }),
};

/**
 * Creates a pool of threads for graders. They are started when they are first needed, keep the
 * process running only while they grade, and end when they are idle. A grade does not depend on the
 * number of threads.
 *
 * - An answer that takes longer than the time limit, or more memory than a thread has, is ungraded.
 *   Its thread is ended and replaced.
 * - Where no thread can be started, answers are ungraded and `retryable`.
 */
export function createGraderPool(settings: GraderPoolSettings = {}): GraderPool {
  const { timeLimitMs = defaultTimeLimitMs } = settings;
  const defaultThreads = Math.min(4, Math.max(1, availableParallelism() - 1));
  const pool = createThreadPool<Thread<GradingRequest, GradingReply>>(
    settings.threads ?? defaultThreads,
  );
  let idleTimer: NodeJS.Timeout | undefined;

  function endIdleThreadsLater(): void {
    if (idleTimer !== undefined) idleTimer.refresh();
    else idleTimer = setTimeout(() => pool.closeIdle(), idleMs).unref();
  }

  async function ask(request: GradingRequest): Promise<GradingReply> {
    const result = await pool.use(choice, (thread) => thread.ask(request, timeLimitMs));
    endIdleThreadsLater();
    return result?.kind === 'reply' ? result.reply : explain(result, timeLimitMs);
  }

  return {
    async grade(grader, { answer, reference, options, isCutOff = false }) {
      const task = JSON.stringify({ options, ...(reference !== undefined && { reference }) });
      return (await ask({ kind: 'grade', grader, task, answer, isCutOff })) as Grade;
    },
    async extractCode(answer, language, functionName) {
      const request = { kind: 'extract_code', answer, language, functionName } as const;
      return (await ask(request)) as ExtractedCode;
    },
    async close() {
      clearTimeout(idleTimer);
      await pool.close();
    },
  };
}

type Unread = Exclude<ThreadResult<GradingReply>, { kind: 'reply' }>;

function explain(
  result: Unread | undefined,
  timeLimitMs: number,
): Extract<Grade, { kind: 'ungraded' }> {
  switch (result?.kind) {
    case undefined:
      return { kind: 'ungraded', reason: 'the graders were closed', retryable: true };
    case 'unavailable':
      return { kind: 'ungraded', reason: result.reason, retryable: true };
    case 'timed_out':
      return { kind: 'ungraded', reason: `grading took longer than ${timeLimitMs} ms` };
    case 'ended':
      if (result.isOutOfMemory) {
        return { kind: 'ungraded', reason: `grading took more than ${heapMegabytes} MB of memory` };
      }
      return { kind: 'ungraded', reason: `the grader failed: ${result.reason}`, retryable: true };
  }
}
