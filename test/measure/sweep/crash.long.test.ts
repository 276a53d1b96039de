import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../../src/measure/practice/practice-server.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import { createRandom } from '../../../src/util/random.js';
import { runCli, startCli, waitForCli } from '../../support/run-cli.js';

/** How often the sweep is killed. */
const killCount = 100;
const tasksFile = path.resolve(import.meta.dirname, '../../../datasets/everyday.jsonl');

let directory = '';
let server: PracticeServer;
let args: string[] = [];
const runFile = (name: string) => path.join(directory, 'run', name);

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'crash-'));
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  // Slow enough not to be done before it has been killed often enough.
  server = await startPracticeServer({ examples, seed: 1, speed: 0.02 });
  const pool = path.join(directory, 'models.yaml');
  await writeFile(pool, practicePoolYaml(server.url));
  args = ['sweep', '--tasks', tasksFile, '--pool', pool, '--out', path.join(directory, 'run')];
  args.push('--concurrency', '16');
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function readEntries(): Promise<readonly LedgerEntry[]> {
  // A killed process may leave nothing at all.
  return existsSync(runFile('ledger.jsonl')) ? readLedger(runFile('ledger.jsonl')) : [];
}

function countCalls(practice: PracticeServer): number {
  return [...practice.calls().values()].reduce((sum, count) => sum + count, 0);
}

async function waitForCalls(practice: PracticeServer, count: number): Promise<void> {
  while (countCalls(practice) < count) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

const isSettled = ({ outcome }: LedgerEntry) => outcome !== 'infrastructure';
const isCutOff = ({ error }: LedgerEntry) => error?.startsWith('cut_off') === true;

describe('a sweep that is killed again and again', () => {
  it(`loses no settled cell and calls none again, ${killCount} times SIGKILL`, async () => {
    const random = createRandom(killCount);
    let settled = new Set<string>();
    let kills = 0;
    while (kills < killCount) {
      const child = startCli(args);
      const ended = waitForCli(child);
      // Some while it starts and reads its records, most in the midst of its calls.
      if (random() < 0.7) await waitForCalls(server, countCalls(server) + 1);
      setTimeout(() => child.kill('SIGKILL'), 400 * random());
      const { exitCode, stderr } = await ended;
      expect(exitCode, `ended by itself after ${kills} kills: ${stderr}`).toBeNull();
      kills += 1;

      const entries = await readEntries();
      const now = new Set(entries.filter(isSettled).map(({ cellKey }) => cellKey));
      expect([...settled].filter((key) => !now.has(key))).toEqual([]);
      settled = now;
    }

    const { exitCode, stdout } = await runCli([...args, '--json']);
    expect(exitCode).toBe(0);
    const summary = JSON.parse(stdout) as { coverage: number; totals: { total: number } };
    expect(summary.coverage).toBe(1);
    expect(existsSync(runFile('calls.jsonl'))).toBe(false);

    const entries = await readEntries();
    const answered = entries.filter(isSettled);
    expect(answered).toHaveLength(summary.totals.total);
    expect(new Set(answered.map(({ cellKey }) => cellKey)).size).toBe(answered.length);
    // A cell that the server answered more than once was in flight at a kill, and is on record.
    const cutOff = new Map<string, number>();
    for (const { model, promptHash } of entries.filter(isCutOff)) {
      const cell = `${model} ${promptHash}`;
      cutOff.set(cell, (cutOff.get(cell) ?? 0) + 1);
    }
    const unexplained = [...server.completions()].filter(
      ([cell, count]) => count > 1 + (cutOff.get(cell) ?? 0),
    );
    expect(unexplained).toEqual([]);
    const again = [...server.completions().values()].reduce((sum, count) => sum + count - 1, 0);
    const recorded = [...cutOff.values()].reduce((sum, count) => sum + count, 0);
    console.log(
      `${kills} kills, ${answered.length} cells: ${again} answered again, ${recorded} on record as cut off`,
    );
  });
});

describe('a sweep that is interrupted', () => {
  it('quits at the second Ctrl-C, with every answer on record', async () => {
    const out = path.join(directory, 'impatient');
    const child = startCli(args.with(args.indexOf('--out') + 1, out));
    const ended = waitForCli(child);
    const ledgerFile = path.join(out, 'ledger.jsonl');
    while (!existsSync(ledgerFile) || (await readFile(ledgerFile)).length < 2000) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    child.kill('SIGINT');
    await once(child.stderr as NodeJS.ReadableStream, 'data');
    child.kill('SIGINT');
    const { exitCode } = await ended;
    expect(exitCode).toBe(130);
    expect((await readLedger(ledgerFile)).length).toBeGreaterThan(0);
    expect(existsSync(path.join(out, 'calls.jsonl'))).toBe(true);
  });
});
