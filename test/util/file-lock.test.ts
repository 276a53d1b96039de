import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { acquireFileLock, isLockedElsewhere } from '../../src/util/file-lock.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();

const program = folder.file('lock-thread.mjs');
buildSync({
  stdin: {
    contents: `
      import { parentPort, workerData } from 'node:worker_threads';
      import { acquireFileLock } from './src/util/file-lock.js';
      acquireFileLock(workerData, { now: new Date(), held: { what: 'writes this file', fix: '' } })
        .then((lock) => lock.release())
        .then(() => parentPort.postMessage('acquired'), (e) => parentPort.postMessage(e.message));`,
    resolveDir: resolve(import.meta.dirname, '../..'),
  },
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'silent',
});

/** Acquires and releases a lock in another thread of this process. @returns `acquired`, or the error */
async function acquireInThread(file: string): Promise<string> {
  const thread = new Worker(program, { workerData: file });
  const [said] = (await once(thread, 'message')) as [string];
  await thread.terminate();
  return said;
}
const held = { what: 'writes this file', fix: 'Wait for it.' };
const now = new Date('2026-03-05T12:00:00Z');
const acquire = (name: string, silentMs?: number) =>
  acquireFileLock(folder.file(name), {
    now,
    held,
    ...(silentMs === undefined ? {} : { silentMs }),
  });

/** A lock of another machine that was last touched some time ago. */
function lockElsewhere(name: string, idleMs: number): void {
  const holder = { pid: process.pid, host: `not-${hostname()}`, token: 't' };
  const file = folder.write(`${name}.lock`, JSON.stringify(holder));
  const touched = new Date(now.getTime() - idleMs);
  utimesSync(file, touched, touched);
}

describe('the lock of a file', () => {
  it('is held by one at a time, and says who holds it and what to do', async () => {
    const lock = await acquire('a');
    const refused = acquire('a');
    await expect(refused).rejects.toMatchObject({ code: 'run_locked', fix: 'Wait for it.' });
    await expect(refused).rejects.toThrow(
      `process ${process.pid} on ${hostname()} writes this file`,
    );
    await lock.release();
    expect(existsSync(folder.file('a.lock'))).toBe(false);
    await (await acquire('a')).release();
  });

  it('is held against other threads of the same process, whose modules are their own', async () => {
    const lock = await acquire('threads');
    const asked = acquireInThread(folder.file('threads'));
    await expect(asked).resolves.toContain('writes this file');
    await lock.release();
    await expect(acquireInThread(folder.file('threads'))).resolves.toBe('acquired');
  });

  it('is free again where it was released while its folder was gone', async () => {
    mkdirSync(folder.file('mounted'));
    const lock = await acquire('mounted/a');
    renameSync(folder.file('mounted'), folder.file('unmounted'));
    await lock.release();
    renameSync(folder.file('unmounted'), folder.file('mounted'));
    expect(existsSync(folder.file('mounted/a.lock'))).toBe(true);
    await (await acquire('mounted/a')).release();
  });

  it('is taken over from another machine only if that shows no sign of life', async () => {
    lockElsewhere('b', 61_000);
    expect(isLockedElsewhere(folder.file('b'))).toBe(true);
    await expect(acquire('b')).rejects.toThrow('writes this file');
    lockElsewhere('b', 59_000);
    await expect(acquire('b', 60_000)).rejects.toThrow('writes this file');
    lockElsewhere('b', 61_000);
    const lock = await acquire('b', 60_000);
    expect(readFileSync(folder.file('b.lock'), 'utf8')).toContain(`"host":"${hostname()}"`);
    await lock.release();
  });

  it('is touched while it is held, where silence means the end', async () => {
    const lock = await acquire('c', 60);
    const old = new Date('2020-01-01T00:00:00Z');
    utimesSync(folder.file('c.lock'), old, old);
    await vi.waitUntil(() => statSync(folder.file('c.lock')).mtimeMs > old.getTime(), 60_000);
    await lock.release();
  });

  it('is not taken from a container that shares the name of its host, while that touches it', async () => {
    const holder = { pid: process.pid, host: hostname(), space: 'pid:[1]', token: 't' };
    folder.write('d.lock', JSON.stringify(holder));
    utimesSync(folder.file('d.lock'), now, now);
    await expect(acquire('d', 60_000)).rejects.toThrow('writes this file');
  });

  it('is not held while its folder is gone, as with a volume that is unmounted', async () => {
    mkdirSync(folder.file('volume'));
    const lock = await acquire('volume/f', 60_000);
    expect(await lock.isHeld()).toBe(true);
    renameSync(folder.file('volume'), folder.file('away'));
    await expect(lock.isHeld()).rejects.toThrow('ENOENT');
    renameSync(folder.file('away'), folder.file('volume'));
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
    expect(existsSync(folder.file('volume/f.lock'))).toBe(false);
  });

  it('is made again where somebody has removed the file, when it is touched or asked for', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const lock = await acquire('g', 60_000);
    const content = readFileSync(folder.file('g.lock'), 'utf8');
    rmSync(folder.file('g.lock'));
    await vi.advanceTimersByTimeAsync(10_000);
    await vi.waitUntil(() => existsSync(folder.file('g.lock')), 60_000);
    expect(readFileSync(folder.file('g.lock'), 'utf8')).toBe(content);
    rmSync(folder.file('g.lock'));
    expect(await lock.isHeld()).toBe(true);
    expect(readFileSync(folder.file('g.lock'), 'utf8')).toBe(content);
    await expect(acquire('g', 60_000)).rejects.toThrow('writes this file');
    await lock.release();
    expect(existsSync(folder.file('g.lock'))).toBe(false);
  });

  it('is not made again after another one has held it, nor by looks that overlap as if by two', async () => {
    const lock = await acquire('h', 60_000);
    rmSync(folder.file('h.lock'));
    expect(await Promise.all([lock.isHeld(), lock.isHeld()])).toEqual([true, true]);
    rmSync(folder.file('h.lock'));
    const other = await acquire('h', 60_000);
    expect(await lock.isHeld()).toBe(false);
    await other.release();
    expect(await lock.isHeld()).toBe(false);
    expect(existsSync(folder.file('h.lock'))).toBe(false);
    await lock.release();
  });

  it('is lost to who took it over: it is neither touched nor removed any more', async () => {
    const lock = await acquire('e', 60);
    const successor = JSON.stringify({ pid: 1, host: 'other', token: 'successor' });
    folder.write('e.lock', successor);
    expect(await lock.isHeld()).toBe(false);
    const old = new Date('2020-01-01T00:00:00Z');
    utimesSync(folder.file('e.lock'), old, old);
    await lock.release();
    expect(readFileSync(folder.file('e.lock'), 'utf8')).toBe(successor);
    expect(statSync(folder.file('e.lock')).mtimeMs).toBe(old.getTime());
  });
});
