import { appendFileSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openWorkerSpool, readLeftSpools } from '../../../src/measure/queue/worker-spool.js';
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

  it('is read by the next worker of its folder once its process has ended, also if it is torn', async () => {
    const spool = await openWorkerSpool(folder.file('left'), 'b');
    spool.add(answer(1));
    spool.add(answer(2));
    expect(await readLeftSpools(folder.file('left'), 'c', async () => false)).toEqual([]);
    // As the process leaves it that was killed in the midst of a line.
    appendFileSync(folder.file('left/b.jsonl'), '{"runId":"run","la');
    rmSync(folder.file('left/b.jsonl.lock'));
    const [left] = await readLeftSpools(folder.file('left'), 'c', async () => false);
    expect(left?.answers).toEqual([answer(1), answer(2)]);
    await left?.remove();
    expect(readdirSync(folder.file('left'))).toEqual([]);
  });

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
