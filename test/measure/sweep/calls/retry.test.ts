import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildCallFailure,
  type CallFailureClass,
} from '../../../../src/measure/sweep/calls/call-failure.js';
import {
  computeRetryDelay,
  decideRetry,
  defaultRetryLimits,
} from '../../../../src/measure/sweep/calls/retry.js';

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
          const free = computeRetryDelay(attempt, undefined, () => luck);
          expect(asked).toBeGreaterThanOrEqual(free);
          expect(asked).toBeLessThanOrEqual(Math.max(free, ask * 1.1 + 1e-6));
          expect(free).toBeGreaterThanOrEqual(250);
          expect(free).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});

describe('decideRetry', () => {
  function decide(
    failureClass: CallFailureClass,
    call: { retryAfterMs?: number; attempt?: number; elapsedMs?: number } = {},
  ) {
    const { retryAfterMs, attempt = 1, elapsedMs = 0 } = call;
    const failure = buildCallFailure(failureClass, { message: 'scripted', retryAfterMs });
    const limits = defaultRetryLimits;
    const details = { attempt, timedOutAttempts: 0, elapsedMs, limits, random: () => 0.5 };
    return decideRetry(failure, details);
  }

  it.each(['rate_limited', 'server_error', 'timeout', 'network', 'malformed'] as const)(
    'tries again after %s',
    (failureClass) => {
      expect(decide(failureClass)).toEqual({ kind: 'retry', delayMs: 375, isRequested: false });
    },
  );

  it.each([
    'authentication',
    'quota_exhausted',
    'bad_request',
    'context_overflow',
    'unsupported',
    'cancelled',
  ] as const)('does not try again after %s', (failureClass) => {
    expect(decide(failureClass)).toEqual({ kind: 'final' });
  });

  it('waits as long as the provider asks, and says that it was asked', () => {
    const decision = { kind: 'retry', delayMs: 2100, isRequested: true };
    expect(decide('rate_limited', { retryAfterMs: 2000 })).toEqual(decision);
  });

  it('gives up after five attempts', () => {
    expect(decide('server_error', { attempt: 4 }).kind).toBe('retry');
    expect(decide('server_error', { attempt: 5 }).kind).toBe('final');
  });

  it('backs off where the provider asks for no wait at all', () => {
    const delays = [1, 2, 3, 4].map((attempt) =>
      decide('rate_limited', { retryAfterMs: 0, attempt }),
    );
    expect(delays).toMatchObject([375, 750, 1500, 3000].map((delayMs) => ({ delayMs })));
  });

  it('sends a request in another form at once', () => {
    const failure = { ...buildCallFailure('unsupported', { message: 'x' }), retryable: true };
    const limits = defaultRetryLimits;
    const call = { attempt: 1, timedOutAttempts: 0, elapsedMs: 0, limits, random: () => 0.5 };
    expect(decideRetry(failure, call)).toMatchObject({ kind: 'retry', delayMs: 0 });
  });

  it('pays for a call that times out at most twice', () => {
    const decideTimeout = (
      attempt: number,
      timedOutAttempts: number,
      { mayBeCharged = true, elapsedMs = 0 } = {},
    ) => {
      const failure = buildCallFailure('timeout', { message: 'scripted', mayBeCharged });
      const details = { attempt, timedOutAttempts, elapsedMs, random: () => 0.5 };
      return decideRetry(failure, { ...details, limits: defaultRetryLimits }).kind;
    };
    expect(decideTimeout(1, 1)).toBe('retry');
    expect(decideTimeout(2, 2)).toBe('final');
    expect(decideTimeout(2, 0, { mayBeCharged: false })).toBe('retry');
    // Other failures before it are no tries of it.
    expect(decideTimeout(3, 1)).toBe('retry');
    // One call of a model that reasons may take longer than all attempts should.
    expect(decideTimeout(1, 1, { elapsedMs: 1_700_000 })).toBe('retry');
    expect(decideTimeout(2, 2, { elapsedMs: 1_700_000 })).toBe('final');
  });

  it('gives up where the wait would end later than a call may take in all', () => {
    expect(decide('server_error', { elapsedMs: 599_000 }).kind).toBe('retry');
    expect(decide('server_error', { elapsedMs: 599_900 }).kind).toBe('final');
    expect(decide('rate_limited', { retryAfterMs: 700_000 }).kind).toBe('final');
  });
});
