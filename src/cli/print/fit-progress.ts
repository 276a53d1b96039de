import { Presets, SingleBar } from 'cli-progress';

/** Shows how far a computation is. */
export interface FitProgress {
  report(done: number, total: number): void;
  close(): void;
}

const lineIntervalMs = 5_000;

/**
 * Creates a progress display with the time that is left: a bar on a terminal, else a line every
 * five seconds. The computation holds the thread, so that it is drawn when there is news only.
 *
 * @param now milliseconds that only go forward
 */
export function createFitProgress(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
  now: () => number,
): FitProgress {
  const startedMs = now();
  const describe = (done: number, total: number): string => {
    const remainingMs = done === 0 ? Number.NaN : ((now() - startedMs) / done) * (total - done);
    const left =
      done === total || Number.isNaN(remainingMs)
        ? ''
        : `, about ${Math.ceil(remainingMs / 1000)} s left`;
    return `fit ${done}/${total}${left}`;
  };
  return stream.isTTY === true ? createBar(stream, describe) : createLines(stream, now, describe);
}

type Describe = (done: number, total: number) => string;

function createLines(
  stream: NodeJS.WritableStream,
  now: () => number,
  describe: Describe,
): FitProgress {
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

function createBar(stream: NodeJS.WritableStream, describe: Describe): FitProgress {
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
