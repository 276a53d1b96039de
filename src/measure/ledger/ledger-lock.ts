import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { sha256 } from '../../util/sha256.js';

/** A lock that this process holds. */
export interface LedgerLock {
  release(): Promise<void>;
}

/** The locks of this process: a container that restarts gets the same process id again. */
const heldTokens = new Set<string>();

/**
 * Takes the lock of a ledger, a file beside it with the process id in it. The lock of a process
 * that has ended on this machine is taken over.
 *
 * @throws RoutesmithError `run_locked` where somebody else holds it
 */
export async function acquireLedgerLock(ledgerFile: string, now: Date): Promise<LedgerLock> {
  const lockFile = `${path.resolve(ledgerFile)}.lock`;
  const token = randomUUID();
  const draft = `${lockFile}.${token}`;
  const content = { pid: process.pid, host: hostname(), token, startedAt: now.toISOString() };
  // Known before it can be seen: otherwise others of this process would take it for an old one.
  heldTokens.add(token);
  try {
    await writeFile(draft, JSON.stringify(content));
    // A link fails where the lock exists, and makes it appear with its content in one step.
    if (!(await tryLink(draft, lockFile))) {
      await removeStaleLock(lockFile, draft);
      if (!(await tryLink(draft, lockFile))) throw createLockedError(lockFile, undefined);
    }
  } catch (error) {
    heldTokens.delete(token);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async release() {
      await rm(lockFile, { force: true });
      heldTokens.delete(token);
    },
  };
}

async function tryLink(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStaleLock(lockFile: string, draft: string): Promise<void> {
  const text = await readIfThere(lockFile);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder === undefined || !isStale(holder)) throw createLockedError(lockFile, holder);
  // Several may have found it stale. Whoever makes the claim on this very content may remove it,
  // and looks again first: by now it may be the new lock of another.
  const claim = `${lockFile}.${sha256(text).slice(0, 16)}`;
  if (!(await tryLink(draft, claim))) throw createLockedError(lockFile, undefined);
  try {
    if ((await readIfThere(lockFile)) !== text) throw createLockedError(lockFile, undefined);
    await rm(lockFile);
  } finally {
    await rm(claim, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { pid, host, token } = value;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0
      ? { pid, host: String(host), token: String(token) }
      : undefined;
  } catch {
    return undefined;
  }
}

function isStale(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.pid === process.pid) return !heldTokens.has(holder.token);
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function createLockedError(lockFile: string, holder: Holder | undefined): RoutesmithError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new RoutesmithError('run_locked', `${who} is writing to this run`, {
    where: lockFile,
    fix: 'Wait until it is done, or delete the lock file if no sweep is running.',
  });
}
