import { randomUUID } from 'node:crypto';
import { constants, readFileSync, readlinkSync } from 'node:fs';
import { copyFile, link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { RoutesmithError } from './errors.js';
import { isJsonObject } from './json.js';
import { identifyProcess, isProcessGone, type ProcessIdentity } from './process-identity.js';
import { sha256 } from './sha256.js';

/** A lock that this process holds. */
export interface FileLock {
  /**
   * Whether its file names this holder. Another process may have taken it over, as while this one was
   * suspended; and the file may be gone, and come back with its folder. A file that somebody removed is
   * made again, if it was touched so lately that nobody can have taken it over, and nobody was seen to.
   *
   * @throws if the file cannot be read or made
   */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface FileLockSettings {
  readonly now: Date;
  /** What the holder does, such as "is writing to this run", and what to do about it. */
  readonly held: { readonly what: string; readonly fix: string };
  /**
   * The lock is touched while it is held, and one of another machine or container that was not for so
   * long is taken over: nothing else shows that its holder has ended.
   *
   * @default a lock of another machine is never taken over, and containers that share a host name count
   * as one machine
   */
  readonly silentMs?: number;
}

/** The locks of this thread. */
const heldTokens = new Set<string>();

/** Locks that this thread has released while it could not see their files, which may come back. */
const releasedTokens = new Set<string>();

/**
 * Acquires the lock of a file: a file next to it that names the process. The lock of a process that
 * has ended on this machine is taken over.
 *
 * @throws RoutesmithError `run_locked` if another process holds it
 */
export async function acquireFileLock(file: string, settings: FileLockSettings): Promise<FileLock> {
  const lockFile = nameLock(file);
  const token = randomUUID();
  const draft = `${lockFile}.${token}`;
  const by = { ...identifyProcess(), host: hostname(), space: readProcessSpace(), token };
  const text = JSON.stringify({ ...by, startedAt: settings.now.toISOString() });
  // Added before the file exists, so that this process never takes its own lock for a stale one.
  heldTokens.add(token);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    // Linking is atomic: it fails if the lock exists, and otherwise creates it with its content.
    if (!(await tryLink(draft, lockFile))) {
      await removeStaleLock(lockFile, draft, settings);
      if (!(await tryLink(draft, lockFile))) throw createLockedError(lockFile, settings);
    }
  } catch (error) {
    heldTokens.delete(token);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const silentMs = settings.silentMs ?? 0;
  let touchedMs = Date.now();
  let isLost = false;
  async function look(): Promise<boolean> {
    const state = await findState(lockFile, token);
    // Who took it over has added to what it guards, also if that one has ended by now.
    isLost ||= state === 'taken';
    // Nobody can have taken it over unless it was silent: somebody has removed the file.
    if (state === 'missing' && !isLost && Date.now() - touchedMs < silentMs) {
      return createLock(lockFile, text);
    }
    return state === 'held';
  }
  /** Looks that overlap would both make a missing lock. */
  let looking: Promise<boolean> | undefined;
  function isHeld(): Promise<boolean> {
    looking ??= look().finally(() => (looking = undefined));
    return looking;
  }
  async function touch(): Promise<void> {
    if (!(await isHeld())) return;
    const now = new Date();
    await utimes(lockFile, now, now);
    touchedMs = now.getTime();
  }
  const stopTouching = silentMs > 0 ? repeat(touch, silentMs / touchesPerSilence) : undefined;
  return {
    isHeld,
    async release() {
      await stopTouching?.();
      if ((await findState(lockFile, token)) === 'held') await rm(lockFile, { force: true });
      else releasedTokens.add(token);
      heldTokens.delete(token);
    },
  };
}

function nameLock(file: string): string {
  return `${path.resolve(file)}.lock`;
}

/** Often enough that a few lost writes do not look like the end of the process. */
const touchesPerSilence = 6;

/** @returns what stops it, and waits for the end of what is in progress */
function repeat(touch: () => Promise<void>, everyMs: number): () => Promise<void> {
  let touching = Promise.resolve();
  const timer = setInterval(() => {
    // A lock that cannot be read or touched now is tried again.
    touching = touching.then(touch).catch(() => {});
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return touching;
  };
}

/** @returns false if there is a lock by now */
async function createLock(lockFile: string, text: string): Promise<boolean> {
  const draft = `${lockFile}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    return await tryLink(draft, lockFile);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whether the lock is this process's; `unreadable` while a file system without links copies it. */
async function findState(
  lockFile: string,
  token: string,
): Promise<'held' | 'taken' | 'missing' | 'unreadable'> {
  const text = await readIfExists(lockFile);
  if (text === undefined) return 'missing';
  const holder = parseHolder(text);
  if (holder === undefined) return 'unreadable';
  return holder.token === token ? 'held' : 'taken';
}

/** Names the processes that this one can see: containers have spaces of their own. Undefined elsewhere. */
function readProcessSpace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

async function tryLink(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile).catch((error: unknown) => {
      if (!unlinkable.has((error as NodeJS.ErrnoException).code)) throw error;
      return copyFile(draft, lockFile, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Of file systems without links, such as some volumes of containers; a half copy counts as held. */
const unlinkable: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS']);

async function removeStaleLock(
  lockFile: string,
  draft: string,
  settings: FileLockSettings,
): Promise<void> {
  const text = await readIfExists(lockFile);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder === undefined || !(await isStale(lockFile, holder, settings))) {
    throw createLockedError(lockFile, settings, holder);
  }
  // Several processes may find the lock stale. Only the one that claims this content removes it,
  // after a second check: it may already be the new lock of another process.
  const claim = `${lockFile}.${sha256(text).slice(0, 16)}`;
  if (!(await tryLink(draft, claim))) throw createLockedError(lockFile, settings);
  try {
    if ((await readIfExists(lockFile)) !== text) throw createLockedError(lockFile, settings);
    await rm(lockFile);
  } finally {
    await rm(claim, { force: true });
  }
}

interface Holder extends ProcessIdentity {
  readonly host: string;
  readonly token: string;
  readonly space?: string;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { pid, host, token, startTicks, space } = value;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0
      ? {
          pid,
          host: String(host),
          token: String(token),
          ...(typeof startTicks === 'string' && { startTicks }),
          ...(typeof space === 'string' && { space }),
        }
      : undefined;
  } catch {
    return undefined;
  }
}

async function isStale(
  lockFile: string,
  holder: Holder,
  { now, silentMs }: FileLockSettings,
): Promise<boolean> {
  const isOfOtherHost = holder.host !== hostname();
  if (isOfOtherHost && silentMs === undefined) return false;
  const isOfOtherSpace = holder.space !== undefined && holder.space !== readProcessSpace();
  if (silentMs !== undefined && (isOfOtherHost || isOfOtherSpace)) {
    const { mtimeMs } = await stat(lockFile);
    return now.getTime() - mtimeMs > silentMs;
  }
  if (releasedTokens.has(holder.token)) return true;
  // Other threads of this process, and other copies of this module, hold locks, too.
  return !heldTokens.has(holder.token) && isProcessGone(holder);
}

/** Whether a process of another host holds a file's lock: its end cannot be seen from here. */
export function isLockedElsewhere(file: string): boolean {
  try {
    const holder = parseHolder(readFileSync(nameLock(file), 'utf8'));
    return holder !== undefined && holder.host !== hostname();
  } catch {
    // It was released meanwhile.
    return false;
  }
}

async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function createLockedError(
  lockFile: string,
  { held }: FileLockSettings,
  holder: Holder | undefined = undefined,
): RoutesmithError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  const { what, fix } = held;
  return new RoutesmithError('run_locked', `${who} ${what}`, { where: lockFile, fix });
}
