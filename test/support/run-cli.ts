import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface CliResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** What is piped in. @default nothing, an empty input */
  readonly input?: string;
  /** The working directory. @default the repository */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, '../..');

/** The built program. */
export const cliFile = resolve(root, 'dist/cli.js');

/** Starts the built program, to be watched while it runs. */
export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcess {
  if (!existsSync(cliFile)) throw new Error('dist/cli.js is not there: run `npm run build` first');
  return spawn(process.execPath, [cliFile, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Waits for a started program to end. */
export function waitForCli(child: ChildProcess): Promise<CliResult> {
  const collected = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (piece: string) => {
      collected[name] += piece;
    });
  }
  return new Promise((resolveResult, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolveResult({ exitCode, ...collected }));
  });
}

/** Kills a started program when a file has got some more lines, or when the program has ended. */
export async function killAfterLines(
  child: ChildProcess,
  file: string,
  moreLines: number,
): Promise<void> {
  const ended = waitForCli(child);
  const enough = countLines(file) + moreLines;
  while (child.exitCode === null && countLines(file) < enough) await setTimeout(20);
  child.kill('SIGKILL');
  await ended;
}

function countLines(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** Runs the built program to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  // A program that ends without reading its input is no fault of the test.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  return waitForCli(child);
}
