import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { type LinePlace, parseLedger } from '../../../src/measure/ledger/ledger-reader.js';
import { openLedger, readLedger } from '../../../src/measure/ledger/ledger.js';

const now = () => new Date('2025-06-30T12:00:00Z');
let directory = '';
let file = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'ledger-'));
  file = path.join(directory, 'runs', 'first', 'ledger.jsonl');
});

afterEach(() => rm(directory, { recursive: true }));

function buildEntry(cellKey: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    version: 1,
    cellKey,
    taskId: 'task-1',
    promptHash: 'prompt-1',
    model: 'small',
    repeat: 0,
    outcome: 'answered',
    answer: 'Four.',
    gradeKey: 'grade-1',
    grade: { kind: 'graded', quality: 1 },
    usage: {
      inputTokens: 10,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 5,
      reasoningTokens: 0,
    },
    rawUsage: { prompt_tokens: 10, completion_tokens: 5 },
    costUsd: 0.001,
    costSource: 'price_table',
    ttftMs: 3,
    firstContentMs: 3,
    latencyMs: 9,
    queueMs: 0,
    startedAt: '2025-06-30T12:00:00.000Z',
    failedAttempts: [],
    finishReason: 'stop',
    servedModel: 'small-1',
    error: null,
    simulated: false,
    ...changes,
  };
}

/** Opens the ledger, and gives it with what it held. */
async function open() {
  const entries: LedgerEntry[] = [];
  const ledger = await openLedger(file, { now, onEntry: (entry) => entries.push(entry) });
  return { ledger, entries };
}

async function write(...entries: readonly LedgerEntry[]): Promise<Buffer> {
  const ledger = await openLedger(file, { now });
  for (const entry of entries) ledger.append(entry);
  await ledger.close();
  return readFile(file);
}

describe('openLedger', () => {
  it('makes the folder, and gives back what was written', async () => {
    const entries = [buildEntry('a'), buildEntry('b', { answer: 'Zürich\n\u2028 "quoted"' })];
    await write(...entries);
    const { ledger, entries: read } = await open();
    expect(read).toEqual(entries);
    expect(ledger.repairedBytes).toBe(0);
    await ledger.close();
    expect(await readLedger(file)).toEqual(entries);
  });

  it('adds to what is there and never rewrites it', async () => {
    const before = await write(buildEntry('a'));
    const after = await write(buildEntry('b'));
    expect(after.subarray(0, before.length)).toEqual(before);
    expect(await readLedger(file)).toHaveLength(2);
  });

  it('has in the file what was appended in a turn that is over, even before it is on the disk', async () => {
    const ledger = await openLedger(file, { now });
    ledger.append(buildEntry('a'));
    ledger.append(buildEntry('b'));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(parseLedger(readFileSync(file), file).entries).toHaveLength(2);
    expect(ledger.writtenBytes).toBe(readFileSync(file).length);
    await ledger.close();
  });

  it('loses nothing that was appended when the process exits immediately', async () => {
    const script = `
      import { openLedger } from ${JSON.stringify(new URL('../../../src/measure/ledger/ledger.ts', import.meta.url).href)};
      const ledger = await openLedger(process.argv[1], { now: () => new Date() });
      for (const key of ['a', 'b']) ledger.append({ ...JSON.parse(process.argv[2]), cellKey: key });
      process.exit(130);
    `;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script, file];
    const child = spawn(process.execPath, [...args, JSON.stringify(buildEntry('x'))]);
    await once(child, 'exit');
    expect((await readLedger(file)).map((entry) => entry.cellKey)).toEqual(['a', 'b']);
    // Its lock is that of a process that has ended.
    await (await openLedger(file, { now })).close();
  });

  it('finds an entry again by its place', async () => {
    await write(buildEntry('a'), buildEntry('b', { answer: 'Zürich 東京' }), buildEntry('c'));
    const places: LinePlace[] = [];
    const ledger = await openLedger(file, { now, onEntry: (_, place) => places.push(place) });
    expect(await ledger.readEntry(places[1] as LinePlace)).toMatchObject({ cellKey: 'b' });
    await ledger.close();
  });

  it('has on disk what it has flushed', async () => {
    const ledger = await openLedger(file, { now });
    ledger.append(buildEntry('a'));
    await ledger.flush();
    expect(await readLedger(file)).toHaveLength(1);
    await ledger.close();
  });

  it('keeps the order of many entries, however they are batched', async () => {
    const keys = Array.from({ length: 500 }, (_, index) => `cell-${index}`);
    await write(...keys.map((key) => buildEntry(key)));
    expect((await readLedger(file)).map((entry) => entry.cellKey)).toEqual(keys);
  });

  it('writes key and version first, whatever the order in memory', async () => {
    const { version, ...rest } = buildEntry('a');
    const bytes = await write({ ...rest, version });
    expect(bytes.toString()).toMatch(/^\{"version":1,"cellKey":"a",/);
  });
});

