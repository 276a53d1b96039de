import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLogQueue } from '../../../src/serve/log/log-queue.js';
import { createRecordDraw } from '../../../src/serve/log/record-draw.js';
import type { SegmentContent } from '../../../src/serve/log/list-segments.js';
import { SegmentWriter } from '../../../src/serve/log/segment-writer.js';
import { createRandom } from '../../../src/util/random.js';
import { readAll } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const fail = (error: unknown): void => {
  throw error;
};

/** A queue in a folder of its own, with what it writes and what draws for it. */
function openQueue(name: string) {
  const directory = folder.file(name);
  mkdirSync(directory);
  const now = (): Date => new Date();
  const createWriter = (content: SegmentContent): SegmentWriter =>
    new SegmentWriter({
      directory,
      content,
      writer: 'one',
      level: 'scores',
      maxSegmentBytes: 1e6,
      maxSegmentMs: 1e6,
      now,
      onClosed: () => {},
      onProblem: fail,
    });
  const draw = createRecordDraw(1e-9, createRandom(1));
  const queue = createLogQueue({
    writers: { decisions: createWriter('decisions'), feedback: createWriter('feedback') },
    maxQueueBytes: 1e6,
    flushMs: 50,
    retryMs: 50,
    takeNote: () => draw.takeNote(now()),
    onProblem: fail,
    onWritten: () => {},
  });
  return { directory, draw, queue };
}

it('says what was left out last even where the process ends at once', async () => {
  const { directory, draw, queue } = openQueue('ended');
  for (let request = 0; request < 5; request++) draw.draw(queue.fill);
  queue.writeNow();
  expect((await readAll(directory)).totals).toMatchObject({ sampledOut: 5, damagedLines: 0 });
});

it('stays usable after a line whose size is not known', async () => {
  const { queue } = openQueue('unknown');
  queue.push('decisions', { size: NaN, format: () => '', policy: undefined, number: undefined });
  expect(queue.fill).toBeLessThan(1);
  await queue.flush();
  expect(queue.fill).toBe(0);
});
