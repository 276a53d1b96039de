import { describe, expect, it } from 'vitest';
import { closeAfterEach } from '../../support/close-after-each.js';
import { answer, question, readEvents, replyJson, startRouter } from '../../support/router.js';
import type { Reply } from '../../support/scripted-server.js';
import { scaleTime } from '../../support/test-run.js';

const requests = 40;
const start = closeAfterEach(startRouter);

/** What the model that is asked first does, from the first request to the last. */
const faults: Readonly<Record<string, Reply>> = {
  down: (response) => void response.destroy(),
  'in error': replyJson({ error: { message: 'overloaded' } }, 503),
  'rate limiting': replyJson({ error: { message: 'slow down' } }, 429, { 'retry-after': '20' }),
  slow: () => {
    // It accepts the request, and never answers.
  },
  truncating: (response, { body }) => {
    const isStream = body['stream'] === true;
    response.writeHead(200, {
      'content-type': isStream ? 'text/event-stream' : 'application/json',
    });
    response.write(isStream ? ': hello\n\n' : '{"choices":[{"message":{"content":"fo');
    setTimeout(() => response.destroy(), 5);
  },
};

describe.each(Object.entries(faults))(
  'where one of three models is %s for the whole run',
  (_, fault) => {
    it.each(['complete', 'stream'] as const)(
      'no %s fails, and it is soon left alone',
      async (kind) => {
        const limitMs = scaleTime(1000);
        const { router, servers, clock } = await start(
          { large: fault, small: answer('from small'), local: answer('from local') },
          // Long enough for the good models on a busy machine.
          { timeouts: { connectMs: limitMs, firstByteMs: limitMs, idleMs: limitMs } },
        );
        for (let request = 0; request < requests; request++) {
          if (kind === 'complete') {
            const { model, text } = await router.complete(question);
            expect([model, text]).toEqual(['small', 'from small']);
          } else {
            const { model, events } = await router.stream(question);
            const { text, error } = await readEvents(events);
            expect([model, text, error]).toEqual(['small', 'from small', undefined]);
          }
          clock.advance(1000);
        }
        // Forty seconds: five failures or one Retry-After, and then a probe for each time that is over.
        const asked = servers['large']?.requests.length ?? 0;
        expect(asked).toBeGreaterThan(0);
        expect(asked).toBeLessThan(10);
        expect(servers['small']?.requests).toHaveLength(requests);
        expect(router.health()['large']?.state).not.toBe(asked > 4 ? 'closed' : 'misconfigured');
      },
    );
  },
);

describe('the breaker of a model that is down', () => {
  it('opens at the fifth failure, lets one probe through after thirty seconds, and closes', async () => {
    let isDown = true;
    const { router, servers, clock } = await start({
      large: (response, request) =>
        (isDown ? replyJson({ error: {} }, 500) : answer('back'))(response, request),
      small: answer('from small'),
    });
    const states: string[] = [];
    const ask = async (): Promise<string> => {
      const { text } = await router.complete(question);
      states.push(router.health()['large']?.state ?? '');
      return text;
    };
    for (let request = 0; request < 6; request++) await ask();
    expect(states).toEqual(['closed', 'closed', 'closed', 'closed', 'open', 'open']);
    expect(servers['large']?.requests).toHaveLength(5);
    clock.advance(29_999);
    await ask();
    expect(servers['large']?.requests).toHaveLength(5);
    clock.advance(1);
    await ask();
    expect(servers['large']?.requests).toHaveLength(6);
    expect(states.at(-1)).toBe('open');
    isDown = false;
    clock.advance(30_000);
    expect(await ask()).toBe('back');
    expect(states.at(-1)).toBe('closed');
    expect(await ask()).toBe('back');
  });
});
