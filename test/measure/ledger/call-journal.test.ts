import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openCallJournal,
  readCallJournal,
  type BegunCall,
} from '../../../src/measure/ledger/call-journal.js';

let directory = '';
let file = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'journal-'));
  file = path.join(directory, 'calls.jsonl');
});

afterEach(() => rm(directory, { recursive: true }));

function call(cellKey: string, possibleCostUsd: number | null = 0.01): BegunCall {
  return {
    cellKey,
    taskId: 'task-1',
    promptHash: 'prompt-1',
    model: 'small',
    repeat: 0,
    simulated: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    possibleCostUsd,
  };
}

describe('a journal of calls', () => {
  it('is in the file before a call is sent, and the last line of a cell counts', async () => {
    const journal = openCallJournal(file, () => 123);
    journal.begin(call('a'));
    journal.begin(call('b', null));
    journal.begin(call('a', 0.02));
    const left = await readCallJournal(file);
    expect(left?.ledgerBytes).toBe(123);
    expect([...(left?.calls.values() ?? [])]).toEqual([call('a', 0.02), call('b', null)]);
    journal.close();
  });

  it('leaves nothing behind when all has come to an end', async () => {
    const journal = openCallJournal(file, () => 0);
    journal.begin(call('a'));
    journal.end('a');
    journal.close();
    expect(await readdir(directory)).toEqual([]);
    expect(await readCallJournal(file)).toBeUndefined();
  });

  it('does not grow forever: calls that have ended are dropped when it is rewritten', async () => {
    let ledgerBytes = 0;
    const journal = openCallJournal(file, () => ledgerBytes);
    for (let number = 0; number < 30_000; number++) {
      ledgerBytes += 1000;
      journal.begin(call(`cell-${number}`));
      if (number >= 5) journal.end(`cell-${number - 5}`);
    }
    const left = await readCallJournal(file);
    expect((await readFile(file)).length).toBeLessThan(5_000_000);
    expect(left?.ledgerBytes).toBeGreaterThan(1000);
    // Older ones have their end in the ledger, behind the byte that the head names.
    const last = [...(left?.calls.keys() ?? [])].slice(-5);
    expect(last).toEqual(['cell-29995', 'cell-29996', 'cell-29997', 'cell-29998', 'cell-29999']);
    journal.close();
  });

  it('is read without a line that a crash cut off: its call was not sent yet', async () => {
    const journal = openCallJournal(file, () => 0);
    journal.begin(call('a'));
    await appendFile(file, JSON.stringify(call('b')).slice(0, 40));
    expect([...((await readCallJournal(file))?.calls.keys() ?? [])]).toEqual(['a']);
    journal.close();
  });

  it('is read without a line whose number of earlier calls is none', async () => {
    const journal = openCallJournal(file, () => 0);
    journal.begin({ ...call('a', null), unboundedCalls: 2 });
    await appendFile(file, `${JSON.stringify({ ...call('b', null), unboundedCalls: -1 })}\n`);
    const calls = (await readCallJournal(file))?.calls;
    expect([...(calls?.values() ?? [])]).toEqual([{ ...call('a', null), unboundedCalls: 2 }]);
    journal.close();
  });
});

describe.skipIf(process.platform === 'win32')('a journal on a disk that is nearly full', () => {
  /** Begins calls where no file may be larger than a kilobyte, and lists those that may be sent. */
  function beginLimited(): readonly string[] {
    const module = path.join(directory, 'call-journal.mjs');
    const entry = path.resolve(import.meta.dirname, '../../../src/measure/ledger/call-journal.ts');
    const settings = { bundle: true, platform: 'node', format: 'esm' } as const;
    buildSync({ ...settings, entryPoints: [entry], outfile: module });
    const script = `
      import { openCallJournal } from ${JSON.stringify(module)};
      const journal = openCallJournal(${JSON.stringify(file)}, () => 0);
      const sent = [];
      for (const call of ${JSON.stringify(Array.from({ length: 9 }, (_, n) => call(`c${n}`)))}) {
        try {
          journal.begin(call);
          sent.push(call.cellKey);
        } catch {}
      }
      console.log(JSON.stringify(sent));`;
    const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', limited, process.execPath, script], {
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as string[];
  }

  it('holds every call that was allowed to be sent', async () => {
    const sent = beginLimited();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(9);
    const left = await readCallJournal(file);
    expect([...(left?.calls.keys() ?? [])]).toEqual(sent);
  });
});
