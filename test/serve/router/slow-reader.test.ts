import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemRouterClock } from '../../../src/serve/router/call.js';
import type { CallLogEntry } from '../../../src/serve/router/call-log.js';
import { createServedEvents, type ServedOutcome } from '../../../src/serve/log/served-events.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { question, readEvents, startRouter } from '../../support/router.js';
import { delta, done, writeStream, type Reply } from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const start = closeAfterEach(startRouter);

/** Begins to answer, and ends when it is told to. */
function createHeldReply(): { readonly reply: Reply; finish(): void } {
  let finish = (): void => {};
  const isDue = new Promise<void>((resolve) => (finish = resolve));
  const reply: Reply = async (response) => {
    await writeStream(response, [delta({ content: 'It is' })]);
    await isDue;
    response.end(delta({ content: ' 4.' }, 'stop') + done);
  };
  return { reply, finish: () => finish() };
}

describe('a reader that is slower than the model', () => {
  it('does not run the limit of the attempt, nor harm the endpoint', async () => {
    const { reply, finish } = createHeldReply();
    const { router } = await start(
      { large: reply },
      {
        clock: systemRouterClock,
        timeouts: { attemptMs: scaleTime(1000) },
        breaker: { failureThreshold: 1 },
      },
    );
    const { events } = await router.stream(question);
    await events.next();
    await sleep(scaleTime(1800));
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0, inFlight: 1 });
    finish();
    expect(await readEvents(events)).toMatchObject({ text: ' 4.', end: { kind: 'end' } });
    expect(router.health()['large']).toMatchObject({ succeeded: 1, failed: 0, inFlight: 0 });
  });

  it('that never reads is cut off by the limit of the whole call, which blames nobody', async () => {
    const closed: Promise<void>[] = [];
    const { reply } = createHeldReply();
    const { router } = await start(
      {
        large: (response, request) => {
          closed.push(new Promise((resolve) => response.on('close', () => resolve())));
          return reply(response, request);
        },
      },
      {
        clock: systemRouterClock,
        timeouts: { totalMs: scaleTime(1000) },
        breaker: { failureThreshold: 1 },
      },
    );
    const { events } = await router.stream(question);
    await closed[0];
    expect(router.health()['large']).toMatchObject({
      state: 'closed',
      failed: 0,
      lastFailure: null,
      inFlight: 0,
    });
    const { error } = await readEvents(events);
    expect(error).toMatchObject({
      code: 'stream_truncated',
      failure: { class: 'total_timeout' },
    });
  });

  it('leaves the limit of the attempt in force for a model that says no more', async () => {
    const { reply } = createHeldReply();
    const { router } = await start(
      { large: reply },
      { clock: systemRouterClock, timeouts: { attemptMs: scaleTime(1000) } },
    );
    const { events } = await router.stream(question);
    await events.next();
    await sleep(scaleTime(1500));
    const { error } = await readEvents(events);
    expect(error).toMatchObject({ failure: { class: 'attempt_timeout' } });
    expect(router.health()['large']).toMatchObject({ failed: 1 });
  });
});

describe('a stream that is cut', () => {
  /** Begins to answer, and closes the connection when it is told to. */
  function createCutReply(): { readonly reply: Reply; cut(): void } {
    let cut = (): void => {};
    const isDue = new Promise<void>((resolve) => (cut = resolve));
    const reply: Reply = async (response) => {
      await writeStream(response, [delta({ content: 'It is' })]);
      await isDue;
      response.destroy();
    };
    return { reply, cut: () => cut() };
  }

  it.each([
    { what: 'right after a long pause of its reader', pauseMs: 60_000, readMs: 0, isBlamed: false },
    { what: 'after a short pause of its reader', pauseMs: 500, readMs: 0, isBlamed: true },
    { what: 'long after a pause of its reader', pauseMs: 60_000, readMs: 20_000, isBlamed: true },
  ])('$what: the endpoint is blamed: $isBlamed', async ({ pauseMs, readMs, isBlamed }) => {
    const { reply, cut } = createCutReply();
    const { router, clock } = await start({ large: reply }, { breaker: { failureThreshold: 1 } });
    const { events } = await router.stream(question);
    await events.next();
    clock.advance(pauseMs);
    const rest = readEvents(events);
    await nextTurn();
    clock.advance(readMs);
    cut();
    const { error } = await rest;
    expect(error).toMatchObject({ code: 'stream_truncated' });
    expect(router.health()['large']).toMatchObject({
      state: isBlamed ? 'open' : 'closed',
      failed: isBlamed ? 1 : 0,
      inFlight: 0,
    });
  });
});

describe('the latency of a stream', () => {
  /** What a log notes of the outcome. */
  function createNotes() {
    const outcomes: ServedOutcome[] = [];
    const note = createServedEvents();
    const open = (policy: { decide: CallLogEntry['decide'] }): CallLogEntry => ({
      id: 'one',
      decide: policy.decide,
      noteText: () => {},
      noteEvent(event) {
        const outcome = note(event);
        if (outcome !== undefined) outcomes.push(outcome);
      },
    });
    return { outcomes, log: { open } };
  }

  it.each([
    { readerMs: 40, isGuess: false },
    { readerMs: 20_000, isGuess: true },
  ])(
    'lacks the $readerMs ms that its reader took, and is unknown if they hide it',
    async ({ readerMs, isGuess }) => {
      const { reply, finish } = createHeldReply();
      const { outcomes, log } = createNotes();
      const { router, clock } = await start({ large: reply }, { log });
      const { events } = await router.stream(question);
      await events.next();
      clock.advance(readerMs);
      const rest = readEvents(events);
      // The read is under way, and waits for the model.
      await nextTurn();
      clock.advance(300);
      finish();
      const { end } = await rest;
      expect(end).toMatchObject({ latencyMs: 300, ...(isGuess ? { latencyIsGuess: true } : {}) });
      expect(Object.hasOwn(end ?? {}, 'latencyIsGuess')).toBe(isGuess);
      expect(outcomes).toMatchObject([{ attempts: [{ latencyMs: isGuess ? null : 300 }] }]);
    },
  );

  it('is known where the reader took its time after the model was done', async () => {
    const { router, clock } = await start({
      large: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(delta({ content: 'It is' }) + delta({ content: ' 4.' }, 'stop') + done);
      },
    });
    const { events } = await router.stream(question);
    clock.advance(20_000);
    await events.next();
    clock.advance(20_000);
    const { end } = await readEvents(events);
    expect(end).toMatchObject({ latencyMs: 0 });
    expect(end).not.toHaveProperty('latencyIsGuess');
  });
});
