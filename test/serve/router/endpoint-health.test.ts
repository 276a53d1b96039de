import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBreakerSettings } from '../../../src/serve/router/breaker-settings.js';
import { createEndpointHealth, type Lease } from '../../../src/serve/router/endpoint-health.js';
import type { AttemptFailure } from '../../../src/serve/router/failure.js';

const refusal: AttemptFailure = { class: 'authentication', status: 401 };
const broken: AttemptFailure = { class: 'server_error', status: 503 };
const limited: AttemptFailure = { class: 'rate_limited', status: 429 };

function start() {
  let nowMs = 0;
  const health = createEndpointHealth(defaultBreakerSettings, () => nowMs);
  const fail = (times: number): void => {
    for (let count = 0; count < times; count++) health.acquire().fail(broken, 'broken');
  };
  return { health, fail, advance: (ms: number) => (nowMs += ms) };
}

describe('the circuit breaker', () => {
  it('opens at the fifth failure in a row, and not before', () => {
    const { health, fail } = start();
    fail(4);
    expect(health.findUnavailable()).toBeUndefined();
    fail(1);
    expect(health.findUnavailable()).toEqual({ reason: 'open', availableInMs: 30_000 });
    expect(health.read()).toMatchObject({ state: 'open', failed: 5, lastFailure: broken });
  });

  it('counts failures in a row only', () => {
    const { health, fail } = start();
    fail(4);
    health.acquire().succeed();
    fail(4);
    expect(health.read().state).toBe('closed');
  });

  it('lets exactly one probe through when its time is over, and closes when that succeeds', () => {
    const { health, fail, advance } = start();
    fail(5);
    advance(29_999);
    expect(health.findUnavailable()).toMatchObject({ reason: 'open', availableInMs: 1 });
    advance(1);
    expect(health.read()).toMatchObject({ state: 'half_open', unavailable: null });
    const probe = health.acquire();
    expect(probe.isProbe).toBe(true);
    expect(health.findUnavailable()).toEqual({ reason: 'probing', availableInMs: null });
    probe.succeed();
    expect(health.read()).toMatchObject({ state: 'closed', consecutiveFailures: 0 });
    expect(health.acquire().isProbe).toBe(false);
  });

  describe("for errors of a model's own code", () => {
    const own: AttemptFailure = { class: 'model_error', status: null };
    const failFor = ({ health }: ReturnType<typeof start>, ...requests: number[]): void => {
      const leases = requests.map(() => health.acquire());
      leases.forEach((lease, index) => lease.fail(own, 'broken', requests[index]));
    };

    it('opens again where the probe is of a conversation that has failed before', () => {
      const tracked = start();
      failFor(tracked, 1, 2, 3, 4, 5);
      tracked.advance(30_000);
      failFor(tracked, 1);
      expect(tracked.health.findUnavailable()).toEqual({ reason: 'open', availableInMs: 30_000 });
    });

    it('closes where what opened it turns out to be the fault of the requests', () => {
      const tracked = start();
      failFor(tracked, 1, 2, 3, 4, 5);
      expect(tracked.health.read().state).toBe('open');
      tracked.health.forgive(5);
      expect(tracked.health.read()).toMatchObject({ state: 'closed', consecutiveFailures: 4 });
    });

    it('stays open where a probe failed', () => {
      const tracked = start();
      tracked.fail(5);
      tracked.advance(30_000);
      failFor(tracked, 1);
      tracked.health.forgive(1);
      expect(tracked.health.read().state).toBe('open');
    });
  });

  it('opens again for as long when the probe fails', () => {
    const { health, fail, advance } = start();
    fail(5);
    advance(30_000);
    health.acquire().fail(broken, 'broken');
    expect(health.findUnavailable()).toEqual({ reason: 'open', availableInMs: 30_000 });
  });

  it('lets another probe through when one ended without saying anything', () => {
    const { health, fail, advance } = start();
    fail(5);
    advance(30_000);
    health.acquire().release();
    expect(health.findUnavailable()).toBeUndefined();
    expect(health.acquire().isProbe).toBe(true);
  });

  it('lets others through as soon as a probe answers, and opens again if that breaks off', async () => {
    const { health, fail, advance } = start();
    fail(5);
    advance(30_000);
    const probe = health.acquire();
    const ended = health.findProbeEnd();
    probe.noteAnswering();
    await ended;
    expect(health.read()).toMatchObject({ state: 'closed', unavailable: null, succeeded: 0 });
    expect(health.acquire().isProbe).toBe(false);
    probe.fail({ class: 'truncated', status: null }, 'broken');
    expect(health.findUnavailable()).toEqual({ reason: 'open', availableInMs: 30_000 });
  });

  it('opens again also where the probe was an early one after a pause, or of a wrong key', () => {
    const paused = start();
    paused.health.acquire().fail(limited, 'busy');
    const misconfigured = start();
    const { refusalThreshold, misconfiguredMs } = defaultBreakerSettings;
    for (let count = 0; count < refusalThreshold; count++) {
      misconfigured.health.acquire().fail(refusal, 'misconfigured');
    }
    misconfigured.advance(misconfiguredMs);
    for (const { health, lease } of [
      { health: paused.health, lease: paused.health.acquireEarly() },
      { health: misconfigured.health, lease: misconfigured.health.acquire() },
    ]) {
      lease.noteAnswering();
      expect(health.read()).toMatchObject({ state: 'closed', consecutiveFailures: 0 });
      lease.fail({ class: 'truncated', status: null }, 'broken');
      expect(health.findUnavailable()).toEqual({ reason: 'open', availableInMs: 30_000 });
    }
  });

  it('stays closed where another request has succeeded since the probe began to answer', () => {
    const { health, fail, advance } = start();
    fail(5);
    advance(30_000);
    const probe = health.acquire();
    probe.noteAnswering();
    health.acquire().succeed();
    probe.fail({ class: 'truncated', status: null }, 'broken');
    expect(health.read()).toMatchObject({ state: 'closed', consecutiveFailures: 1 });
  });

  it('counts a probe that answered as a success only at the end of the answer', () => {
    const { health, fail, advance } = start();
    fail(5);
    advance(30_000);
    const probe = health.acquire();
    probe.noteAnswering();
    expect(health.read()).toMatchObject({ consecutiveFailures: 5, inFlight: 1 });
    probe.succeed();
    expect(health.read()).toMatchObject({ consecutiveFailures: 0, inFlight: 0, succeeded: 1 });
  });

  it('counts streams that break off after their first content as failures in a row', () => {
    const { health } = start();
    for (let count = 0; count < 5; count++) {
      const lease = health.acquire();
      lease.noteAnswering();
      lease.fail({ class: 'truncated', status: null }, 'broken');
    }
    expect(health.read().state).toBe('open');
  });

  it('is not closed by a request that was sent before it opened', () => {
    const { health, fail } = start();
    const early = health.acquire();
    fail(5);
    early.succeed();
    expect(health.read()).toMatchObject({ state: 'open', succeeded: 1 });
  });

  it('is not held open longer by failures of requests that were sent before it opened', () => {
    const { health, fail, advance } = start();
    const late = health.acquire();
    fail(5);
    advance(20_000);
    late.fail(broken, 'broken');
    expect(health.findUnavailable()).toMatchObject({ availableInMs: 10_000 });
  });

  it('does not count what is no fault of the endpoint', () => {
    const { health } = start();
    for (let count = 0; count < 20; count++) {
      health.acquire().fail({ class: 'bad_request', status: 400 }, 'none');
    }
    expect(health.read()).toMatchObject({ state: 'closed', failed: 0, inFlight: 0 });
  });

  it('holds an endpoint back that refuses three different requests, then probes it', () => {
    const { health, advance } = start();
    for (const request of [1, 2]) health.acquire().fail(refusal, 'misconfigured', request);
    expect(health.read()).toMatchObject({ state: 'closed', failed: 2 });
    health.acquire().fail(refusal, 'misconfigured', 3);
    expect(health.read()).toMatchObject({
      state: 'misconfigured',
      unavailable: { reason: 'misconfigured', availableInMs: 300_000 },
    });
    expect(health.findEarlyProbeMs()).toBe(300_000);
    advance(300_000);
    const probe = health.acquire();
    expect(probe.isProbe).toBe(true);
    probe.fail(refusal, 'misconfigured', 4);
    expect(health.read().state).toBe('misconfigured');
  });

  it('does not call an endpoint misconfigured for one request, however often it is refused', () => {
    const { health } = start();
    for (let count = 0; count < 20; count++) {
      health.acquire().fail(refusal, 'misconfigured', 1);
    }
    expect(health.findUnavailable()).toBeUndefined();
  });

  it('does not call an endpoint misconfigured that answers in between', () => {
    const { health } = start();
    for (let request = 0; request < 20; request++) {
      health.acquire().fail(refusal, 'misconfigured', request);
      if (request % 2 === 1) health.acquire().succeed();
    }
    expect(health.findUnavailable()).toBeUndefined();
  });

  it('trusts a misconfigured endpoint again at the first answer, even a late one', () => {
    const { health } = start();
    const late = health.acquire();
    for (const request of [1, 2, 3]) health.acquire().fail(refusal, 'misconfigured', request);
    late.succeed();
    expect(health.read()).toMatchObject({ state: 'closed', unavailable: null });
  });

  it('holds an endpoint back at once whose key cannot be had', () => {
    const { health } = start();
    health.acquire().fail({ class: 'invalid_credentials', status: null }, 'misconfigured', 1);
    expect(health.read().state).toBe('misconfigured');
  });
});

