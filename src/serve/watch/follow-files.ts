import { stat } from 'node:fs/promises';
import { startTimer } from '../../util/timer.js';

/** Files that are watched. */
export interface FileFollower {
  /** Begins to watch. */
  start(): void;
  /** Calls `onChange` now, as if a file had changed; for a signal such as SIGHUP. */
  reload(): Promise<void>;
  /** Stops watching, and reloads no more. */
  close(): void;
}

/**
 * Prepares to call a function whenever one of some files has changed since now. Polls their times, sizes and inodes,
 * which also works for network drives and replaced symbolic links (as in Kubernetes), where file
 * system events do not. Calls never overlap. Does not keep the process alive.
 *
 * @param onChange must not reject; `isForced` if `reload` was called
 */
export async function followFiles(
  files: readonly string[],
  intervalMs: number,
  onChange: (isForced: boolean) => Promise<void>,
): Promise<FileFollower> {
  let seen = await readStates(files);
  let isClosed = false;
  let timer: ReturnType<typeof startTimer>;
  let turn: Promise<void> = Promise.resolve();

  async function look(isForced: boolean): Promise<void> {
    const states = await readStates(files);
    if (isClosed || (!isForced && states === seen)) return;
    seen = states;
    await onChange(isForced);
  }

  function queue(isForced: boolean): Promise<void> {
    turn = turn.then(() => look(isForced));
    return turn;
  }

  function schedule(): void {
    if (isClosed) return;
    timer = startTimer(intervalMs, () => void queue(false).then(schedule));
    timer?.unref();
  }

  return {
    start: schedule,
    reload: () => queue(true),
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

async function readStates(files: readonly string[]): Promise<string> {
  const states = await Promise.all(files.map(readState));
  return states.join('\n');
}

/** A text that changes when the file changes; the error code if it cannot be read. */
async function readState(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino, ctimeMs } = await stat(file);
    return [mtimeMs, ctimeMs, size, ino].join(' ');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
