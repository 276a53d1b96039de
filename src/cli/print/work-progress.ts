import { Presets, SingleBar } from 'cli-progress';
import { formatDuration } from '../../util/format-number.js';

/** Shows how far a computation is. */
export interface WorkProgress {
  report(done: number, total: number): void;
  close(): void;
}

export interface WorkProgressSettings {
  /** What is counted, such as `fits`. */
  readonly unit: string;
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

const lineIntervalMs = 5_000;

/** Runs a computation and shows its progress on standard error. */
export async function withProgress<Result>(
  unit: string,
  compute: (onProgress: WorkProgress['report']) => Promise<Result>,
): Promise<Result> {
  const progress = createWorkProgress({
    unit,
    stream: process.stderr,
    now: () => performance.now(),
  });
  try {
    return await compute((done, total) => progress.report(done, total));
  } finally {
    progress.close();
  }
}

/**
 * Creates a progress display with the remaining time: a bar on a terminal, otherwise a line every
 * five seconds. It draws only when progress is reported, because the computation blocks the thread.
 */
export function createWorkProgress({ unit, stream, now }: WorkProgressSettings): WorkProgress {
  const startedMs = now();
  const describe = (done: number, total: number): string => {
    const counts = `${done}/${total} ${unit}`;
    if (done === 0 || done === total) return counts;
    const remainingMs = ((now() - startedMs) / done) * (total - done);
    return `${counts}, about ${describeRemaining(Math.ceil(remainingMs / 1000))} left`;
  };
  return stream.isTTY === true ? createBar(stream, describe) : createLines(stream, now, describe);
}

function describeRemaining(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : formatDuration(1000 * seconds);
}

type Describe = (done: number, total: number) => string;

function createLines(
  stream: NodeJS.WritableStream,
  now: () => number,
  describe: Describe,
): WorkProgress {
  let shownMs = now();
  return {
    report(done, total) {
      if (done === total || now() - shownMs < lineIntervalMs) return;
      shownMs = now();
      stream.write(`${describe(done, total)}\n`);
    },
    close() {},
  };
}

function createBar(stream: NodeJS.WritableStream, describe: Describe): WorkProgress {
  const bar = new SingleBar(
    { stream, format: '{bar} {text}', barsize: 24, hideCursor: false, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(1, 0, { text: 'preparing' });
  return {
    report(done, total) {
      bar.setTotal(total);
      bar.update(done, { text: describe(done, total) });
    },
    close() {
      bar.stop();
    },
  };
}