describe('the cooldown', () => {
  it('is as long as the provider asks, and nothing shortens it', () => {
    const { health, advance } = start();
    const [first, second, third] = [health.acquire(), health.acquire(), health.acquire()];
    first.fail({ ...limited, retryAfterMs: 200_000 }, 'busy');
    second.fail({ ...limited, retryAfterMs: 1000 }, 'busy');
    third.succeed();
    expect(health.findUnavailable()).toEqual({ reason: 'cooling_down', availableInMs: 200_000 });
    advance(199_999);
    expect(health.findUnavailable()).toMatchObject({ availableInMs: 1 });
    advance(1);
    expect(health.findUnavailable()).toBeUndefined();
  });

  it('is at most five minutes, whatever the provider asks', () => {
    const { health } = start();
    health.acquire().fail({ ...limited, retryAfterMs: 1e15 }, 'busy');
    expect(health.findUnavailable()).toEqual({ reason: 'cooling_down', availableInMs: 300_000 });
  });

  it('does not follow a refusal of one request', () => {
    const { health } = start();
    health.acquire().fail({ class: 'bad_request', status: 400, retryAfterMs: 60_000 }, 'none');
    health.acquire().fail({ ...refusal, retryAfterMs: 60_000 }, 'misconfigured', 1);
    expect(health.findUnavailable()).toBeUndefined();
  });

  it('outlasts a breaker that would try sooner', () => {
    const { health, fail, advance } = start();
    fail(4);
    health.acquire().fail({ ...broken, retryAfterMs: 120_000 }, 'broken');
    expect(health.findUnavailable()).toEqual({ reason: 'open', availableInMs: 120_000 });
    advance(60_000);
    expect(health.findUnavailable()).toEqual({ reason: 'cooling_down', availableInMs: 60_000 });
  });

  it('is five seconds where a 429 does not say', () => {
    const { health } = start();
    health.acquire().fail(limited, 'busy');
    expect(health.read()).toMatchObject({
      state: 'closed',
      consecutiveFailures: 0,
      unavailable: { reason: 'cooling_down', availableInMs: 5000 },
    });
  });
});