describe('a torn last line', () => {
  it('is removed at whichever byte it was cut, and nothing else is', async () => {
    const earlier = [buildEntry('a'), buildEntry('b', { answer: 'Ü' })];
    const whole = await write(...earlier, buildEntry('c', { answer: '東京 👩‍🔬' }));
    const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = lastStart; length < whole.length - 1; length++) {
      const parsed = parseLedger(whole.subarray(0, length), 'ledger.jsonl');
      expect(parsed.entries).toEqual(earlier);
      expect(parsed.validBytes).toBe(lastStart);
    }
  });

  it('is cut off the file on opening, so that the next entry stands on a line of its own', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.double({ min: 0, max: 1, noNaN: true }), async (answer, share) => {
        await rm(file, { force: true });
        const whole = await write(buildEntry('a'), buildEntry('b', { answer }));
        const start = whole.indexOf(0x0a) + 1;
        const length = start + Math.floor(share * (whole.length - start));
        await writeFile(file, whole.subarray(0, length));
        const { ledger, entries } = await open();
        const isWhole = length >= whole.length - 1;
        expect(entries).toHaveLength(isWhole ? 2 : 1);
        expect(ledger.repairedBytes).toBe(isWhole ? 0 : length - start);
        ledger.append(buildEntry('c'));
        await ledger.close();
        const keys = (await readLedger(file)).map((entry) => entry.cellKey);
        expect(keys).toEqual(isWhole ? ['a', 'b', 'c'] : ['a', 'c']);
      }),
      { numRuns: 30 },
    );
  });

  it('may end in the zeros that a power cut leaves', async () => {
    await write(buildEntry('a'));
    await appendFile(file, '{"version":1,"cellKey":"b","ta\0\0\0\0');
    const { ledger, entries } = await open();
    expect(entries).toHaveLength(1);
    expect(ledger.repairedBytes).toBeGreaterThan(0);
    await ledger.close();
  });

  it('is told from zeros that are followed by something, without a search at each of them', async () => {
    await write(buildEntry('a'));
    await appendFile(file, `${'\0'.repeat(1_000_000)}x`);
    await expect(open()).rejects.toMatchObject({ code: 'ledger_corrupt' });
  });

  it('is left alone by a reader', async () => {
    await write(buildEntry('a'));
    await appendFile(file, '{"version":1,"cel');
    const before = await readFile(file);
    expect(await readLedger(file)).toHaveLength(1);
    expect(await readFile(file)).toEqual(before);
  });
});

