import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SandboxResult } from '../../../../src/measure/graders/sandbox/sandbox.js';
import { fillIn, useEscapeHost } from '../../../support/escape-host.js';
import { scaleTime } from '../../../support/test-run.js';

const limits = { timeMs: scaleTime(60_000), memoryBytes: 48 * 1024 * 1024, outputBytes: 200_000 };
const escape = useEscapeHost(1);

/** FILE and FOLDER are put in; each either fails, or finds something that is not the host's. */
const attempts: readonly (readonly [string, string])[] = [
  ['a host file by readfile', `SELECT readfile('FILE')`],
  ['a host file by attaching it', `ATTACH 'FILE' AS host; SELECT * FROM host.sqlite_master`],
  [
    'a host file by its URI',
    `ATTACH 'file:FILE?mode=ro' AS host; SELECT * FROM host.sqlite_master`,
  ],
  ['/etc/passwd by attaching it', `ATTACH '/etc/passwd' AS host; SELECT * FROM host.sqlite_master`],
  [
    '/proc by attaching it',
    `ATTACH '/proc/self/environ' AS host; SELECT * FROM host.sqlite_master`,
  ],
  [
    'a host file by a csv table',
    `CREATE VIRTUAL TABLE t USING csv(filename = 'FILE'); SELECT * FROM t`,
  ],
  ['a host file by fsdir', `SELECT * FROM fsdir('FOLDER')`],
  ['a host file by an archive', `CREATE VIRTUAL TABLE t USING zipfile('FILE'); SELECT * FROM t`],
  ['a host file by .read', `.read FILE`],
  ['a host file by .import', `.import FILE t`],
  ['a host file by a page table', `ATTACH 'FILE' AS host; SELECT data FROM sqlite_dbpage('host')`],
  ['a host file by edit', `SELECT edit('x', 'cat FILE')`],
  ['a shell', `.shell cat FILE`],
  ['a shell by .system', `.system cat FILE`],
  ['a library', `SELECT load_extension('FILE')`],
  ['a library by the shell', `.load FILE`],
  ['a tokenizer by its address', `SELECT fts3_tokenizer('simple', x'4141414141414141')`],
  ['the environment', `SELECT getenv('SECRET')`],
  ['the environment by .print', `.print $SECRET`],
  ['a file to write by writefile', `SELECT writefile('FOLDER/out', 'x')`],
  ['a file to write by attaching it', `ATTACH 'FOLDER/out' AS host; CREATE TABLE host.t(a)`],
  ['a file to write by VACUUM INTO', `VACUUM INTO 'FOLDER/out'`],
  ['a file to write by .output', `.output FOLDER/out`],
  [
    'a file to write by a temporary folder',
    `PRAGMA temp_store_directory = 'FOLDER'; PRAGMA temp_store = 1; CREATE TEMP TABLE t(a); INSERT INTO t VALUES (1)`,
  ],
  [
    'a file to write by a journal',
    `PRAGMA journal_mode = WAL; ATTACH 'FOLDER/out' AS host; BEGIN; CREATE TABLE host.t(a)`,
  ],
  ['the network', `ATTACH 'http://127.0.0.1:PORT/' AS host; SELECT * FROM host.sqlite_master`],
  ['a function of the host', `SELECT eval('process.env')`],
  [
    'memory by a broken schema',
    `PRAGMA writable_schema = 1; INSERT INTO sqlite_master VALUES ('table', 't', 't', 99999, 'CREATE TABLE t(a)'); PRAGMA writable_schema = RESET; SELECT * FROM t`,
  ],
];

function run(code: string, timeMs = limits.timeMs): Promise<SandboxResult> {
  const setup = "CREATE TABLE items(name, price); INSERT INTO items VALUES ('tea', 3), ('cake', 4)";
  return escape.sandbox.run({
    language: 'sql',
    setup,
    code,
    check: undefined,
    limits: { ...limits, timeMs },
  });
}

async function expectAlive(): Promise<void> {
  expect(await run('SELECT sum(price) FROM items')).toMatchObject({
    kind: 'ran',
    results: [{ kind: 'returned', value: [[7]] }],
  });
}

describe('SQL in the sandbox does not reach', () => {
  it.each(attempts)('%s', async (_, code) => {
    const result = await run(fillIn(escape.host, code));
    expect(JSON.stringify(result)).not.toContain(escape.host.secret);
    expect(JSON.stringify(result)).not.toContain('root:');
    expect(escape.host.connections()).toBe(0);
    expect(escape.host.files()).toEqual(['secret.txt']);
    await expectAlive();
  });

  it('the next answer by a file or a table', async () => {
    await run(
      `ATTACH '/left.db' AS left; CREATE TABLE left.t(a); INSERT INTO left.t VALUES (1); DROP TABLE items`,
    );
    await expectAlive();
    const result = await run(`ATTACH '/left.db' AS left; SELECT * FROM left.t`);
    expect(result).toMatchObject({ kind: 'ran', error: expect.stringContaining('not authorized') });
    expect(existsSync('/left.db')).toBe(false);
  });
});

const forever = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)';

describe('SQL in the sandbox is stopped', () => {
  it.each([
    ['in an endless recursion', `${forever} SELECT count(*) FROM c`],
    ['in an endless recursion that finds nothing', `${forever} SELECT x FROM c WHERE x < 0`],
    [
      'in a join that explodes',
      `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 5000) SELECT count(*) FROM c a, c b, c d WHERE a.x + b.x + d.x < 0`,
    ],
    ['in an update that explodes', `UPDATE items SET price = (${forever} SELECT count(*) FROM c)`],
    [
      'in a group that grows for ever',
      `${forever} SELECT group_concat(hex(zeroblob(10000))) FROM c`,
    ],
  ])('%s', async (_, code) => {
    expect(await run(code, 150)).toMatchObject({
      kind: 'stopped',
      reason: expect.stringContaining('longer'),
    });
    await expectAlive();
  });

  it.each([
    ['a flood of rows', `${forever} SELECT x FROM c`],
    ['a flood of wide rows', `${forever} SELECT hex(zeroblob(100000)) FROM c`],
    ['a huge blob', 'SELECT zeroblob(900000000)'],
    ['a huge text', `SELECT printf('%.*c', 900000000, 'x')`],
    ['a huge replacement', `SELECT replace(hex(zeroblob(1000000)), '0', hex(zeroblob(10000)))`],
    ['a table that grows for ever', `CREATE TABLE t AS ${forever} SELECT zeroblob(10000) FROM c`],
    ['a sort that grows for ever', `${forever} SELECT zeroblob(10000) FROM c ORDER BY x DESC`],
    ['an expression that is too deep', `SELECT 1${' + 1'.repeat(50_000)}`],
    [
      'a trigger that calls itself',
      `PRAGMA recursive_triggers = 1; CREATE TRIGGER again AFTER INSERT ON items BEGIN INSERT INTO items VALUES (1, 1); END; INSERT INTO items VALUES (1, 1)`,
    ],
  ])('by %s', async (_, code) => {
    const result = await run(code);
    const isStopped =
      result.kind === 'stopped'
        ? !result.reason.includes('longer')
        : result.kind === 'ran' && result.error !== undefined;
    expect({ result, isStopped }).toMatchObject({ isStopped: true });
    await expectAlive();
  });

  it('and cannot say that it passed', async () => {
    const result = await run(
      `SELECT '{"kind":"ran","results":[{"kind":"returned","value":[[7]]}]}'`,
    );
    expect(result).toMatchObject({ results: [{ value: [[expect.stringContaining('ran')]] }] });
  });
});
