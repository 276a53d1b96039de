import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { runCli } from '../../support/run-cli.js';
import { say, startScriptedServer, type ScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const cli = resolve(import.meta.dirname, '../../../dist/cli.js');
const cells = 120;
const concurrency = 4;
let server: ScriptedServer;
let args: string[];

beforeAll(async () => {
  server = await startScriptedServer(say('It is 4.'));
  const tasks = Array.from({ length: cells }, (_, index) =>
    JSON.stringify({ prompt: `What is ${index}?`, reference: '4', grader: 'contains' }),
  );
  const pool = `models:\n  - { id: m, provider: "${server.baseUrl}", model: m-1, price: free }\n`;
  const taskFile = folder.write('tasks.jsonl', `${tasks.join('\n')}\n`);
  args = ['sweep', '--tasks', taskFile, '--pool', folder.write('models.yaml', pool)];
  args.push('--out', folder.file('run'), '--concurrency', String(concurrency));
});

afterAll(() => server.close());

/** Runs the command where no file may be larger than this many kilobytes. */
function runLimited(kilobytes: number): Promise<{ exitCode: number | null; stderr: string }> {
  const script = `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$0" "$@"`;
  const child = spawn('bash', ['-c', script, process.execPath, cli, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  return new Promise((end) => {
    child.on('close', (exitCode) => end({ exitCode, stderr }));
  });
}

describe.skipIf(process.platform === 'win32')('a sweep whose ledger can grow no further', () => {
  it('names the file, keeps every settled cell, and goes on from there', async () => {
    const { exitCode, stderr } = await runLimited(48);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('ledger.jsonl: the file cannot be written: EFBIG');
    expect(stderr).toContain('Free some space');
    expect(readdirSync(folder.file('run')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const settled = (await readLedger(folder.file('run/ledger.jsonl'))).length;
    expect(settled).toBeGreaterThan(10);
    expect(settled).toBeLessThan(cells);
    const sent = server.requests.length;
    // In flight, being graded, and in the write that failed.
    expect(sent).toBeLessThanOrEqual(settled + 3 * concurrency);
    const before = readFileSync(folder.file('run/ledger.jsonl'), 'utf8').split('\n');

    const resumed = await runCli(args);
    expect(resumed.exitCode).toBe(0);
    expect(server.requests.length - sent).toBe(cells - settled);
    const after = readFileSync(folder.file('run/ledger.jsonl'), 'utf8').split('\n');
    expect(after.slice(0, settled)).toEqual(before.slice(0, settled));
    const entries = await readLedger(folder.file('run/ledger.jsonl'));
    const answered = entries.filter(({ outcome }) => outcome === 'answered');
    expect(new Set(answered.map(({ taskId }) => taskId)).size).toBe(cells);
    expect(answered).toHaveLength(cells);
    // Answers that could not be written are on record as lost, because they may be charged.
    const lost = entries.filter(({ error }) => error?.startsWith('cut_off') === true);
    expect(lost).toHaveLength(sent - settled);
  });
});
