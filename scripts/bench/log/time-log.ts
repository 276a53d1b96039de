/**
 * Takes one part of `bench:log` and a folder, and sends its parent figures by name. The policy has
 * 10 models and 14 tasks, and the size of trained ones.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { median, quantileSorted } from 'simple-statistics';
import { buildBenchPolicy, writeBenchPrompt } from '../routing/policy.js';

export type LogTimes = Readonly<Record<string, number>>;

const built = new URL('../../../dist/log.js', import.meta.url).href;
const { createDecisionLog, loadPolicy, readLog } = (await import(
  built
)) as typeof import('../../../src/log.js');
const replayModule = new URL('../../../dist/review/replay/replay-log.js', import.meta.url).href;
const { replayLog } = (await import(
  replayModule
)) as typeof import('../../../src/review/replay/replay-log.js');

const [part = '', folder = '', records = ''] = process.argv.slice(2);
const policy = await loadPolicy(await buildBenchPolicy(10));
const prompts = Array.from({ length: 50 }, (_, seed) => writeBenchPrompt(1000, seed));
const promptAt = (index: number): string => prompts[index % prompts.length] as string;

const parts: Readonly<Record<string, () => Promise<LogTimes>>> = {
  decide: timeDecisions,
  load: timeLoad,
  write: writeLarge,
  replay: timeReplay,
};
const times = await (parts[part] ?? timeDecisions)();
process.send?.(times);

/** Medians of single decisions, and all time of many, in turns without and with a log. */
async function timeDecisions(): Promise<LogTimes> {
  const figures: Record<string, number> = {};
  for (const level of ['scores', 'features', 'prompts'] as const) {
    const log = await createDecisionLog({ directory: join(folder, `decide-${level}`), level });
    const plain: number[] = [];
    const logged: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < 14; round++) {
      const without = timeEach((index) => policy.decide(promptAt(index)));
      const withLog = timeEach((index) =>
        log.open(policy, { awaitsServed: false }).decide(promptAt(index)),
      );
      const [flushMs] = await timeOnce(() => log.flush());
      if (round < 4) continue;
      plain.push(quantileSorted(without, 0.5));
      logged.push(quantileSorted(withLog, 0.5));
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      ratios.push((sum(withLog) + 1000 * flushMs) / sum(without));
    }
    await log.close();
    figures[`${level}P50Us`] = median(plain);
    figures[`${level}LoggedP50Us`] = median(logged);
    figures[`${level}P50Ratio`] = median(logged.map((value, at) => value / (plain[at] as number)));
    figures[`${level}TimeRatio`] = median(ratios);
  }
  return figures;
}

/** Microseconds of each of many calls, sorted. */
function timeEach(call: (index: number) => unknown, calls = 2000): number[] {
  const spent: number[] = [];
  for (let index = 0; index < calls; index++) {
    const start = process.hrtime.bigint();
    call(index);
    spent.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return spent.sort((a, b) => a - b);
}

async function timeOnce(run: () => Promise<unknown>): Promise<[milliseconds: number]> {
  const start = performance.now();
  await run();
  return [performance.now() - start];
}

/** Reads a log to its end. */
async function readAll(directory: string) {
  const reading = readLog(directory);
  for await (const _ of reading);
  return reading;
}

/** 5,000 requests a second for ten seconds: each decided, and served a moment later. */
async function timeLoad(): Promise<LogTimes> {
  const directory = join(folder, 'load');
  const log = await createDecisionLog({ directory });
  const perSecond = 5000;
  const seconds = 10;
  const started = performance.now();
  const cpu = process.cpuUsage();
  let sent = 0;
  while (sent < perSecond * seconds) {
    const due = Math.min(
      perSecond * seconds,
      Math.floor(((performance.now() - started) * perSecond) / 1000),
    );
    for (; sent < due; sent++) {
      const entry = log.open(policy);
      entry.decide(promptAt(sent));
      setTimeout(() => entry.served({ model: 'model-0', costUsd: 0.001 }), 5);
    }
    await new Promise((done) => setTimeout(done, 1));
  }
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  await new Promise((done) => setTimeout(done, 50));
  await log.close();
  const { decisions, served, sampledOut, overflow } = log.statistics();
  const { totals } = await readAll(directory);
  return {
    requestsPerSecond: (1000 * sent) / elapsedMs,
    requestsPerSecondAndCore: (1e6 * sent) / (user + system),
    leftOut: sampledOut + overflow,
    notInTheFiles: decisions - totals.decisions + served - totals.served,
  };
}

/** Writes the log that is replayed. */
async function writeLarge(): Promise<LogTimes> {
  const directory = join(folder, 'large');
  const log = await createDecisionLog({ directory });
  const [milliseconds] = await timeOnce(async () => {
    for (let index = 0; index < Number(records) / 2; index++) {
      const entry = log.open(policy, { conversation: `conversation ${index % 100_000}` });
      entry.decide(promptAt(index));
      entry.served({ model: 'model-0', costUsd: 0.001, latencyMs: 100 });
      if (index % 2000 === 0) await log.flush();
    }
    await log.close();
  });
  const bytes = readdirSync(directory).reduce(
    (sum, name) => sum + statSync(join(directory, name)).size,
    0,
  );
  const { decisions, served } = log.statistics();
  return {
    records: decisions + served,
    recordsPerSecond: (decisions + served) / (milliseconds / 1000),
    packedBytesPerRecord: bytes / (decisions + served),
  };
}

async function timeReplay(): Promise<LogTimes> {
  const directory = join(folder, 'large');
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);
  const cpu = process.cpuUsage();
  let requests = 0;
  let records = 0;
  const [milliseconds] = await timeOnce(async () => {
    const replay = await replayLog(directory, policy);
    ({ requests } = replay);
    records = replay.log.decisions + replay.log.served;
  });
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  return {
    records,
    requests,
    recordsPerSecondAndCore: records / cpuSeconds,
    recordsPerSecond: records / (milliseconds / 1000),
    requestsPerSecondAndCore: requests / cpuSeconds,
    peakMegabytes: peak / 1e6,
  };
}
