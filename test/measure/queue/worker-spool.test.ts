import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLeftSpools, type LeftSpool } from '../../../src/measure/queue/left-spools.js';
import type { SpooledLine } from '../../../src/measure/queue/spool-lines.js';
import { openWorkerSpool } from '../../../src/measure/queue/worker-spool.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const answer = (number: number) => ({
  runId: 'run',
  lane: 0,
  number,
  jobId: 'job',
  fence: 0,
  workerId: 'worker',
  chargedUsd: 0.5,
  line: '{"version":1}\n',
});

const judging = (id: string): SpooledLine => {
  const { chargedUsd: _, line: __, ...key } = answer(1);
  const about = { cellKey: 'cell', taskId: 'task', promptHash: 'hash', model: 'm', repeat: 0 };
  const begun = { simulated: false, startedAt: '2026-01-01T00:00:00.000Z', possibleCostUsd: 0.25 };
  const call = { ...about, ...begun, judging: { id, model: 'judge', promptVersion: 1 } };
  return { kind: 'judging', ...key, call };
};

const killed = '5f0c3a52-8f5e-4d6a-9a51-2b8f0c1d2e3f';

async function readAll(name: string, isAbandoned = async () => false): Promise<LeftSpool[]> {
  const reader = '0d9a5c1e-1b2c-4d3e-8f90-a1b2c3d4e5f6';
  const left: LeftSpool[] = [];
  for await (const one of readLeftSpools(folder.file(name), reader, isAbandoned)) left.push(one);
  return left;
}

describe("a worker's spool", () => {
  it('keeps answers until they are recorded, and leaves no file after that', async () => {
    const spool = await openWorkerSpool(folder.file('kept'), 'a');
    spool.add(answer(1));
    spool.add(answer(2));
    spool.remove(answer(1));
    expect(spool.size).toBe(1);
    spool.remove(answer(2));
    expect(readFileSync(folder.file('kept/a.jsonl'), 'utf8')).toBe('');
    await spool.close();
    expect(readdirSync(folder.file('kept'))).toEqual([]);
  });

  it('tells the same cell of two runs apart', async () => {
    const spool = await openWorkerSpool(folder.file('runs'), 'b');
    spool.add(answer(1));
    spool.add({ ...answer(1), runId: 'another' });
    spool.remove({ ...answer(1), runId: 'another' });
    expect(spool.size).toBe(1);
    expect(readFileSync(folder.file('runs/b.jsonl'), 'utf8')).not.toBe('');
    await spool.close();
  });

  it('is read by the next worker of its folder once its process has ended, also if it is torn', async () => {
    const name = `${killed}.jsonl`;
    const spool = await openWorkerSpool(folder.file('left'), killed);
    spool.add(answer(1));
    spool.add(answer(2));
    expect(await readAll('left')).toEqual([]);
    // As the process leaves it that was killed in the midst of a line.
    appendFileSync(folder.file(`left/${name}`), '{"runId":"run","la');
    rmSync(folder.file(`left/${name}.lock`));
    const [left] = await readAll('left');
    expect(left).toMatchObject({ answers: [answer(1), answer(2)], damaged: 0 });
    await left?.remove();
    expect(readdirSync(folder.file('left'))).toEqual([]);
  });

  it('is not what other files of its folder are taken for', async () => {
    folder.write('shared/tasks.jsonl', '{"id":"1","prompt":"x"}\n');
    folder.write('shared/ledger.jsonl', '');
    expect(await readAll('shared')).toEqual([]);
  });

  it('says how many of its lines cannot be read', async () => {
    const lines = [JSON.stringify(answer(1)), '{"another":"version"}', '', 'torn {'];
    folder.write(`damaged/${killed}.jsonl`, `${lines.join('\n')}\n`);
    const [left] = await readAll('damaged');
    expect(left).toMatchObject({ answers: [answer(1)], damaged: 2 });
    await left?.keep();
  });

  it('of another host is left alone unless its worker is gone', async () => {
    const file = folder.write(`hosts/${killed}.jsonl`, `${JSON.stringify(answer(1))}\n`);
    const lock = { pid: 1, host: 'another-host', token: 'x', startedAt: '' };
    writeFileSync(`${file}.lock`, JSON.stringify(lock));
    expect(await readAll('hosts')).toEqual([]);
    const [left] = await readAll('hosts', async () => true);
    expect(left?.answers).toEqual([answer(1)]);
  });

  it('is written again where another host took it from a worker that is still there', async () => {
    const spool = await openWorkerSpool(folder.file('back'), killed);
    const file = folder.file(`back/${killed}.jsonl`);
    spool.add(answer(1));
    const lock = { pid: 1, host: 'another-host', token: 'x', startedAt: '' };
    writeFileSync(`${file}.lock`, JSON.stringify(lock));
    const [left] = await readAll('back', async () => true);
    expect(left?.answers).toEqual([answer(1)]);
    spool.add(answer(2));
    await left?.remove();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([answer(1), answer(2)]);
    spool.add(answer(3));
    await expect.poll(() => existsSync(`${file}.lock`)).toBe(true);
    expect(await readAll('back', async () => true)).toEqual([]);
    for (const number of [1, 2, 3]) spool.remove(answer(number));
    await spool.close();
    expect(readdirSync(folder.file('back'))).toEqual([]);
  });

  it('of another host is read with all that was written to it before it was taken', async () => {
    const spool = await openWorkerSpool(folder.file('taken'), killed);
    const file = folder.file(`taken/${killed}.jsonl`);
    spool.add(answer(1));
    const lock = { pid: 1, host: 'another-host', token: 'x', startedAt: '' };
    writeFileSync(`${file}.lock`, JSON.stringify(lock));
    const [left] = await readAll('taken', async () => {
      spool.add(answer(2));
      return true;
    });
    expect(left?.answers).toEqual([answer(1), answer(2)]);
    await left?.remove();
    await spool.close();
  });

  it('of a live process of this host is never taken, whatever the queue has heard', async () => {
    const spool = await openWorkerSpool(folder.file('alive'), killed);
    spool.add(answer(1));
    expect(await readAll('alive', async () => true)).toEqual([]);
    await spool.close();
  });

  it.runIf(existsSync('/dev/full'))(
    "does not keep a judge's call that could not be written and is not sent",
    async () => {
      mkdirSync(folder.file('full'));
      symlinkSync('/dev/full', folder.file('full/f.jsonl'));
      const spool = await openWorkerSpool(folder.file('full'), 'f');
      expect(() => spool.add(judging('grade-1'))).toThrow(/space/);
      await spool.close();
      expect(readdirSync(folder.file('full'))).toEqual([]);
    },
  );

  it('does not grow with the answers that pass through it', async () => {
    const spool = await openWorkerSpool(folder.file('long'), 'c');
    const line = 'x'.repeat(1_000_000);
    for (let number = 1; number <= 12; number++) {
      spool.add({ ...answer(number), line });
      if (number > 1) spool.remove(answer(number - 1));
    }
    expect(readFileSync(folder.file('long/c.jsonl')).length).toBeLessThan(7_000_000);
    spool.remove(answer(12));
    await spool.close();
  });
});
