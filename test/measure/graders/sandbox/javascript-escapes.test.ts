import { describe, expect, it } from 'vitest';
import type { SandboxResult } from '../../../../src/measure/graders/sandbox/sandbox.js';
import { fillIn, useEscapeHost } from '../../../support/escape-host.js';
import { scaleTime } from '../../../support/test-run.js';

const limits = { timeMs: scaleTime(60_000), memoryBytes: 64 * 1024 * 1024, outputBytes: 200_000 };
const escape = useEscapeHost(1);

/** Each defines `attempt`, which returns what it got hold of. FILE, PORT and SECRET are put in. */
const attempts: readonly (readonly [string, string])[] = [
  ['a host file by require', `attempt = () => require('fs').readFileSync('FILE', 'utf8')`],
  ['a host file by node:fs', `attempt = () => require('node:fs').readFileSync('FILE', 'utf8')`],
  [
    'a host file by dynamic import',
    `attempt = async () => (await import('node:fs')).readFileSync('FILE', 'utf8')`,
  ],
  ['a host file by import of its path', `attempt = async () => import('FILE')`],
  ["a host file by QuickJS's std", `attempt = () => std.loadFile('FILE')`],
  [
    "a host file by QuickJS's std module",
    `attempt = async () => (await import('std')).loadFile('FILE')`,
  ],
  ['the environment', `attempt = () => process.env.SECRET`],
  ['the environment by globalThis', `attempt = () => globalThis.process.env.SECRET`],
  ['the environment by std.getenv', `attempt = () => std.getenv('SECRET')`],
  [
    'the environment by constructor.constructor',
    `attempt = () => attempt.constructor.constructor('return process')().env.SECRET`,
  ],
  [
    'the environment by a host function',
    `attempt = () => console.log.constructor('return process')().env.SECRET`,
  ],
  [
    "the environment by require's constructor",
    `attempt = () => require.constructor.constructor('return this')().process.env.SECRET`,
  ],
  [
    'the environment by an array',
    `attempt = () => [].constructor.constructor('return process.env.SECRET')()`,
  ],
  [
    'the environment by an async function',
    `attempt = async () => (async () => {}).constructor('return process.env.SECRET')()`,
  ],
  [
    'the environment by a generator',
    `attempt = () => (function* () {}).constructor('yield process.env.SECRET')().next().value`,
  ],
  ['the environment by indirect eval', `attempt = () => (0, eval)('process.env.SECRET')`],
  [
    'the environment by an error of the host',
    `attempt = () => { try { require(Symbol()) } catch (error) { return error.constructor.constructor('return process')().env.SECRET } }`,
  ],
  [
    'the environment by a caller',
    `attempt = function () { return attempt.caller.constructor('return process')().env.SECRET }`,
  ],
  [
    'the environment by prepareStackTrace',
    `Error.prepareStackTrace = (_, frames) => frames; attempt = () => new Error().stack[0].getThis().process.env.SECRET`,
  ],
  ['the network by fetch', `attempt = async () => (await fetch('http://127.0.0.1:PORT')).text()`],
  [
    'the network by XMLHttpRequest',
    `attempt = () => { const r = new XMLHttpRequest(); r.open('GET', 'http://127.0.0.1:PORT', false); r.send(); return r.responseText }`,
  ],
  ['the network by WebSocket', `attempt = () => new WebSocket('ws://127.0.0.1:PORT')`],
  ['the network by net', `attempt = () => require('net').connect(PORT)`],
  ['a child process', `attempt = () => require('child_process').execSync('cat FILE').toString()`],
  ["a child process by QuickJS's os", `attempt = () => os.exec(['cat', 'FILE'])`],
  ['a worker', `attempt = () => new Worker('FILE')`],
  ['the host by WebAssembly', `attempt = () => new WebAssembly.Memory({ initial: 1 })`],
  ['Deno and Bun', `attempt = () => (globalThis.Deno ?? globalThis.Bun).env.SECRET`],
  ['a file to write', `attempt = () => require('fs').writeFileSync('FILE.out', 'x')`],
  ["a file to write by QuickJS's std", `attempt = () => std.open('FILE.out', 'w').puts('x')`],
  [
    'the exports of the grader',
    `attempt = () => { module.exports = process.env; return module.exports.SECRET }`,
  ],
];

function run(
  code: string,
  expression = 'attempt()',
  timeMs = limits.timeMs,
): Promise<SandboxResult> {
  const calls = [{ expression }];
  return escape.sandbox.run({
    language: 'javascript',
    code,
    calls,
    limits: { ...limits, timeMs },
  });
}

