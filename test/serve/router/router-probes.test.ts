import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../support/gate.js';
import { closeAfterEach } from '../../support/close-after-each.js';
import { answer, errorOf, question, readEvents, startRouter } from '../../support/router.js';
import { delta, done, failWith, inTurn, writeStream } from '../../support/scripted-server.js';

const start = closeAfterEach(startRouter);
const breaker = { failureThreshold: 1, openMs: 1000 };

describe('a probe that streams its answer', () => {
  it('leaves the endpoint to others with its first content, long before its end', async () => {
    const gate = createGate();
    const { router, clock } = await start(
      {
        large: inTurn(
          failWith(500),
          async (response) => {
            await writeStream(response, [delta({ content: 'It is' })]);
            await gate.opened;
            response.end(delta({ content: ' 4.' }, 'stop') + done);
          },
          answer('5'),
        ),
      },
      { breaker },
    );
    await errorOf(router.complete(question));
    clock.advance(1000);
    const probe = await router.stream(question);
    expect(probe.attempts).toMatchObject([{ isProbe: true }]);
    expect(router.health()['large']).toMatchObject({ state: 'closed', unavailable: null });
    // The only endpoint: this one would wait for the end of the probe.
    expect((await router.complete(question)).text).toBe('5');
    gate.open();
    expect((await readEvents(probe.events)).text).toBe('It is 4.');
  });

  it('closes the endpoint again if it breaks off', async () => {
    const { router, clock } = await start(
      {
        large: inTurn(failWith(500), async (response) => {
          await writeStream(response, [delta({ content: 'It is' })]);
          response.destroy();
        }),
      },
      { breaker },
    );
    await errorOf(router.complete(question));
    clock.advance(1000);
    const { error } = await readEvents((await router.stream(question)).events);
    expect(error?.code).toBe('stream_truncated');
    expect(router.health()['large']).toMatchObject({ state: 'open', inFlight: 0 });
  });
});

describe('a request that waits for the probe of another', () => {
  /** Lets one request probe, and another wait for that. The probe is refused when the gate opens. */
  async function startWaiting(options: { readonly mayAttempt?: () => boolean } = {}) {
    const gate = createGate();
    const asked = createGate();
    let onFailed: (() => void) | undefined;
    const { router, clock } = await start(
      {
        large: inTurn(failWith(500), async (response, request) => {
          asked.open();
          await gate.opened;
          await failWith(400)(response, request);
        }),
      },
      { breaker, onEvent: ({ type }) => void (type === 'attempt_failed' && onFailed?.()) },
    );
    await errorOf(router.complete(question));
    clock.advance(1000);
    const probe = errorOf(router.complete(question));
    await asked.opened;
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = router
      .complete(question, { signal, ...options })
      .catch((error: unknown) => error);
    await nextTurn();
    return {
      router,
      controller,
      async release(listener?: () => void) {
        onFailed = () => {
          onFailed = undefined;
          listener?.();
        };
        gate.open();
        await probe;
        return waiting;
      },
    };
  }

  it.each(Array.from({ length: 6 }, (_, microtasks) => microtasks))(
    'takes no place with it if it is aborted %i microtasks after that failed',
    async (microtasks) => {
      const { router, controller, release } = await startWaiting();
      await release(() => {
        let later = Promise.resolve();
        for (let count = 0; count < microtasks; count++) later = later.then(() => undefined);
        void later.then(() => controller.abort());
      });
      expect(router.health()['large']).toMatchObject({ inFlight: 0 });
      expect(router.health()['large']?.unavailable?.reason).not.toBe('probing');
    },
  );

  it('takes no place with it if the caller’s code throws', async () => {
    const { router, release } = await startWaiting({
      mayAttempt: () => {
        throw new Error('a mistake of the caller');
      },
    });
    expect(await release()).toMatchObject({ message: 'a mistake of the caller' });
    expect(router.health()['large']).toMatchObject({ inFlight: 0 });
    expect(router.health()['large']?.unavailable?.reason).not.toBe('probing');
  });
});
