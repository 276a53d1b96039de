import { RoutesmithError } from '../../util/errors.js';
import { acquireFileLock, type FileLock } from '../../util/file-lock.js';

/**
 * Acquires the lock of a ledger. The lock of a process that has ended on this machine is taken over.
 *
 * @throws RoutesmithError `run_locked` if another process holds it
 */
export function acquireLedgerLock(ledgerFile: string, now: Date): Promise<FileLock> {
  const held = {
    what: 'is writing to this run',
    fix: 'Wait until it is finished, or delete the lock file if no sweep is running.',
  };
  return acquireFileLock(ledgerFile, { now, held });
}

/** Acquires the lock of a ledger; undefined if another process holds it. */
export async function tryLedgerLock(ledgerFile: string): Promise<FileLock | undefined> {
  try {
    return await acquireLedgerLock(ledgerFile, new Date());
  } catch (error) {
    if (RoutesmithError.isInstance(error) && error.code === 'run_locked') return undefined;
    throw error;
  }
}
