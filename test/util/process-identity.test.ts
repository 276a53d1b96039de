import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identifyProcess, isProcessGone } from '../../src/util/process-identity.js';

const isLinux = existsSync('/proc/self/task');

describe('a process that has left its id in a file', () => {
  it('is gone where nothing has its id', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    expect(isProcessGone({ pid })).toBe(true);
  });

  it('is there while it runs, also by a file of an earlier version', () => {
    expect(isProcessGone(identifyProcess())).toBe(false);
    expect(isProcessGone({ pid: process.ppid })).toBe(false);
  });

  it.runIf(isLinux)('is gone where another process has its id', () => {
    const { startTicks } = identifyProcess();
    expect(startTicks).toMatch(/^\d+$/);
    expect(isProcessGone({ pid: process.pid, startTicks: `1${startTicks}` })).toBe(true);
  });

  it.runIf(isLinux)(
    'is gone where an earlier version left the id that this process has now',
    () => {
      expect(isProcessGone({ pid: process.pid })).toBe(true);
    },
  );

  it.runIf(isLinux)('is gone where a thread has its id', () => {
    const thread = readdirSync('/proc/self/task').find((id) => Number(id) !== process.pid);
    // Signals reach it.
    expect(process.kill(Number(thread), 0)).toBe(true);
    expect(isProcessGone({ pid: Number(thread) })).toBe(true);
  });

  it.runIf(isLinux)('is gone where it has ended, and its parent does not look', async () => {
    // The shell becomes a program that waits for no child.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text) => resolve(Number(text)));
    });
    await expect.poll(() => isProcessGone({ pid })).toBe(true);
    parent.kill('SIGKILL');
  });
});
