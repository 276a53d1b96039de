import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallResult, FailureClass } from '../../src/providers/call-result.js';
import { createFailure } from '../../src/providers/classify-failure.js';
import type { Clock } from '../../src/providers/clock.js';
import { callWithRetry, computeRetryDelay } from '../../src/providers/retry.js';

const middle = () => 0.5;

const completed: CallResult = {
  kind: 'completed',
  answer: '4',
  refused: false,
  finishReason: 'stop',
  usage: null,
  rawUsage: null,
  ttftMs: 1,
  firstContentMs: 1,
  latencyMs: 2,
  servedModel: null,
  servedProvider: null,
  fingerprint: null,
};

function fail(failureClass: FailureClass, retryAfterMs?: number): CallResult {
  return {
    kind: 'failed',
    failure: createFailure(failureClass, { message: 'scripted', retryAfterMs }),
  };
}

/** A clock on which a call takes 10 ms and nobody has to wait. */
function createTestClock(): Clock & { readonly slept: number[]; tick(): void } {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    tick: () => (nowMs += 10),
    now: () => nowMs,
    date: () => new Date(nowMs),
    sleep: async (delayMs) => {
      slept.push(delayMs);
      nowMs += delayMs;
    },
  };
}

async function retry(results: readonly CallResult[], options: { signal?: AbortSignal } = {}) {
  const clock = createTestClock();
  let calls = 0;
  const outcome = await callWithRetry(
    async () => {
      clock.tick();
      return results[Math.min(calls++, results.length - 1)] as CallResult;
    },
    { clock, random: middle, ...options },
  );
  return { ...outcome, calls, slept: clock.slept };
}

describe('computeRetryDelay', () => {
  it('doubles, up to half a minute', () => {
    const delays = [1, 2, 3, 4, 5, 10].map((attempt) =>
      computeRetryDelay(attempt, undefined, () => 1),
    );
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 30_000]);
  });

  it('is never shorter than the provider asks for, and stays within its bounds', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.nat(100_000),
        chance,
        (attempt, ask, luck) => {
          const asked = computeRetryDelay(attempt, ask, () => luck);
          expect(asked).toBeGreaterThanOrEqual(ask);
          expect(asked).toBeLessThanOrEqual(ask * 1.1 + 1e-6);
          const free = computeRetryDelay(attempt, undefined, () => luck);
          expect(free).toBeGreaterThanOrEqual(250);
          expect(free).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});

describe('callWithRetry', () => {
  it('calls once where the call completes', async () => {
    expect(await retry([completed])).toMatchObject({ calls: 1, failedAttempts: [], slept: [] });
  });

  it.each(['rate_limited', 'server_error', 'timeout', 'network'] as const)(
    'tries again after %s, and keeps a record of it',
    async (failureClass) => {
      const outcome = await retry([fail(failureClass), completed]);
      expect(outcome.result).toBe(completed);
      expect(outcome.failedAttempts).toMatchObject([
        { startedAt: new Date(0), durationMs: 10, failure: { class: failureClass } },
      ]);
      expect(outcome.startedAt).toEqual(new Date(10 + 375));
    },
  );

  it.each(['authentication', 'quota_exhausted', 'bad_request', 'malformed', 'cancelled'] as const)(
    'does not try again after %s',
    async (failureClass) => {
      expect((await retry([fail(failureClass), completed])).calls).toBe(1);
    },
  );

  it('waits as long as the provider asks', async () => {
    expect((await retry([fail('rate_limited', 2000), completed])).slept).toEqual([2100]);
  });

  it('gives up after five attempts', async () => {
    const outcome = await retry([fail('server_error')]);
    expect(outcome).toMatchObject({ calls: 5, result: { kind: 'failed' } });
    expect(outcome.failedAttempts).toHaveLength(4);
  });

  it('gives up at once where the wait would be longer than it may take in all', async () => {
    expect(await retry([fail('rate_limited', 200_000)])).toMatchObject({ calls: 1, slept: [] });
  });

  it('tries no further once it is told to stop', async () => {
    const outcome = await retry([fail('server_error')], { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ calls: 1, slept: [] });
  });
});
