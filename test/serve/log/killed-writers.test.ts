import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { formatHead } from '../../../src/serve/log/format-line.js';
import type { LogRepair } from '../../../src/serve/log/repair-log.js';
import { textHash } from '../../../src/util/text-hash.js';
import { createRandom } from '../../../src/util/random.js';
import { decideLogged, loadMixture, readAll } from '../../support/decision-log.js';
import { buildMixturePolicy, writePolicyFile } from '../../support/routing-policy.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';
import { isLongRun, scaleTime } from '../../support/test-run.js';

const folder = createTemporaryFolder();
const policyFile = folder.write(
  'mine.policy.json',
  (await writePolicyFile(buildMixturePolicy())).text,
);
// Bundled once: Node takes longer to load TypeScript than a writer lives.
const program = folder.file('log-writer.mjs');
buildSync({
  entryPoints: [resolve(import.meta.dirname, '../../support/log-writer-process.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'silent',
});
const isLinux = existsSync('/proc/self/stat');
let folders = 0;
const kills = isLongRun ? 100 : 5;

function hasDecision(directory: string): boolean {
  return readdirSync(directory)
    .filter((name) => name.startsWith('decisions-'))
    .some((name) => {
      const bytes = readFileSync(join(directory, name));
      const text = name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      return text.includes('"kind":"decision"');
    });
}

/**
 * Runs a writer and kills it.
 *
 * @param mayDie asked until it is so
 * @returns how many requests it said that it had recorded
 */
async function runAndKill(
  directory: string,
  afterMs: number,
  mayDie: () => boolean,
): Promise<number> {
  const child = spawn(process.execPath, [program, directory, policyFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let onFirst: () => void;
  const first = new Promise<void>((done) => (onFirst = done));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    onFirst();
  });
  const ended = new Promise((done) => child.once('close', done));
  await first;
  await wait(afterMs);
  while (!mayDie()) await wait(5);
  child.kill('SIGKILL');
  await ended;
  return Number(said.trim().split('\n').at(-1));
}

describe('a log of writers that are killed', () => {
  it(
    `is whole after ${kills} kills: what is missing was not written yet, and is counted`,
    async () => {
      const directory = folder.file('killed');
      const random = createRandom(9);
      let said = 0;
      for (let kill = 0; kill < kills; kill++) {
        // On a busy machine, others may be killed before they have written anything.
        const isLast = kill === kills - 1;
        said += await runAndKill(
          directory,
          150 * random(),
          () => !isLast || hasDecision(directory),
        );
      }
      const log = await createDecisionLog({ directory });
      await log.close();
      const { totals } = await readAll(directory);
      expect(totals).toMatchObject({ tornLines: 0, damagedLines: 0, unmatchedServed: 0 });
      // Each request has two records. Between the last count and the kill, more may be recorded.
      const accounted = totals.decisions + totals.served + totals.lost;
      expect(accounted).toBeGreaterThanOrEqual(2 * said);
      expect(accounted).toBeLessThanOrEqual(2 * said + 41 * kills);
      expect(totals.decisions).toBeGreaterThan(0);
      const left = readdirSync(directory).filter((name) => !/^(decisions).*\.gz$/.test(name));
      expect(left).toEqual([]);
    },
    scaleTime(30_000 + 10_000 * kills),
  );

  it.for([
    { name: 'a process that has ended', by: () => spawnSync(process.execPath, ['-e', '']) },
    {
      name: 'a process whose id another one has now',
      by: () => ({ pid: process.ppid, startTicks: '1' }),
      isOfLinux: true,
    },
    {
      name: 'a process whose id this one has now',
      by: () => ({ pid: process.pid, startTicks: '1' }),
      isOfLinux: true,
    },
  ])('counts what is lost of $name, and removes an empty segment', async (writerOf, context) => {
    if (writerOf.isOfLinux === true && !isLinux) context.skip();
    const directory = folder.file(`begun ${writerOf.name}`);
    const policy = await loadMixture();
    const log = await createDecisionLog({ directory });
    for (let index = 0; index < 5; index++) decideLogged(log, policy, `request ${index}`);
    await log.close();
    const [first = ''] = readdirSync(directory);
    const writer = /^decisions-(.*)-000001/.exec(first)?.[1] ?? '';
    writeFileSync(join(directory, `decisions-${writer}-000002.jsonl`), '');
    const { pid, startTicks }: { pid: number; startTicks?: string } = writerOf.by();
    const owner = JSON.stringify({ pid, startTicks, host: hostname(), level: 'scores' });
    const counts = ['0000000000000007', '0000000000000001', owner].join('\n');
    writeFileSync(join(directory, `writer-${writer}.state`), `${counts}\n`);

    const next = await createDecisionLog({ directory });
    expect(next.repair).toEqual({ writers: 1, tornLines: 0, lostRecords: 3 });
    await next.close();
    const { totals } = await readAll(directory);
    expect(totals).toMatchObject({ decisions: 5, lost: 3, damagedLines: 0 });
  });

  describe('with a repair that fails', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const owner = JSON.stringify({ pid, host: hostname(), level: 'scores' });
    const counts = `0000000000000007\n0000000000000000\n${owner}\n`;
    const state = 'writer-w.state';
    const segment = (number: number): string => `decisions-w-00000${number}.jsonl`;
    const head = (number: number, after: number): string =>
      formatHead({
        level: 'scores',
        writer: 'w',
        segment: number,
        after,
        at: '2026-01-01T00:00:00Z',
      });

    function newFolder(files: Readonly<Record<string, string>>): string {
      const directory = folder.file(`failing-${++folders}`);
      mkdirSync(directory);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
      return directory;
    }

    /** Opens and closes a log. */
    async function start(directory: string): Promise<{ repair: LogRepair; problems: string[] }> {
      const problems: string[] = [];
      const onProblem = ({ message }: Error): void => void problems.push(message);
      const log = await createDecisionLog({ directory, onProblem });
      await log.close();
      return { repair: log.repair, problems };
    }

    it('starts all the same, says so, and tries again at the next start', async () => {
      const directory = newFolder({ [state]: counts });
      // A folder in place of a file is what no repair can open.
      mkdirSync(join(directory, segment(1)));
      const first = await start(directory);
      expect(first.repair).toEqual({ writers: 0, tornLines: 0, lostRecords: 0 });
      expect(first.problems).toEqual([expect.stringContaining('EISDIR')]);
      expect(readdirSync(directory)).toContain(state);
      rmdirSync(join(directory, segment(1)));
      writeFileSync(join(directory, segment(1)), `${head(1, 4)}{"kind":"de`);
      const second = await start(directory);
      expect(second).toEqual({
        repair: { writers: 1, tornLines: 1, lostRecords: 3 },
        problems: [],
      });
      expect(readdirSync(directory)).toEqual([`${segment(1)}.gz`, `${segment(2)}.gz`]);
    });

    it('does not know what was lost where the last segment is damaged, and says so', async () => {
      const directory = newFolder({ [state]: counts, [`${segment(1)}.gz`]: 'damaged' });
      const { repair, problems } = await start(directory);
      expect(repair).toEqual({ writers: 1, tornLines: 0, lostRecords: 0 });
      expect(problems).toEqual([expect.stringContaining(`${segment(1)}.gz`)]);
      expect(readdirSync(directory)).toEqual([`${segment(1)}.gz`]);
      expect((await start(directory)).problems).toEqual([]);
    });

    it('goes on with one that was killed, and not with one that is under way', async () => {
      const host = textHash(hostname()).toString(16).padStart(8, '0');
      for (const [name, isOver] of [
        [`${state}.${host}.${pid}.repair`, true],
        [`${state}.${host}.${process.pid}-1.repair`, isLinux],
        [`${state}.${host}.${process.ppid}.repair`, false],
        // Of another machine: since just now.
        [`${state}.00000000.${pid}.repair`, false],
        [`${state}.${pid}.repair`, false],
      ] as const) {
        const directory = newFolder({ [name]: counts, [segment(1)]: head(1, 4) });
        const { repair } = await start(directory);
        expect([name, repair.lostRecords]).toEqual([name, isOver ? 3 : 0]);
        expect(readdirSync(directory).includes(name)).toBe(!isOver);
        if (isOver) continue;
        const lastWeek = new Date(Date.now() - 7 * 86_400_000);
        utimesSync(join(directory, name), lastWeek, lastWeek);
        const later = await start(directory);
        const isOfRunning = [process.pid, process.ppid].some((id) =>
          name.includes(`${host}.${id}`),
        );
        expect(later.repair.writers).toBe(isOfRunning ? 0 : 1);
      }
    });

    it('counts what was lost once, where it was noted before the failure', async () => {
      const lost = JSON.stringify({ kind: 'lost', at: '2026-01-01T00:00:00Z', records: 3 });
      const directory = newFolder({
        [state]: counts,
        [segment(1)]: head(1, 4),
        [segment(2)]: `${head(2, 0)}${lost}\n`,
      });
      expect((await start(directory)).repair).toMatchObject({ writers: 1, lostRecords: 3 });
      expect((await readAll(directory)).totals).toMatchObject({ lost: 3, damagedLines: 0 });
    });
  });

  it('leaves the files of other threads of its process alone, whose modules are their own', async () => {
    const directory = folder.file('threads');
    const thread = new Worker(program, { argv: [directory, policyFile] });
    while (!existsSync(directory) || !hasDecision(directory)) await wait(5);
    const log = await createDecisionLog({ directory });
    expect(log.repair).toEqual({ writers: 0, tornLines: 0, lostRecords: 0 });
    expect(readdirSync(directory)).toContainEqual(expect.stringMatching(/^writer-.*\.state$/));
    await log.close();
    await thread.terminate();
  });

  it('cuts off a torn line only in files of writers that have ended', async () => {
    const directory = folder.file('torn');
    const policy = await loadMixture();
    const running = await createDecisionLog({ directory });
    decideLogged(running, policy, 'hello');
    await running.flush();
    const name = readdirSync(directory).find((one) => one.endsWith('.jsonl'));
    appendFileSync(join(directory, name as string), '{"kind":"decision","n":2,"id":"x');
    const other = await createDecisionLog({ directory });
    expect(other.repair).toEqual({ writers: 0, tornLines: 0, lostRecords: 0 });
    await other.close();
    const { totals, requests } = await readAll(directory);
    expect(totals.tornLines).toBe(1);
    expect(requests).toHaveLength(1);
    await running.close();
  });
});
