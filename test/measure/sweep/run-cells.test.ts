import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../src/measure/sweep/calls/clock.js';
import type { SweepEvent } from '../../../src/measure/sweep/sweep-event.js';
import {
  delta,
  done,
  failWith,
  say,
  usageEvent,
  stream,
  type Reply,
} from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();

/** A clock whose waits are written down, and over when they are let go. */
function createHeldClock() {
  const waits: { delayMs: number; end: () => void }[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) resolve();
        signal?.addEventListener('abort', () => resolve());
        waits.push({ delayMs, end: resolve });
      }),
  };
  return { clock, waits };
}

/** Replies by the model that is asked. */
function byModel(replies: Readonly<Record<string, Reply>>): Reply {
  return (response, request) => replies[String(request.body['model'])]?.(response, request);
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

describe('a lane that has to wait', () => {
  it('holds no other up, and sends nothing until the time that was asked for is over', async () => {
    let isBusy = true;
    const server = await bench.serve(
      byModel({
        'a-1': (response, request) =>
          (isBusy ? failWith(429, {}, { 'retry-after': '60' }) : say('It is 4.'))(
            response,
            request,
          ),
        'b-1': say('It is 4.'),
      }),
    );
    const { clock, waits } = createHeldClock();
    const events: SweepEvent[] = [];
    const sweep = bench.sweep(bench.buildModels(server, ['a', 'b']), {
      clock,
      concurrency: 2,
      onEvent: (event) => events.push(event),
    });
    const asked = (model: string) =>
      server.requests.filter(({ body }) => body['model'] === model).length;
    await until(() => asked('b-1') === 6 && waits.length > 0);
    expect(asked('a-1')).toBeLessThanOrEqual(2);
    expect(waits[0]?.delayMs).toBeGreaterThanOrEqual(60_000);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'paused', models: ['a'] }));
    isBusy = false;
    waits.forEach(({ end }) => end());
    expect(await sweep).toMatchObject({ coverage: 1 });
    const entry = (await bench.readEntries()).find(({ failedAttempts }) => failedAttempts[0]);
    expect(entry).toMatchObject({ model: 'a', outcome: 'answered' });
  });

  it('begins no further cells while those that back off could use its limit', async () => {
    const server = await bench.serve(failWith(500));
    const { clock, waits } = createHeldClock();
    const controller = new AbortController();
    const sweep = bench.sweep(bench.buildModels(server, ['a']), {
      clock,
      concurrency: 2,
      signal: controller.signal,
    });
    await until(() => waits.length === 2);
    waits[0]?.end();
    await until(() => waits.length === 3);
    // The third request is the first or the second one again.
    expect(server.requests).toHaveLength(3);
    expect(new Set(server.requests.map(({ body }) => JSON.stringify(body))).size).toBe(2);
    controller.abort();
    expect((await sweep).totals).toMatchObject({ failed: 2, skipped: 4 });
  });
});

