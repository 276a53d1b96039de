import { describeDatabaseError, openDatabase, type Database } from './database.js';
import { loadQueuePackages } from './load-queue-packages.js';
import { migrateQueue, whileLocked } from './migrate-queue.js';
import type { QueueAddress } from './queue-address.js';
import { openQueueJobs, type QueueJobs } from './queue-jobs.js';

/** The database of a queue, with its tables in place. */
export interface OpenQueue {
  readonly database: Database;
  readonly jobs: QueueJobs;
  close(): Promise<void>;
}

/** Connections at the same time, which share a database's limit with all other workers. */
const maxConnections = 8;
/** Of pg-boss, which has its own: within transactions that hold all others, it reads what a queue is. */
const maxJobConnections = 2;
/** Leases are checked several times within their length, but not more often than this. */
const minCheckSeconds = 2;

/**
 * Connects to a queue, and creates or migrates its tables.
 *
 * @param leaseSeconds decides how often leases are checked
 * @param mustExist creates no schema @default false
 * @throws RoutesmithError `missing_package`, `queue_unavailable` or `version_mismatch`
 */
export async function openQueue(
  address: QueueAddress,
  leaseSeconds: number,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): Promise<OpenQueue> {
  const packages = await loadQueuePackages();
  const database = openDatabase(packages, address, maxConnections);
  const ofJobs = openDatabase(packages, address, maxJobConnections);
  try {
    await migrateQueue(database, mustExist);
    const checkSeconds = Math.max(minCheckSeconds, Math.floor(leaseSeconds / 5));
    // pg-boss creates its tables, too, which only one process at a time can do.
    const jobs = await whileLocked(database, () => openQueueJobs(packages, ofJobs, checkSeconds));
    return {
      database,
      jobs,
      async close() {
        await jobs.close();
        await Promise.all([database.close(), ofJobs.close()]);
      },
    };
  } catch (error) {
    await Promise.all([database.close(), ofJobs.close()]);
    throw describeDatabaseError(error, address);
  }
}
