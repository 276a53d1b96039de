import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSpendingFile, openSpendingFile } from '../../../src/serve/host/keep-spending.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const date = () => new Date('2026-03-05T12:00:00Z');
const folder = createTemporaryFolder();
const settings = {
  date,
  onProblem: (error: Error) => {
    throw error;
  },
  onRecovered: () => {},
};
/** As after a crash, which leaves a lock that nobody holds. */
function open(name: string, maxBytes = 1_000_000) {
  rmSync(folder.file(`${name}.lock`), { force: true });
  return openSpendingFile(folder.file(name), { ...settings, maxBytes });
}
const entry = { caller: 'web', day: '2026-03-05', hold: 'r-1', usd: 0.5, isSettled: false };

describe('the file of spending', () => {
  it('gives back what was recorded, and counts what was never settled', async () => {
    const first = await open('a.jsonl');
    first.record(entry);
    first.record({ ...entry, usd: 0.25, isSettled: true });
    first.record({ ...entry, hold: 'r-2', usd: 2 });
    await first.flush();
    const second = await open('a.jsonl');
    expect(second.entries).toEqual([
      { caller: 'web', day: '2026-03-05', hold: 'sum-2026-03-05-web', usd: 2.25, isSettled: true },
    ]);
    second.record({ ...entry, hold: 'r-3', usd: 1 });
    await second.flush();
    expect((await open('a.jsonl')).entries).toMatchObject([{ usd: 3.25 }]);
    expect(statSync(folder.file('a.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('forgets months that no longer count, and a line that a crash cut off', async () => {
    const old = JSON.stringify({ ...entry, day: '2026-01-31' });
    const kept = JSON.stringify({ ...entry, day: '2026-02-01', hold: 'r-2' });
    folder.write('b.jsonl', `${old}\n${kept}\n{"caller":"we`);
    expect((await open('b.jsonl')).entries).toMatchObject([{ day: '2026-02-01', usd: 0.5 }]);
    expect(readFileSync(folder.file('b.jsonl'), 'utf8').split('\n')).toHaveLength(2);
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'writes what is recorded %i microtasks after a flush without waiting for more',
    async (microtasks) => {
      const name = `soon-${microtasks}.jsonl`;
      const store = await open(name);
      const flushed = store.flush();
      for (let count = 0; count < microtasks; count++) await undefined;
      store.record(entry);
      await flushed;
      // Written in a few turns, or not before the next record.
      const read = (): string => readFileSync(folder.file(name), 'utf8');
      for (let turn = 0; turn < 400 && read() === ''; turn++) await sleep(5);
      expect(read()).toBe(`${JSON.stringify(entry)}\n`);
    },
  );

  it('is not begun anew where it is damaged', async () => {
    folder.write('c.jsonl', `nonsense\n${JSON.stringify(entry)}\n`);
    await expect(open('c.jsonl')).rejects.toThrow('c.jsonl:1: this line is not a spending entry');
  });

  it.each([
    ['is damaged where a line is longer than any entry', '\n', true],
    ['leaves a line that is longer than any entry out at its end', '', false],
  ])('%s', async (_, end, isDamaged) => {
    folder.write('long.jsonl', `${JSON.stringify(entry)}\n${'x'.repeat(2_000_000)}${end}`);
    const opened = open('long.jsonl');
    if (isDamaged) await expect(opened).rejects.toThrow('long.jsonl:2: this line is not');
    else expect((await opened).entries).toMatchObject([{ usd: 0.5 }]);
  });

  it('keeps what could not be written, and writes it as soon as it can', async () => {
    const problems: string[] = [];
    const directory = folder.file('gone');
    mkdirSync(directory);
    const file = join(directory, 'd.jsonl');
    let onRecovered = (): void => {};
    const isBack = new Promise<void>((resolve) => (onRecovered = resolve));
    const store = await openSpendingFile(file, {
      date,
      onProblem: (error) => problems.push(error.message),
      onRecovered,
    });
    store.record(entry);
    await store.flush();
    renameSync(directory, folder.file('away'));
    store.record({ ...entry, hold: 'r-2', usd: 1 });
    await expect(store.flush()).rejects.toThrow('d.jsonl');
    store.record({ ...entry, hold: 'r-2', usd: 0.25, isSettled: true });
    store.record({ ...entry, hold: 'r-3', usd: 2 });
    renameSync(folder.file('away'), directory);
    await isBack;
    expect(problems).toHaveLength(1);
    expect((await open('gone/d.jsonl')).entries).toMatchObject([{ usd: 2.75 }]);
  });

  it('stays small while the gateway runs, and adds up to what was recorded', async () => {
    const maxBytes = 2000;
    const step = fc.record({
      caller: fc.constantFrom('web', 'batch'),
      usd: fc.integer({ min: 0, max: 100 }),
      settledUsd: fc.option(fc.integer({ min: 0, max: 100 })),
      isFlushed: fc.boolean(),
    });
    let run = 0;
    const isExact = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const name = `run-${++run}.jsonl`;
      const store = await open(name, maxBytes);
      const spent = new Map<string, number>();
      for (const [index, { caller, usd, settledUsd, isFlushed }] of steps.entries()) {
        const charge = { ...entry, caller, hold: `r-${index}` };
        store.record({ ...charge, usd });
        // The bound is on settled charges; a few may be open.
        const settled = index % 8 === 0 ? settledUsd : (settledUsd ?? usd);
        if (isFlushed) await store.flush();
        if (settled !== null) store.record({ ...charge, usd: settled, isSettled: true });
        spent.set(caller, (spent.get(caller) ?? 0) + (settled ?? usd));
        await store.flush();
        expect(statSync(folder.file(name)).size).toBeLessThanOrEqual(maxBytes);
      }
      const { entries } = await open(name);
      expect(new Map(entries.map(({ caller, usd }) => [caller, usd]))).toEqual(spent);
    });
    await fc.assert(isExact, { numRuns: 20, seed: 1 });
  });

  it('survives a crash while it is shortened', async () => {
    const store = await open('e.jsonl');
    store.record({ ...entry, isSettled: true });
    await store.flush();
    folder.write('e.jsonl.0011223344556677.tmp', '{"caller":"we');
    expect((await open('e.jsonl')).entries).toMatchObject([{ usd: 0.5 }]);
  });

  it('reads a file that is larger than a chunk, in the middle of characters', async () => {
    const caller = 'Grüße 世界';
    const lines = Array.from({ length: 3000 }, (_, index) =>
      JSON.stringify({ ...entry, caller, hold: `r-${index}`, usd: 1, isSettled: true }),
    );
    folder.write('f.jsonl', lines.join('\n'));
    const { entries } = await open('f.jsonl');
    expect(entries).toMatchObject([{ caller, usd: 3000 }]);
    expect(statSync(folder.file('f.jsonl')).size).toBeLessThan(200);
  });

  it('is refused where it cannot be read', async () => {
    mkdirSync(folder.file('g.jsonl'));
    await expect(open('g.jsonl')).rejects.toThrow('the file cannot be read');
    await expect(checkSpendingFile(folder.file('g.jsonl'))).rejects.toThrow('cannot be read');
  });

  it('belongs to one gateway at a time, whose holds no other one settles', async () => {
    const file = folder.file('h.jsonl');
    const first = await openSpendingFile(file, settings);
    first.record(entry);
    await first.flush();
    const text = readFileSync(file, 'utf8');
    const second = openSpendingFile(file, settings);
    await expect(second).rejects.toMatchObject({ code: 'run_locked' });
    await expect(second).rejects.toThrow('set another "spending" in gateway.yaml');
    await checkSpendingFile(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
    first.record({ ...entry, usd: 0.25, isSettled: true });
    await first.close();
    const third = await openSpendingFile(file, settings);
    expect(third.entries).toMatchObject([{ usd: 0.25 }]);
    await third.close();
  });

  it('is not written any more as soon as its lock is taken over, which is reported once', async () => {
    const file = folder.file('l.jsonl');
    const problems: Error[] = [];
    const store = await openSpendingFile(file, {
      ...settings,
      onProblem: (error) => problems.push(error),
    });
    store.record(entry);
    await store.flush();
    rmSync(`${file}.lock`);
    const other = await openSpendingFile(file, settings);
    const text = readFileSync(file, 'utf8');
    store.record({ ...entry, hold: 'r-2', usd: 1 });
    await expect(store.flush()).rejects.toThrow('has lost its lock on this file');
    store.record({ ...entry, hold: 'r-3', usd: 1 });
    await expect(store.close()).rejects.toMatchObject({ code: 'run_locked' });
    expect(problems).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(`${file}.lock`)).toBe(true);
    await other.close();
  });

  it('is written under its lock again where somebody has removed that', async () => {
    const file = folder.file('k.jsonl');
    const store = await openSpendingFile(file, settings);
    rmSync(`${file}.lock`);
    store.record({ ...entry, usd: 0.5, isSettled: true });
    await store.flush();
    expect(readFileSync(file, 'utf8')).toContain('0.5');
    await expect(openSpendingFile(file, settings)).rejects.toMatchObject({ code: 'run_locked' });
    await store.close();
  });

  it('is free again where it is refused, or cannot be written at the end', async () => {
    folder.write('i/i.jsonl', 'nonsense\nnonsense\n');
    const file = folder.file('i/i.jsonl');
    await expect(openSpendingFile(file, settings)).rejects.toThrow('not a spending entry');
    folder.write('i/i.jsonl', '');
    const store = await openSpendingFile(file, { ...settings, onProblem: () => {} });
    rmSync(folder.file('i'), { recursive: true });
    store.record(entry);
    await expect(store.close()).rejects.toThrow('i.jsonl');
    mkdirSync(folder.file('i'));
    await (await openSpendingFile(file, settings)).close();
  });

  it('is checked without being made', async () => {
    await checkSpendingFile(folder.file('none.jsonl'));
    expect(existsSync(folder.file('none.jsonl'))).toBe(false);
    await expect(checkSpendingFile(folder.file('nowhere/j.jsonl'))).rejects.toThrow(
      'nowhere/j.jsonl: the file cannot be written',
    );
  });
});
