import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConnectedTime } from '../../../src/measure/queue/connected-time.js';
import { insertRun } from '../../../src/measure/queue/plan-run.js';
import { leasesUntilLost } from '../../../src/measure/queue/queue-jobs.js';
import { buildQueuePlan } from '../../../src/measure/queue/queue-plan.js';
import { reportWorker } from '../../../src/measure/queue/queue-workers.js';
import { SpoolRecoverer } from '../../../src/measure/queue/recover-spools.js';
import { systemClock, type Clock } from '../../../src/measure/sweep/calls/clock.js';
import { defaultRetryLimits } from '../../../src/measure/sweep/calls/retry.js';
import { planSweep } from '../../../src/measure/sweep/plan-sweep.js';
import { createGate } from '../../support/gate.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { setUpQueueBench, waitUntil } from '../../support/queue-bench.js';
import { say, startScriptedServer } from '../../support/scripted-server.js';
import { buildExample } from '../../support/task-set.js';

const bench = setUpQueueBench();
const leaseSeconds = 10;

/** Five times as fast. */
const fastClock: Clock = {
  now: () => 5 * performance.now(),
  date: () => new Date(5 * performance.timeOrigin + 5 * performance.now()),
  sleep: (delayMs, signal) => systemClock.sleep(delayMs / 5, signal),
};

const costs = { spentUsd: 0, judgeUsd: 0, possibleUsd: 0 };

function planOneCell() {
  const examples = [buildExample('1')];
  return buildQueuePlan(planSweep({ examples, models: [buildPoolModel()], repeats: 1, seed: 0 }), {
    laneMaximum: 1,
    leaseSeconds,
    retryLimits: defaultRetryLimits,
    tools: { allowCode: false, judge: null, ambiguous: null },
  });
}

describe('the spool of a killed worker', () => {
  it('is read also while another worker serves a run with a much longer lease', async (test) => {
    const address = bench.newQueue(test);
    const queue = await bench.open(address);
    const { database } = queue;
    const runId = randomUUID();
    const killed = randomUUID();
    const short = planOneCell();
    const planned = {
      name: 'short',
      planDigest: '',
      coordinator: randomUUID(),
      limitUsd: undefined,
    };
    await insertRun({ database, jobs: queue.jobs, runId, plan: short, ...planned, ...costs });

    const { opened: isRead, open: letGo } = createGate();
    const server = await startScriptedServer(async (response, request) => {
      await isRead;
      await say('7')(response, request);
    });
    const model = buildPoolModel({ baseUrl: server.baseUrl });
    const settings = { taskCount: 1, leaseSeconds: 300 };
    const sweep = bench.coordinate(address, 'long', [model], settings);
    const stop = new AbortController();
    const notices: string[] = [];
    const work = bench.work(address, {
      once: false,
      clock: fastClock,
      signal: stop.signal,
      spoolFolder: bench.folder.file('long-spools'),
      onNotice(notice) {
        notices.push(notice);
        if (notice.startsWith('Answers of a killed worker')) letGo();
      },
    });
    await waitUntil(() => server.requests.length === 1);
    // Its own lease has run out long since.
    const key = { runId, lane: 0, number: 0, jobId: randomUUID(), fence: 0, workerId: killed };
    const answer = { ...key, chargedUsd: 0, line: '{"version":1}\n' };
    const file = bench.folder.write(`long-spools/${killed}.jsonl`, `${JSON.stringify(answer)}\n`);
    const lock = { pid: 1, host: 'another-host', token: 'x', startedAt: '' };
    writeFileSync(`${file}.lock`, JSON.stringify(lock));
    await sweep;
    stop.abort();
    await Promise.all([work, server.close(), queue.close()]);
    expect(notices.join()).toContain('Answers of a killed worker');
  });

  it('is read before its cells go to others, where it is of another host', async (test) => {
    const queue = await bench.open(bench.newQueue(test));
    const { database } = queue;
    const { schema } = database.address;
    const runId = randomUUID();
    const killed = randomUUID();
    const plan = planOneCell();
    const planned = { name: 'run', planDigest: '', coordinator: randomUUID(), limitUsd: undefined };
    await insertRun({ database, jobs: queue.jobs, runId, plan, ...planned, ...costs });
    const worker = { name: 'w', version: '0', concurrency: 1, inFlight: 1, settled: 0, notes: [] };
    await reportWorker(database, { id: killed, runId, ...worker });

    const key = { runId, lane: 0, number: 0, jobId: randomUUID(), fence: 0, workerId: killed };
    const answer = { ...key, chargedUsd: 0, line: '{"version":1}\n' };
    const file = bench.folder.write(`spools/${killed}.jsonl`, `${JSON.stringify(answer)}\n`);
    const lock = { pid: 1, host: 'another-host', token: 'x', startedAt: '' };
    writeFileSync(`${file}.lock`, JSON.stringify(lock));

    let seconds = 0;
    const clock = { now: () => 1000 * seconds, date: () => new Date(1000 * seconds) };
    const notices: string[] = [];
    const recoverer = new SpoolRecoverer({
      ...queue,
      folder: bench.folder.file('spools'),
      workerId: randomUUID(),
      connected: new ConnectedTime(clock),
      onNotice: (notice) => notices.push(notice),
    });
    /** Looks at the spools as a worker does, five times a lease, until it has read one. */
    const recoverUntilRead = async (seenAt: () => number): Promise<number> => {
      while (notices.length === 0 && seconds < 100) {
        seconds += leaseSeconds / 5;
        await database.query(
          `update ${schema}.worker set seen_at = now() - $2 * interval '1 second' where id = $1`,
          [killed, seconds - seenAt()],
        );
        await recoverer.recover();
      }
      return seconds;
    };
    // The worker reports itself for three leases, and is killed then.
    const killedAt = 3 * leaseSeconds;
    const readAt = await recoverUntilRead(() => Math.min(seconds, killedAt));
    expect(readAt).toBeGreaterThanOrEqual(killedAt + leaseSeconds);
    expect(readAt).toBeLessThan(killedAt + leasesUntilLost * leaseSeconds);
    await queue.close();
  });
});
