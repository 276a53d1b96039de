import { Readable } from 'node:stream';
import { runCommandLine } from '../../src/cli/run-command-line.js';
import type { CliOptions, CliResult } from './run-cli.js';

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command in this process, which costs a fraction of starting Node: for tests of what a
 * command does and prints. Tests of the process itself (signals, pipes, packaging) use `runCli`.
 *
 * Commands run one after the other, since output streams, environment and working directory
 * belong to the whole process.
 */
export function runCommand(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = last.then(() => runAlone(args, options));
  last = result.catch(() => undefined);
  return result;
}

async function runAlone(
  args: readonly string[],
  { input = '', cwd, environment = {} }: CliOptions,
): Promise<CliResult> {
  const collected = { stdout: '', stderr: '' };
  const restore = [
    capture(process.stdout, (text) => (collected.stdout += text)),
    capture(process.stderr, (text) => (collected.stderr += text)),
    // Help is printed with the console, which the test runner has replaced.
    replace(console, 'log', (text: unknown) => (collected.stdout += `${String(text)}\n`)),
    replaceInput(input),
    ...Object.entries(environment).map(([name, value]) => replace(process.env, name, value)),
  ];
  const before = process.cwd();
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const exitCode = await runCommandLine(args);
    return { exitCode, ...collected };
  } finally {
    process.chdir(before);
    for (const undo of restore) undo();
  }
}

type Undo = () => void;

function replace<Owner extends object, Key extends keyof Owner>(
  owner: Owner,
  key: Key,
  value: Owner[Key],
): Undo {
  const isOwn = Object.hasOwn(owner, key);
  const before = owner[key];
  owner[key] = value;
  return () => {
    if (isOwn) owner[key] = before;
    else delete owner[key];
  };
}

function capture(stream: NodeJS.WriteStream, collect: (text: string) => void): Undo {
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    collect(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    for (const one of rest) if (typeof one === 'function') one();
    return true;
  };
  return replace(stream, 'write', write);
}

/** Puts a text in place of standard input, whose property is a getter. */
function replaceInput(text: string): Undo {
  const before = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  const value = Readable.from(text === '' ? [] : [text]);
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  return () => Object.defineProperty(process, 'stdin', before);
}
