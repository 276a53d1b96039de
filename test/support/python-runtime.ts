import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');

/** Where `npm run build` writes the Python file. */
export const pythonFolder = resolve(root, 'dist/python');

/** Whether there is a Python that the file supports; says what is skipped where there is none. */
export function hasPython(): boolean {
  const check = 'import sys; sys.exit(sys.version_info < (3, 9))';
  const isThere = spawnSync('python3', ['-c', check]).status === 0;
  if (!isThere) console.warn('skipped: no python3 of version 3.9 or later');
  return isThere;
}

/** A process of Python that answers one line of JSON with another; see python-driver.py. */
export class PythonRuntime {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(folder = pythonFolder) {
    const driver = resolve(import.meta.dirname, 'python-driver.py');
    // Unbuffered, because each answer is waited for; and UTF-8 whatever the locale is.
    this.#process = spawn('python3', ['-u', '-X', 'utf8', '-B', driver, folder], { stdio: 'pipe' });
    this.#process.stderr!.on('data', (chunk: Buffer) => (this.#errors += chunk.toString('utf8')));
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** What Python answers to each request, in their order. */
  async ask<Answer>(requests: readonly object[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let first = 0; first < requests.length; first += batchSize) {
      const batch = requests.slice(first, first + batchSize);
      this.#process.stdin!.write(batch.map((one) => `${JSON.stringify(one)}\n`).join(''));
      for (const request of batch) {
        const { value, done } = await this.#lines.next();
        if (done === true) {
          const asked = JSON.stringify(request).slice(0, 500);
          throw new Error(`Python ended at ${asked}\n${this.#errors}`);
        }
        answers.push(JSON.parse(value) as Answer);
      }
    }
    return answers;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin!.end();
    await once(this.#process, 'exit');
  }
}

/** Requests that are sent before their answers are read: pipes hold little. */
const batchSize = 16;

/**
 * The first member in which two values differ, as a path; undefined if there is none. Numbers may
 * differ by 1e-6, absolute or of their size.
 */
export function findDifference(first: unknown, second: unknown, path = ''): string | undefined {
  if (typeof first === 'number' && typeof second === 'number') {
    const limit = 1e-6 * Math.max(1, Math.abs(first));
    return Math.abs(first - second) <= limit ? undefined : `${path}: ${first} and ${second}`;
  }
  if (typeof first !== 'object' || typeof second !== 'object' || !first || !second) {
    const [one, other] = [JSON.stringify(first), JSON.stringify(second)];
    return one === other ? undefined : `${path}: ${one} and ${other}`;
  }
  const members = (value: object): Record<string, unknown> => value as Record<string, unknown>;
  for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const found = findDifference(members(first)[key], members(second)[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
