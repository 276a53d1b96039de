import { readFile, stat } from 'node:fs/promises';
import type { Decide } from '../../policy/decide/decide.js';
import {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
} from '../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../util/errors.js';

/** What a watcher tells. */
export type WatchEvent =
  | { readonly kind: 'swapped'; readonly policy: LoadedPolicy; readonly previousDigest: string }
  /** The new file was not taken; the last good policy goes on. Told once for each state of the file. */
  | { readonly kind: 'refused'; readonly error: RoutesmithError; readonly digest: string };

export interface WatchOptions extends LoadOptions {
  /** How often the file is looked at, in milliseconds. @default 2000 */
  readonly intervalMs?: number;
  /** Whether a good policy may be used, for instance after a look at its verdict. @default all may */
  readonly accept?: (policy: LoadedPolicy) => boolean;
  /** Is told what happens. What it throws is thrown outside of the watcher. */
  readonly onEvent?: (event: WatchEvent) => void;
}

/** A policy that follows its file. */
export interface PolicyWatcher {
  /** The last good policy. Decide on one request with one of them: the next may be another. */
  readonly current: LoadedPolicy;
  /** Decides by the last good policy. */
  readonly decide: Decide;
  /** Looks at the file now, whether or not it seems changed; for a signal such as SIGHUP. */
  reload(): Promise<void>;
  /** Stops watching. The policy can still be used. */
  close(): void;
}

/**
 * Loads a policy and follows its file: a new file is checked as a whole, then takes the place of the
 * old one between two decisions. A file that is damaged, half written, not signed as asked or not
 * accepted is refused and reported, and the last good one goes on.
 *
 * It looks at the file's time, size and number again and again, which also works for network drives
 * and for links that are put in place (as Kubernetes does), where notices of the system do not. It
 * keeps no process alive.
 *
 * @throws RoutesmithError `invalid_input` or `invalid_policy` where the first policy cannot be loaded
 */
export async function watchPolicy(
  file: string,
  options: WatchOptions = {},
): Promise<PolicyWatcher> {
  const { intervalMs = 2000, accept, onEvent, ...loadOptions } = options;
  let seen = '';
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** Looks happen one after the other. */
  let turn: Promise<void> = Promise.resolve();

  function emit(event: WatchEvent): void {
    try {
      onEvent?.(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  async function load(): Promise<LoadedPolicy> {
    const loaded = await loadPolicy(await readBytes(file), loadOptions);
    if (accept === undefined || accept(loaded)) return loaded;
    throw new RoutesmithError('invalid_policy', 'the policy was not accepted', { where: file });
  }

  async function look(isForced: boolean): Promise<void> {
    const state = await readState(file);
    if (!isForced && state === seen) return;
    seen = state;
    try {
      const next = await load();
      if (next.digest === current.digest && next.signature === current.signature && !isForced) {
        return;
      }
      const previousDigest = current.digest;
      current = next;
      emit({ kind: 'swapped', policy: next, previousDigest });
    } catch (error) {
      emit({ kind: 'refused', error: wrap(error, file), digest: current.digest });
    }
  }

  function queue(isForced: boolean): Promise<void> {
    turn = turn.then(() => look(isForced));
    return turn;
  }

  function schedule(): void {
    if (isClosed) return;
    timer = setTimeout(() => void queue(false).then(schedule), intervalMs);
    timer.unref();
  }

  seen = await readState(file);
  let current = await load();
  schedule();
  return {
    get current() {
      return current;
    },
    decide: (prompt, decideOptions) => current.decide(prompt, decideOptions),
    reload: () => queue(true),
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Changes when the file does; a text of its own where there is none. */
async function readState(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino, ctimeMs } = await stat(file);
    return [mtimeMs, ctimeMs, size, ino].join(' ');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw wrap(cause, file);
  }
}

function wrap(error: unknown, file: string): RoutesmithError {
  if (RoutesmithError.isInstance(error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new RoutesmithError('invalid_input', `the policy cannot be read (${code})`, {
    where: file,
    cause: error,
  });
}