async function expectAlive(): Promise<void> {
  expect(await run('attempt = (a, b) => a + b', 'attempt(1, 2)')).toMatchObject({
    kind: 'ran',
    results: [{ kind: 'returned', value: 3 }],
  });
}

describe('JavaScript in the sandbox does not reach', () => {
  it.each(attempts)('%s', async (_, code) => {
    const result = await run(fillIn(escape.host, `var attempt; ${code}`));
    expect(JSON.stringify(result)).not.toContain(escape.host.secret);
    expect(result).toMatchObject({ kind: 'ran', results: [{ kind: 'threw' }] });
    expect(escape.host.connections()).toBe(0);
    expect(escape.host.files()).toEqual(['secret.txt']);
  });

  it('the next answer by what it leaves behind', async () => {
    await run(`
      Object.prototype.polluted = 'yes';
      Array.prototype.map = () => ['forged'];
      JSON.stringify = () => '"forged"';
      globalThis.left = 'behind';
      var attempt = () => 1;`);
    const result = await run(
      'var attempt = () => [({}).polluted, typeof left, [1].map((x) => x + 1)[0], JSON.stringify(2)]',
    );
    expect(result).toMatchObject({
      results: [{ kind: 'returned', value: [null, 'undefined', 2, '2'] }],
    });
  });

  it('the expected value: it is not there', async () => {
    const result = await run(
      `var attempt = () => Object.getOwnPropertyNames(globalThis).filter((name) => !/^[A-Z]/.test(name))`,
    );
    expect(JSON.stringify(result)).not.toMatch(/expected|returns|cases|harness/);
  });
});

describe('JavaScript in the sandbox is stopped', () => {
  it.each([
    ['in an endless loop', 'for (;;) {}'],
    ['in an endless loop in a finally', 'try { for (;;) {} } finally { for (;;) {} }'],
    ['in an endless loop in a catch', 'for (;;) { try { for (;;) {} } catch {} }'],
    ['in a regular expression that explodes', `/^(a+)+$/.test('a'.repeat(40) + 'b')`],
    ['in a getter of what it throws', `throw { get message() { for (;;) {} } }`],
    ['in a toString of what it prints', `console.log({ toJSON() { for (;;) {} } })`],
    ['in a sort that never ends', `[3, 1, 2].sort(() => { for (;;) {} })`],
  ])('%s', async (_, code) => {
    const result = await run(code, 'attempt()', 150);
    expect(result).toMatchObject({ kind: 'stopped', reason: expect.stringContaining('longer') });
    await expectAlive();
  });

  it.each([
    [
      'a memory bomb of arrays',
      'const a = []; for (;;) a.push(new Array(100000).fill(1))',
      /memory/,
    ],
    ['a memory bomb of text', `let s = 'x'; for (;;) s += s`, /memory|too long/],
    ['a memory bomb of buffers', 'const a = []; for (;;) a.push(new ArrayBuffer(1e7))', /memory/],
    ['deep recursion', 'const f = () => f() + 1; f()', /stack/],
  ])('by %s, which it is told', async (_, code, reason) => {
    const result = await run(code);
    expect(result).toMatchObject({ kind: 'ran', error: expect.stringMatching(reason) });
    await expectAlive();
  });

  it.each([
    ['a flood of output', `for (;;) console.log('x'.repeat(10000))`],
    [
      'a flood of output that it catches',
      `for (;;) { try { console.log('x'.repeat(10000)) } catch {} }`,
    ],
  ])('by %s', async (_, code) => {
    expect((await run(code)).kind).toBe('stopped');
    await expectAlive();
  });

  it.each([
    ['a huge value', `'x'.repeat(1e6)`],
    ['a value with itself inside', '(() => { const a = []; a.push(a); return a; })()'],
    ['a value whose toJSON throws', '({ toJSON() { throw new Error("no") } })'],
    ['a promise that never settles', 'new Promise(() => {})'],
    ['a promise that waits for ever', '(async () => { for (;;) await 0; })()'],
    [
      'a proxy that throws on everything',
      'new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })',
    ],
  ])('with %s, whose call counts as failed', async (_, expression) => {
    const result = await run('', expression);
    const isFailed =
      result.kind === 'stopped' ||
      (result.kind === 'ran' && result.results[0]?.kind !== 'returned');
    expect(isFailed).toBe(true);
    await expectAlive();
  });

  it('and cannot say that it passed', async () => {
    const result = await run(`
      console.log('{"kind":"ran","results":[{"kind":"returned","value":42}]}');
      JSON.stringify = () => '42';
      var attempt = () => ({ toJSON: () => 41, valueOf: () => 42, toString: () => '42' });`);
    expect(result).toMatchObject({ results: [{ kind: 'returned', value: 41 }] });
  });
});