describe('a model that always fails', () => {
  it('is paused at the fifth failure, tried three more times, and skipped', async () => {
    const server = await bench.serve(byModel({ 'a-1': failWith(503), 'b-1': say('It is 4.') }));
    const notices: string[] = [];
    const events: SweepEvent[] = [];
    const summary = await bench.sweep(bench.buildModels(server, ['a', 'b']), {
      taskCount: 40,
      concurrency: 4,
      onEvent: (event) => events.push(event),
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    const [a, b] = summary.models;
    expect(b).toMatchObject({ done: 40 });
    expect(a?.stoppedBecause).toContain('HTTP 503 again after a pause');
    expect(a?.skipped).toBeGreaterThan(30);
    const asked = server.requests.filter(({ body }) => body['model'] === 'a-1').length;
    // Five failures, three probes, and the calls in flight with them.
    expect(asked).toBeLessThanOrEqual(12);
    expect(events.filter(({ kind }) => kind === 'paused')).toHaveLength(3);
    expect(notices.some((notice) => notice.startsWith('a waits for 30 s.'))).toBe(true);
    expect(notices.some((notice) => notice.startsWith('a is skipped'))).toBe(true);
  });

  it('is asked one call at a time after a pause, and goes on when it answers', async () => {
    let isBroken = true;
    const server = await bench.serve((response, request) =>
      (isBroken ? failWith(503) : say('It is 4.'))(response, request),
    );
    const { clock, waits } = createHeldClock();
    const sweep = bench.sweep(bench.buildModels(server, ['a']), {
      clock,
      taskCount: 20,
      concurrency: 5,
    });
    await until(() => waits.some(({ delayMs }) => delayMs === 30_000));
    const before = server.requests.length;
    waits.forEach(({ end }) => end());
    await until(() => server.requests.length > before && waits.length > 6);
    expect(server.requests.length - before).toBe(1);
    isBroken = false;
    const timer = setInterval(() => waits.forEach(({ end }) => end()), 5);
    expect((await sweep).coverage).toBe(1);
    clearInterval(timer);
  });
});

describe('the limit', () => {
  it('shrinks at a 429, and the log says why and how it stood', async () => {
    let rejected = 0;
    const server = await bench.serve((response, request) => {
      if (request.index % 10 === 9) rejected += 1;
      return (request.index % 10 === 9 ? failWith(429) : say('It is 4.'))(response, request);
    });
    const events: SweepEvent[] = [];
    const summary = await bench.sweep(bench.buildModels(server, ['a']), {
      taskCount: 60,
      concurrency: 10,
      onEvent: (event) => events.push(event),
    });
    expect(summary.coverage).toBe(1);
    expect(rejected).toBeGreaterThan(5);
    const change = events.find((event) => event.kind === 'limit_changed');
    expect(change).toMatchObject({
      models: ['a'],
      from: 10,
      to: 8,
      reason: '429, rate limited',
      inFlight: expect.any(Number) as number,
      waiting: expect.any(Number) as number,
    });
    const failures = events.filter((event) => event.kind === 'attempt_failed');
    expect(failures).toHaveLength(rejected);
    expect(failures[0]).toMatchObject({ model: 'a', attempt: 1, status: 429 });
  });

  it('is shared by models that differ in parameters only, and by no others', async () => {
    let most = 0;
    const underWay = new Map<string, number>();
    const server = await bench.serve(async (response, request) => {
      const model = String(request.body['model']);
      underWay.set(model, (underWay.get(model) ?? 0) + 1);
      most = Math.max(most, underWay.get('x') ?? 0);
      // The first calls are held until more are in flight than a model's initial limit allows.
      if (model === 'x') await until(() => most > 10);
      underWay.set(model, (underWay.get(model) ?? 0) - 1);
      await say('It is 4.')(response, request);
    });
    const [cold] = bench.buildModels(server, ['cold'], { model: 'x' });
    const [hot] = bench.buildModels(server, ['hot'], {
      model: 'x',
      parameters: { temperature: 1 },
    });
    const models = [cold, hot, ...bench.buildModels(server, ['y'])].filter((model) => model);
    const summary = await bench.sweep(models as never, { taskCount: 60, concurrency: 100 });
    expect(summary.coverage).toBe(1);
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(40);
  });
});

describe('what the ledger says of time', () => {
  it('keeps the wait, the first reasoning, the first content and the whole apart', async () => {
    const server = await bench.serve(
      stream(
        delta({ role: 'assistant', content: '' }),
        delta({ reasoning: 'Hmm' }),
        delta({ content: 'It is 4.' }),
        delta({}, 'stop'),
        usageEvent({ prompt_tokens: 1, completion_tokens: 1 }),
        done,
      ),
    );
    // Every reading is later than the one before, also of events that arrive in one packet.
    let readings = 0;
    const clock = { ...systemClock, now: () => (readings += 1) };
    await bench.sweep(bench.buildModels(server, ['a']), { concurrency: 3, clock });
    const entries = await bench.readEntries();
    expect(entries.length).toBeGreaterThan(0);
    for (const { queueMs, ttftMs, firstContentMs, latencyMs, inFlight } of entries) {
      expect(queueMs).toBeGreaterThanOrEqual(0);
      expect(ttftMs).toBeLessThan(firstContentMs as number);
      expect(firstContentMs).toBeLessThan(latencyMs as number);
      expect(inFlight).toBeGreaterThanOrEqual(1);
      expect(inFlight).toBeLessThanOrEqual(3);
    }
  });

  it('counts the wait for the limit as a wait, and for the final attempt only', async () => {
    const server = await bench.serve((response, request) =>
      (request.index === 0 ? failWith(429, {}, { 'retry-after-ms': '40' }) : say('It is 4.'))(
        response,
        request,
      ),
    );
    await bench.sweep(bench.buildModels(server, ['a']), { limit: 1, clock: systemClock });
    const [entry] = await bench.readEntries();
    expect(entry?.queueMs).toBeGreaterThan(30);
    expect(entry?.failedAttempts).toHaveLength(1);
  });
});

describe('a sweep of failed cells alone', () => {
  it('calls these and none that was never called', async () => {
    let isBroken = true;
    const server = await bench.serve((response, request) =>
      (isBroken && request.index % 2 === 0 ? failWith(400) : say('It is 4.'))(response, request),
    );
    const models = bench.buildModels(server, ['a']);
    const first = await bench.sweep(models, { limit: 4, concurrency: 1 });
    expect(first.totals).toMatchObject({ done: 2, failed: 2 });
    isBroken = false;
    const second = await bench.sweep(models, { retryFailed: true });
    expect(server.requests).toHaveLength(6);
    expect(second.totals).toMatchObject({ settledBefore: 2, done: 2, failed: 0, skipped: 2 });
    const third = await bench.sweep(models, {});
    expect(server.requests).toHaveLength(8);
    expect(third.coverage).toBe(1);
  });
});
