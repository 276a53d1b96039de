import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { runWorkers } from '../../../src/util/run-workers.js';

/** What a server did under load. */
export interface Load {
  readonly requestsPerCpuSecond: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  /** Resident memory at its highest. */
  readonly peakMb: number;
}

/** Something that answers chat completions. */
export interface Target {
  readonly origin: string;
  readonly path: string;
  readonly pid: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests, `concurrency` at a time, and checks each answer. */
export async function measureLoad(
  target: Target,
  body: string,
  expected: string,
  { count, concurrency }: { readonly count: number; readonly concurrency: number },
): Promise<Load> {
  const pool = new Pool(target.origin, { connections: concurrency });
  const times: number[] = [];
  const headers = { 'content-type': 'application/json', ...target.headers };
  const { path } = target;
  const send = async (): Promise<void> => {
    const startedMs = performance.now();
    const response = await pool.request({ path, method: 'POST', headers, body });
    const text = await response.body.text();
    times.push(performance.now() - startedMs);
    if (response.statusCode !== 200 || !text.includes(expected)) {
      throw new Error(`${target.origin} answered ${response.statusCode}: ${text.slice(0, 300)}`);
    }
  };
  const cpuBefore = readCpuSeconds(target.pid);
  const startedMs = performance.now();
  const jobs = Array.from({ length: count }, (_, index) => index);
  await runWorkers(jobs, concurrency, send);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuSeconds = readCpuSeconds(target.pid) - cpuBefore;
  await pool.close();
  times.sort((one, other) => one - other);
  return {
    requestsPerCpuSecond: count / cpuSeconds,
    requestsPerSecond: count / seconds,
    p50Ms: times[Math.floor(times.length / 2)] as number,
    peakMb: readPeakMb(target.pid),
  };
}

/** The time that a process has spent on processors, from Linux's proc file system. */
function readCpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // In ticks of 10 ms: user and system time are fields 14 and 15.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function readPeakMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? Number.NaN) / 1024;
}
