import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a program has taken. */
export interface ProgramUsage {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly exitCode: number | null;
  /** The end of what it said. */
  readonly output: string;
}

export interface RunningProgram {
  readonly pid: number;
  readonly startedMs: number;
  readonly ended: Promise<ProgramUsage>;
}

const reporter = fileURLToPath(new URL('./report-usage.js', import.meta.url));

/** Starts a program of Node, which tells at its end what it took. */
export function startProgram(
  args: readonly string[],
  usageFile: string,
  environment: Readonly<Record<string, string>> = {},
): RunningProgram {
  rmSync(usageFile, { force: true });
  const startedMs = performance.timeOrigin + performance.now();
  const child = spawn(process.execPath, ['--import', reporter, ...args], {
    env: { ...process.env, ...environment, ROUTESMITH_USAGE_FILE: usageFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-4000);
    });
  }
  const ended = once(child, 'close').then(([exitCode]): ProgramUsage => {
    const wallMs = performance.timeOrigin + performance.now() - startedMs;
    const usage = existsSync(usageFile)
      ? (JSON.parse(readFileSync(usageFile, 'utf8')) as { cpuMs: number; peakMb: number })
      : { cpuMs: Number.NaN, peakMb: Number.NaN };
    return { wallMs, ...usage, exitCode: exitCode as number | null, output };
  });
  return { pid: child.pid as number, startedMs, ended };
}

/** The memory that a process holds now, in MB; NaN where it has ended. */
export function readResidentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** The processor time that a process has taken so far, in seconds; NaN where it has ended. */
export function readCpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name in brackets: the 12th and 13th are user and system time, in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** Runs the floor, in a process of its own. */
export async function runFloor(
  url: string,
  calls: number,
  concurrency: number,
  file: string,
): Promise<{ readonly cpuMs: number; readonly peakMb: number }> {
  const module = fileURLToPath(new URL('./floor.ts', import.meta.url));
  const child = fork(module, [url, String(calls), String(concurrency), file]);
  const [usage] = (await once(child, 'message')) as [{ cpuMs: number; peakMb: number }];
  await once(child, 'close');
  return usage;
}

/** What the server has served since it was last asked to forget it. */
export interface Served {
  readonly served: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number;
}

export interface BenchServer {
  /** The base URL of completions that take so long. */
  baseUrl(latencyMs: number): string;
  read(): Promise<Served>;
  /** Reads, and forgets. */
  reset(): Promise<Served>;
  close(): void;
}

/** Starts the server, in a process of its own. */
export async function startBenchServer(): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  let asking: Promise<unknown> = Promise.resolve();
  const ask = (message: string): Promise<Served> => {
    const answer = asking.then(async () => {
      child.send(message);
      const [served] = (await once(child, 'message')) as [Served];
      return served;
    });
    asking = answer;
    return answer;
  };
  return {
    baseUrl: (latencyMs) => `http://127.0.0.1:${port}/${latencyMs}/v1`,
    read: () => ask('read'),
    reset: () => ask('reset'),
    close: () => child.disconnect(),
  };
}