describe('a damaged ledger', () => {
  async function damage(change: (lines: string[]) => string[]): Promise<Buffer> {
    await write(buildEntry('a'), buildEntry('b'), buildEntry('c'));
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${change(lines).join('\n')}\n`);
    return readFile(file);
  }

  it.each([
    ['a line that is not JSON', (lines: string[]) => lines.with(1, '{"version":1,"cellKey":"b",')],
    ['an empty line', (lines: string[]) => lines.toSpliced(1, 0, '')],
    ['an entry of a later version', (lines: string[]) => lines.with(1, '{"version":2}')],
    ['an entry without an outcome', (lines: string[]) => [lines[0] as string, '{"version":1}']],
  ])('is refused with the line number and not changed: %s', async (_, change) => {
    const before = await damage(change);
    await expect(openLedger(file, { now })).rejects.toMatchObject({
      code: 'ledger_corrupt',
      where: `${file}:2`,
    });
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(path.dirname(file))).toEqual(['ledger.jsonl']);
  });

  it('is refused with the number of a line that is longer than any entry', async () => {
    await damage((lines) => lines.with(1, 'x'.repeat(65 << 20)));
    const refused = { code: 'ledger_corrupt', where: `${file}:2` };
    await expect(openLedger(file, { now })).rejects.toMatchObject(refused);
  });

  it.each(['notes: this is my diary', '[1, 2, 3', 'a,b\n1,2\n'])(
    'is not a file of another kind, which must not be emptied: %j',
    async (content) => {
      file = path.join(directory, 'other.txt');
      await writeFile(file, content);
      await expect(openLedger(file, { now })).rejects.toMatchObject({ code: 'ledger_corrupt' });
      expect(await readFile(file, 'utf8')).toBe(content);
    },
  );
});

describe('the lock', () => {
  const lockOf = (target: string): string => `${target}.lock`;

  it('keeps a second writer out until the first has closed', async () => {
    const ledger = await openLedger(file, { now });
    await expect(openLedger(file, { now })).rejects.toMatchObject({ code: 'run_locked' });
    await ledger.close();
    const again = await openLedger(file, { now });
    await again.close();
    expect(await readdir(path.dirname(file))).toEqual(['ledger.jsonl']);
  });

  it('is refused while the process that holds it lives', async () => {
    await write(buildEntry('a'));
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    await writeFile(lockOf(file), JSON.stringify({ pid: other.pid, host: hostname() }));
    await expect(openLedger(file, { now })).rejects.toMatchObject({
      code: 'run_locked',
      message: expect.stringContaining(`process ${other.pid}`) as string,
    });
    other.kill();
    await once(other, 'exit');
    const { ledger, entries } = await open();
    expect(entries).toHaveLength(1);
    await ledger.close();
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'is taken over from an earlier process with this one’s id, as containers have it',
    async () => {
      await write(buildEntry('a'));
      for (const start of [{}, { startTicks: '1' }]) {
        const holder = { pid: process.pid, host: hostname(), ...start };
        await writeFile(lockOf(file), JSON.stringify(holder));
        await (await openLedger(file, { now })).close();
      }
    },
  );

  it.runIf(existsSync('/proc/self/stat'))(
    'is taken over where its holder has ended, and another process has its id',
    async () => {
      await write(buildEntry('a'));
      const holder = { pid: process.ppid, host: hostname(), startTicks: '1' };
      await writeFile(lockOf(file), JSON.stringify(holder));
      await (await openLedger(file, { now })).close();
    },
  );

  it.each([
    ['of another machine', JSON.stringify({ pid: 1, host: 'another-machine' })],
    ['that cannot be read', ''],
  ])('is respected where nothing is known of its holder: %s', async (_, content) => {
    await write(buildEntry('a'));
    await writeFile(lockOf(file), content);
    await expect(openLedger(file, { now })).rejects.toMatchObject({ code: 'run_locked' });
  });

  it('is taken by one at most of several who find it stale', async () => {
    await write(buildEntry('a'));
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    for (let round = 0; round < 10; round++) {
      await writeFile(lockOf(file), JSON.stringify({ pid, host: hostname(), round }));
      const attempts = await Promise.allSettled(
        Array.from({ length: 8 }, () => openLedger(file, { now })),
      );
      const opened = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(opened).toHaveLength(1);
      for (const attempt of attempts) {
        if (attempt.status === 'fulfilled') await attempt.value.close();
        else expect(attempt.reason).toMatchObject({ code: 'run_locked' });
      }
    }
    expect(await readdir(path.dirname(file))).toEqual(['ledger.jsonl']);
  });
});
