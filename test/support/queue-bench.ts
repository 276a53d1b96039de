import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, type TestContext } from 'vitest';
import type { PoolModel } from '../../src/measure/models/model.js';
import type { LedgerEntry } from '../../src/measure/ledger/ledger-entry.js';
import { readLedger } from '../../src/measure/ledger/ledger.js';
import {
  coordinateSweep,
  type QueueSweepSettings,
  type QueueSweepSummary,
} from '../../src/measure/queue/coordinate-sweep.js';
import { openDatabase, type Database } from '../../src/measure/queue/database.js';
import { loadQueuePackages } from '../../src/measure/queue/load-queue-packages.js';
import { openQueue, type OpenQueue } from '../../src/measure/queue/open-queue.js';
import { parseQueueAddress, type QueueAddress } from '../../src/measure/queue/queue-address.js';
import {
  serveQueue,
  type WorkerSettings,
  type WorkerSummary,
} from '../../src/measure/queue/serve-queue.js';
import { sharePostgres, type TestPostgres } from './postgres.js';
import { buildExample, buildTaskSet } from './task-set.js';
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.js';

/** A real Postgres, coordinators and workers for the tests of one file. */
export interface QueueBench {
  readonly folder: TemporaryFolder;
  /** The address of a new schema. Skips the test where there is no Postgres. */
  newQueue(context: TestContext): QueueAddress;
  coordinate(
    address: QueueAddress,
    name: string,
    models: readonly PoolModel[],
    changes?: Partial<QueueSweepSettings> & { readonly taskCount?: number },
  ): Promise<QueueSweepSummary>;
  /** Runs a worker until no run has cells left. */
  work(address: QueueAddress, changes?: Partial<WorkerSettings>): Promise<WorkerSummary>;
  /** Opens a queue as the product does, which takes long; `database` is enough to look at its tables. */
  open(address: QueueAddress): Promise<OpenQueue>;
  /** The database of a queue, whose tables are there once something has opened it. Not to be closed. */
  database(address: QueueAddress): Database;
  /** Waits until a queue, which may not be there yet, has so many open runs. @default 1 or more */
  waitForRuns(address: QueueAddress, count?: number): Promise<void>;
  readEntries(name: string): Promise<readonly LedgerEntry[]>;
}

/** Starts Postgres before the tests of a file, where no file before it has. */
export function setUpQueueBench(): QueueBench {
  const folder = createTemporaryFolder();
  let postgres: TestPostgres | undefined;
  let observer: Database | undefined;
  beforeAll(async () => {
    postgres = await sharePostgres();
    if (postgres === undefined) return;
    const address = parseQueueAddress(postgres.url, 'observer');
    observer = openDatabase(await loadQueuePackages(), address, 4);
  });
  afterAll(() => observer?.close());

  const database = (address: QueueAddress): Database => {
    if (observer === undefined) throw new Error('there is no Postgres');
    return { ...observer, address };
  };

  return {
    folder,
    database,
    waitForRuns: (address, count) =>
      waitUntil(async () => {
        const { schema } = address;
        const { query } = database(address);
        const [found] = await query<{ isThere: boolean }>(
          `select to_regclass('${schema}.run') is not null as "isThere"`,
        );
        if (found?.isThere !== true) return false;
        const runs = await query(`select id from ${schema}.run where state = 'open'`);
        return count === undefined ? runs.length > 0 : runs.length === count;
      }),
    newQueue(context) {
      if (postgres === undefined) return context.skip('there is no Postgres');
      return parseQueueAddress(postgres.url, `t_${randomUUID().slice(0, 8)}`);
    },
    coordinate(address, name, models, { taskCount = 6, ...changes } = {}) {
      const examples = Array.from({ length: taskCount }, (_, index) => buildExample(String(index)));
      return coordinateSweep({
        taskSet: buildTaskSet(examples),
        pool: { file: 'models-in-memory.yaml', models },
        runDirectory: folder.file(name),
        address,
        leaseSeconds: 10,
        ...changes,
      });
    },
    work: (address, changes = {}) =>
      serveQueue({
        address,
        concurrency: 4,
        environment: {},
        spoolFolder: folder.file('spool'),
        once: true,
        signal: new AbortController().signal,
        openTools: async () => ({ tools: {}, close: async () => {} }),
        onNotice() {},
        ...changes,
      }),
    open: (address) => openQueue(address, 10),
    readEntries: (name) => readLedger(path.join(folder.file(name), 'ledger.jsonl')),
  };
}

/** Members of a ledger line that differ between two runs of the same calls. */
const timedMembers = ['startedAt', 'queueMs', 'ttftMs', 'firstContentMs', 'latencyMs', 'inFlight'];

/** The lines of a ledger without times, sorted. */
export function readTimelessLines(runDirectory: string): string[] {
  const text = readFileSync(path.join(runDirectory, 'ledger.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      for (const name of timedMembers) entry[name] = 0;
      const attempts = entry['failedAttempts'] as Record<string, unknown>[];
      entry['failedAttempts'] = attempts.map((one) => ({ ...one, startedAt: 0, durationMs: 0 }));
      return JSON.stringify(entry);
    })
    .sort();
}

/** Waits until something is true, asking it again and again. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
