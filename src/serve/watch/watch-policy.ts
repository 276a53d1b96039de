import { readFile } from 'node:fs/promises';
import type { Decide } from '../../policy/decide/decide.js';
import {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
} from '../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../util/errors.js';
import { replaceFile } from '../../util/replace-file.js';
import { tell } from '../../util/tell.js';
import { resolveNumbers } from '../router/resolve-numbers.js';
import { followFiles } from './follow-files.js';

/** An event of a watcher. */
export type WatchEvent =
  | { readonly kind: 'swapped'; readonly policy: LoadedPolicy; readonly previousDigest: string }
  /** The new file was rejected and the last good policy stays in use. Emitted once per file state. */
  | { readonly kind: 'refused'; readonly error: RoutesmithError; readonly digest: string };

/** How often a policy file is checked, and which policies may be used. */
export interface WatchOptions extends LoadOptions {
  /** How often the file is checked, in milliseconds. @default 2000 */
  readonly intervalMs?: number;
  /** Whether a valid policy may be used, for example by its verdict. @default accepts all */
  readonly accept?: (policy: LoadedPolicy) => boolean;
  /**
   * Refuses policies that are older, by the serial number of their signature, than one that was in use.
   * Needs `publicKeys`. @default false
   */
  readonly noRollback?: boolean;
  /**
   * A file that keeps the greatest serial number so far, so that `noRollback` also holds after a
   * restart. It is created if it does not exist. Implies `noRollback`.
   */
  readonly floorFile?: string;
  /** Called for each event. Errors that it throws are rethrown outside of the watcher. */
  readonly onEvent?: (event: WatchEvent) => void;
}

/** A policy that follows its file. */
export interface PolicyWatcher {
  /** The last good policy. It may change, so read it once per request. */
  readonly current: LoadedPolicy;
  /** Decides with the last good policy. */
  readonly decide: Decide;
  /** Reloads the file now, even if it seems unchanged; for a signal such as SIGHUP. */
  reload(): Promise<void>;
  /** Stops watching. The policy can still be used. */
  close(): void;
}

/**
 * Loads a policy and watches its file. A new file is fully validated and then replaces the policy
 * between two decisions. A file that is damaged, incomplete, not signed as required or not accepted
 * is reported, and the last good policy stays in use.
 *
 * Polls the file's times, size and inode, which also works for network drives and replaced symbolic
 * links (as in Kubernetes), where file system events do not. Does not keep the process alive.
 *
 * @throws RoutesmithError `invalid_input` or `invalid_policy` if the first policy cannot be loaded,
 * `usage` for an option that cannot be read
 */
export async function watchPolicy(
  file: string,
  options: WatchOptions = {},
): Promise<PolicyWatcher> {
  const { intervalMs: asked, accept, onEvent, noRollback, floorFile, ...loadOptions } = options;
  const given = asked === undefined ? {} : { intervalMs: asked };
  const { intervalMs } = resolveNumbers('options', { intervalMs: 2000 }, given);
  const holdsFloor = noRollback === true || floorFile !== undefined;
  if (holdsFloor && loadOptions.publicKeys === undefined) {
    throw new RoutesmithError('usage', 'noRollback and floorFile need publicKeys', {
      fix: 'Without a signature, anyone can write any serial number.',
    });
  }
  let floor = loadOptions.minSerial ?? 0;
  if (floorFile !== undefined) floor = Math.max(floor, await readFloor(floorFile));

  const emit = (event: WatchEvent): void => tell(onEvent, event);

  async function load(): Promise<LoadedPolicy> {
    const loaded = await loadPolicy(await readBytes(file), { ...loadOptions, minSerial: floor });
    if (accept !== undefined && !accept(loaded)) {
      throw new RoutesmithError('invalid_policy', 'the policy was not accepted', { where: file });
    }
    if (holdsFloor && loaded.serial > floor) {
      // Stored before it is used: after a crash, nothing older can come back.
      if (floorFile !== undefined) await replaceFile(floorFile, `${loaded.serial}\n`);
      floor = loaded.serial;
    }
    return loaded;
  }

  async function look(isForced: boolean): Promise<void> {
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

  const follower = await followFiles([file], intervalMs, look);
  let current = await load();
  follower.start();
  return {
    get current() {
      return current;
    },
    decide: (prompt, decideOptions) => current.decide(prompt, decideOptions),
    reload: () => follower.reload(),
    close: () => follower.close(),
  };
}

/** The greatest serial number so far; 0 if there is no file yet. */
async function readFloor(file: string): Promise<number> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw wrap(error, file);
  }
  if (/^\d{1,15}\s*$/.test(text)) return Number(text);
  throw new RoutesmithError('invalid_input', 'this is not a serial number', {
    where: file,
    fix: 'Write the serial number of the policy in use into it.',
  });
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