describe('the early probe', () => {
  it('is for what the router holds back by its own guess, and alone', () => {
    const { health, fail } = start();
    fail(5);
    expect(health.findEarlyProbeMs()).toBe(30_000);
    const probe = health.acquireEarly();
    expect(probe.isProbe).toBe(true);
    expect(health.findEarlyProbeMs()).toBeUndefined();
    probe.succeed();
    expect(health.read()).toMatchObject({ state: 'closed', unavailable: null });
  });

  it('never breaks the word of a provider', () => {
    const { health } = start();
    health.acquire().fail({ ...limited, retryAfterMs: 10 }, 'busy');
    expect(health.findEarlyProbeMs()).toBeUndefined();
  });
});

describe('any course of requests', () => {
  it('never has two probes at once, and never sends while the provider asked to wait', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const) }),
      fc.record({
        kind: fc.constant('end' as const),
        which: fc.nat(10),
        how: fc.constantFrom('succeed', 'broken', 'busy', 'misconfigured', 'release'),
        answers: fc.boolean(),
        retryAfterMs: fc.option(fc.nat(100_000), { nil: undefined }),
      }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(60_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.boolean(), (steps, asksEarly) => {
        let nowMs = 0;
        let waitUntilMs = 0;
        const health = createEndpointHealth(defaultBreakerSettings, () => nowMs);
        const running: Lease[] = [];
        for (const item of steps) {
          if (item.kind === 'wait') nowMs += item.ms;
          if (item.kind === 'send') {
            const isFree = health.findUnavailable() === undefined;
            if (isFree) running.push(health.acquire());
            else if (asksEarly && health.findEarlyProbeMs() !== undefined) {
              running.push(health.acquireEarly());
            } else continue;
            expect(nowMs).toBeGreaterThanOrEqual(waitUntilMs);
          }
          if (item.kind === 'end') {
            const [lease] = running.splice(item.which % Math.max(1, running.length), 1);
            if (lease === undefined) continue;
            const { how, retryAfterMs } = item;
            if (item.answers) lease.noteAnswering();
            if (how === 'succeed') lease.succeed();
            else if (how === 'release') lease.release();
            else {
              const pause = retryAfterMs === undefined ? {} : { retryAfterMs };
              lease.fail({ ...broken, ...pause }, how as 'broken' | 'busy' | 'misconfigured');
              const waitMs = how === 'misconfigured' ? 0 : (retryAfterMs ?? 0);
              waitUntilMs = Math.max(waitUntilMs, nowMs + waitMs);
            }
          }
          expect(running.filter(({ isProbe }) => isProbe).length).toBeLessThanOrEqual(1);
          expect(health.read().inFlight).toBe(running.length);
        }
      }),
    );
  });
});
