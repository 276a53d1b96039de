import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { PoolModel } from '../../src/measure/models/model.js';
import type { LedgerEntry } from '../../src/measure/ledger/ledger-entry.js';
import { readLedger } from '../../src/measure/ledger/ledger.js';
import { runSweep, type SweepSettings } from '../../src/measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../src/measure/sweep/sweep-summary.js';
import { hastyClock } from './hasty-clock.js';
import { buildPoolModel } from './pool-model.js';
import { startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.js';
import { buildExample, buildTaskSet } from './task-set.js';

/** A folder for runs and servers to call, new for each test. */
export interface SweepBench {
  readonly runDirectory: () => string;
  serve(reply: Reply): Promise<ScriptedServer>;
  /** Models behind a server, ordinary but for what is given. */
  buildModels(
    server: ScriptedServer,
    ids: readonly string[],
    changes?: Partial<PoolModel>,
  ): PoolModel[];
  sweep(
    models: readonly PoolModel[],
    changes?: Partial<SweepSettings> & { readonly taskCount?: number },
  ): Promise<SweepSummary>;
  readEntries(): Promise<readonly LedgerEntry[]>;
}

/** Sets a bench up before each test of a file, and away after it. */
export function setUpSweepBench(): SweepBench {
  const servers: ScriptedServer[] = [];
  let directory = '';

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sweep-'));
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await rm(directory, { recursive: true });
  });

  const runDirectory = (): string => path.join(directory, 'run');
  return {
    runDirectory,
    async serve(reply) {
      const server = await startScriptedServer(reply);
      servers.push(server);
      return server;
    },
    buildModels: ({ baseUrl }, ids, changes = {}) =>
      ids.map((id) => buildPoolModel({ id, model: `${id}-1`, baseUrl, ...changes })),
    sweep(models, { taskCount = 6, ...changes } = {}) {
      const examples = Array.from({ length: taskCount }, (_, index) => buildExample(String(index)));
      return runSweep({
        taskSet: buildTaskSet(examples),
        pool: { file: 'models-in-memory.yaml', models },
        runDirectory: runDirectory(),
        environment: {},
        clock: hastyClock,
        concurrency: 3,
        ...changes,
      });
    },
    readEntries: () => readLedger(path.join(runDirectory(), 'ledger.jsonl')),
  };
}
