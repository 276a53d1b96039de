import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSpendingFile } from '../../../src/serve/host/keep-spending.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const now = new Date('2026-03-05T12:00:00Z');
const folder = createTemporaryFolder();
const open = (name: string) =>
  openSpendingFile(folder.file(name), now, {
    onProblem: (error) => {
      throw error;
    },
    onRecovered: () => {},
  });
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

  it('is not begun anew where it is damaged', async () => {
    folder.write('c.jsonl', `nonsense\n${JSON.stringify(entry)}\n`);
    await expect(open('c.jsonl')).rejects.toThrow('c.jsonl:1: this line is no entry of spending');
  });

  it('keeps what could not be written, and writes it as soon as it can', async () => {
    const problems: string[] = [];
    const directory = folder.file('gone');
    mkdirSync(directory);
    const file = join(directory, 'd.jsonl');
    let onRecovered = (): void => {};
    const isBack = new Promise<void>((resolve) => (onRecovered = resolve));
    const store = await openSpendingFile(file, now, {
      onProblem: (error) => problems.push(error.message),
      onRecovered,
    });
    store.record(entry);
    await store.flush();
    rmSync(directory, { recursive: true });
    store.record({ ...entry, hold: 'r-2', usd: 1 });
    await expect(store.flush()).rejects.toThrow('d.jsonl');
    store.record({ ...entry, hold: 'r-3', usd: 2 });
    mkdirSync(directory);
    await isBack;
    expect(problems).toHaveLength(1);
    expect((await open('gone/d.jsonl')).entries).toMatchObject([{ usd: 3 }]);
  });
});
