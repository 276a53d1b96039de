import type { PgBoss } from 'pg-boss';
import type { Database, Query } from './database.js';
import type { QueuePackages } from './load-queue-packages.js';
import { RunGoneError } from './queue-run.js';

/** A cell as pg-boss delivers it. */
export interface DeliveredCell {
  readonly jobId: string;
  /** The cell's number in the plan. */
  readonly number: number;
  /** Its place in the plan's order. */
  readonly rank: number;
  /** Whether an earlier sweep has recorded what calls of the cell may have cost. @default false */
  readonly hasChargeLine?: boolean;
  /** Grows with every delivery of the job; the cell's fencing token. */
  readonly fence: number;
}

/** The id and the delivery of a job, which fences what is done with it. */
export type JobDelivery = Pick<DeliveredCell, 'jobId' | 'fence'>;

/**
 * The jobs of lanes, which pg-boss keeps: a queue for each lane, a job for each cell. It delivers each
 * job at least once: one whose worker is silent for `leasesUntilLost` is delivered again. All but
 * `createLane`, `add` and `removeLane` throw a `RunGoneError` if the queue was removed.
 */
export interface QueueJobs {
  createLane(queue: string, leaseSeconds: number): Promise<void>;
  /** Adds cells; `rank` orders the delivery, lowest first. */
  add(
    queue: string,
    cells: readonly Pick<DeliveredCell, 'number' | 'rank' | 'hasChargeLine'>[],
    query: Query,
  ): Promise<void>;
  take(queue: string, count: number, query: Query): Promise<DeliveredCell[]>;
  complete(queue: string, deliveries: readonly JobDelivery[], query: Query): Promise<void>;
  /** Hands cells back, to be delivered to another worker at once. */
  release(queue: string, deliveries: readonly JobDelivery[], query: Query): Promise<void>;
  /** Renews leases. */
  touch(queue: string, deliveries: readonly JobDelivery[]): Promise<void>;
  /** Makes cells whose lease has run out deliverable again. */
  recover(queue: string): Promise<void>;
  removeLane(queue: string): Promise<void>;
  close(): Promise<void>;
}

/** The name of a lane's queue. */
export function nameLaneQueue(runId: string, lane: number): string {
  return `${runId}-lane-${lane}`;
}

/**
 * A worker that was silent for so many leases loses its cells and its calls in flight. What it has left
 * in a spool is recorded after one lease of silence, so that nothing of it is called and paid again.
 */
export const leasesUntilLost = 1.5;

/** No run takes this long, and a job is delivered as often as its workers die. */
const longSeconds = 365 * 24 * 3600;
const maxDeliveries = 1_000_000;
/** The largest time that pg-boss gives an active job; leases end earlier. */
const maxActiveSeconds = 24 * 3600 - 1;

/** pg-boss' code for a queue that was removed with its run. */
const noQueueCode = 'PGBOSS_QUEUE_NOT_FOUND';

/** @throws RunGoneError where the queue was removed, and the work's other errors */
async function orGone<Result>(queue: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if ((error as { code?: unknown }).code === noQueueCode) throw new RunGoneError(queue);
    throw error;
  }
}

/** Opens pg-boss on the connections of a database. @throws the database's error */
export async function openQueueJobs(
  { PgBoss }: QueuePackages,
  database: Database,
  leaseCheckSeconds: number,
): Promise<QueueJobs> {
  const boss: PgBoss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: await database.query(text, values) }) },
    schema: `${database.address.schema}_jobs`,
    schedule: false,
    supervise: false,
    monitorIntervalSeconds: leaseCheckSeconds,
  });
  // Errors of its timers; those of calls are thrown to the caller.
  boss.on('error', () => {});
  await boss.start();

  return {
    async createLane(queue, leaseSeconds) {
      if ((await boss.getQueue(queue)) !== null) return;
      await boss.createQueue(queue, {
        heartbeatSeconds: Math.ceil(leasesUntilLost * leaseSeconds),
        expireInSeconds: maxActiveSeconds,
        retentionSeconds: longSeconds,
        retryLimit: maxDeliveries,
        deleteAfterSeconds: 3600,
      });
    },
    async add(queue, cells, query) {
      const jobs = cells.map(({ number, rank, hasChargeLine = false }) => ({
        data: { number, rank, ...(hasChargeLine && { hasChargeLine }) },
        priority: -rank,
      }));
      await boss.insert(queue, jobs, { db: adapt(query), returnId: false });
    },
    async take(queue, count, query) {
      const options = { batchSize: count, db: adapt(query) };
      const jobs = await orGone(
        queue,
        boss.fetch<Pick<DeliveredCell, 'number' | 'rank' | 'hasChargeLine'>>(queue, options),
      );
      return jobs.map(({ id, data, retryCount }) => ({
        jobId: id,
        ...data,
        fence: retryCount,
      }));
    },
    async complete(queue, deliveries, query) {
      if (deliveries.length === 0) return;
      const attempts = deliveries.map(describeAttempt);
      await orGone(queue, boss.complete(queue, attempts, null, { db: adapt(query) }));
    },
    async release(queue, deliveries, query) {
      if (deliveries.length === 0) return;
      const attempts = deliveries.map(describeAttempt);
      await orGone(queue, boss.fail(queue, attempts, null, { db: adapt(query) }));
    },
    async touch(queue, deliveries) {
      if (deliveries.length === 0) return;
      await orGone(queue, boss.touch(queue, deliveries.map(describeAttempt)));
    },
    recover: (queue) => orGone(queue, boss.supervise(queue, { reindex: false })),
    async removeLane(queue) {
      if ((await boss.getQueue(queue)) !== null) await boss.deleteQueue(queue);
    },
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

function describeAttempt({ jobId, fence }: JobDelivery): { id: string; retryCount: number } {
  return { id: jobId, retryCount: fence };
}

/** Lets pg-boss take part in a transaction. */
function adapt(query: Query): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
} {
  return { executeSql: async (text, values) => ({ rows: await query(text, values) }) };
}
