import { afterEach, describe, expect, it } from 'vitest';
import { createThread, type Thread } from '../../src/util/thread.js';
import type { ThreadOrder } from '../support/thread-worker.js';
import { scaleTime } from '../support/test-run.js';

const longMs = scaleTime(60_000);
const open: Thread<ThreadOrder, string>[] = [];
afterEach(() => Promise.all(open.splice(0).map((thread) => thread.close())));

function create(module = new URL('../support/thread-worker.js', import.meta.url)) {
  const thread = createThread<ThreadOrder, string>({
    module,
    name: 'the helper',
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  open.push(thread);
  return thread;
}

describe('a thread', () => {
  it('answers one request after the other', async () => {
    const thread = create();
    expect(thread).toMatchObject({ isUsable: true, hasLoaded: false });
    for (const text of ['one', 'two']) {
      expect(await thread.ask({ kind: 'echo', text }, longMs)).toEqual({
        kind: 'reply',
        reply: text,
      });
    }
    expect(thread).toMatchObject({ isUsable: true, hasLoaded: true });
  });

  it('is ended where a request takes too long, and works on nothing afterwards', async () => {
    const thread = create();
    expect(await thread.ask({ kind: 'spin' }, 20)).toEqual({ kind: 'timed_out' });
    expect(thread.isUsable).toBe(false);
    expect(await thread.ask({ kind: 'echo', text: '' }, longMs)).toMatchObject({
      kind: 'unavailable',
    });
  });

  it('may load something for a request without using its time', async () => {
    const timeMs = scaleTime(1000);
    const order = { kind: 'load_and_echo', text: 'late', loadMs: timeMs + 200 } as const;
    const result = await create().ask(order, timeMs);
    expect(result).toEqual({ kind: 'reply', reply: 'late' });
  });

  it('says that it ran out of memory', async () => {
    expect(await create().ask({ kind: 'exhaust_memory' }, longMs)).toMatchObject({
      kind: 'ended',
      isOutOfMemory: true,
    });
  });

  it('says that it ended itself', async () => {
    const thread = create();
    expect(await thread.ask({ kind: 'exit' }, longMs)).toEqual({
      kind: 'ended',
      isOutOfMemory: false,
      reason: 'the thread ended itself',
    });
    expect(thread.isUsable).toBe(false);
  });

  it('is unavailable where its module cannot be loaded', async () => {
    const thread = create(new URL('../support/no-such-worker.js', import.meta.url));
    expect(await thread.ask({ kind: 'spin' }, longMs)).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/^the helper could not be loaded: .*no-such-worker/s),
    });
    expect(thread).toMatchObject({ isUsable: false, hasLoaded: false });
  });

  it('leaves a request without an answer where it is closed', async () => {
    const thread = create();
    const endless = thread.ask({ kind: 'spin' }, longMs);
    await thread.close();
    expect(await endless).toEqual({ kind: 'unavailable', reason: 'the helper was closed' });
    await thread.close();
  });
});
