import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import {
  identifyProcess,
  isProcessGone,
  type ProcessIdentity,
} from '../../util/process-identity.js';
import { sha256 } from '../../util/sha256.js';

/** A lock that this process holds. */
export interface LedgerLock {
  release(): Promise<void>;
}

/** The locks of this process. A restarted container may get the same process id again. */
const heldTokens = new Set<string>();

/**
 * Acquires the lock of a ledger: a file next to it that names the process. The lock of a process
 * that has ended on this machine is taken over.
 *
 * @throws RoutesmithError `run_locked` if another process holds it
 */
export async function acquireLedgerLock(ledgerFile: string, now: Date): Promise<LedgerLock> {
  const lockFile = `${path.resolve(ledgerFile)}.lock`;
  const token = randomUUID();
  const draft = `${lockFile}.${token}`;
  const by = { ...identifyProcess(), host: hostname(), token };
  const content = { ...by, startedAt: now.toISOString() };
  // Added before the file exists, so that this process never takes its own lock for a stale one.
  heldTokens.add(token);
  try {
    await writeFile(draft, JSON.stringify(content), { flag: 'wx' });
    // Linking is atomic: it fails if the lock exists, and otherwise creates it with its content.
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

/** Acquires the lock of a ledger; undefined if another process holds it. */
export async function tryLedgerLock(ledgerFile: string): Promise<LedgerLock | undefined> {
  try {
    return await acquireLedgerLock(ledgerFile, new Date());
  } catch (error) {
    if (RoutesmithError.isInstance(error) && error.code === 'run_locked') return undefined;
    throw error;
  }
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
  const text = await readIfExists(lockFile);
  if (text === undefined) return;
  const holder = parseHolder(text);
  if (holder === undefined || !isStale(holder)) throw createLockedError(lockFile, holder);
  // Several processes may find the lock stale. Only the one that claims this content removes it,
  // after a second check: it may already be the new lock of another process.
  const claim = `${lockFile}.${sha256(text).slice(0, 16)}`;
  if (!(await tryLink(draft, claim))) throw createLockedError(lockFile, undefined);
  try {
    if ((await readIfExists(lockFile)) !== text) throw createLockedError(lockFile, undefined);
    await rm(lockFile);
  } finally {
    await rm(claim, { force: true });
  }
}

interface Holder extends ProcessIdentity {
  readonly host: string;
  readonly token: string;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { pid, host, token, startTicks } = value;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0
      ? {
          pid,
          host: String(host),
          token: String(token),
          ...(typeof startTicks === 'string' && { startTicks }),
        }
      : undefined;
  } catch {
    return undefined;
  }
}

function isStale(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.pid === process.pid) return !heldTokens.has(holder.token);
  return isProcessGone(holder);
}

/** Whether a process of another host holds a ledger's lock: its end cannot be seen from here. */
export function isLockedElsewhere(ledgerFile: string): boolean {
  try {
    const holder = parseHolder(readFileSync(`${path.resolve(ledgerFile)}.lock`, 'utf8'));
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

function createLockedError(lockFile: string, holder: Holder | undefined): RoutesmithError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new RoutesmithError('run_locked', `${who} is writing to this run`, {
    where: lockFile,
    fix: 'Wait until it is finished, or delete the lock file if no sweep is running.',
  });
}
