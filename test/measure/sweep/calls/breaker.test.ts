import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../../../src/measure/sweep/calls/breaker.js';
import { buildCallFailure } from '../../../../src/measure/sweep/calls/call-failure.js';

const broken = buildCallFailure('server_error', { message: 'broken', status: 500 });
const busy = buildCallFailure('server_error', { message: 'busy', status: 503 });

function failTimes(count: number, breaker = createBreaker()) {
  const verdicts = Array.from({ length: count }, () => breaker.noteFailure(broken).kind);
  return { breaker, verdicts };
}

describe('a breaker', () => {
  it('opens at the fifth failure of one kind in a row', () => {
    const { verdicts } = failTimes(7);
    expect(verdicts).toEqual(['closed', 'closed', 'closed', 'closed', 'open', 'closed', 'closed']);
  });

  it('says for how long, and why', () => {
    const { breaker } = failTimes(4);
    expect(breaker.noteFailure(broken)).toEqual({
      kind: 'open',
      pauseMs: 30_000,
      reason: 'HTTP 500 5 times in a row: broken',
    });
  });

  it('does not open where failures differ, or where something succeeds between them', () => {
    const breaker = createBreaker();
    for (let round = 0; round < 10; round++) {
      expect(breaker.noteFailure(broken).kind).toBe('closed');
      expect(breaker.noteFailure(busy).kind).toBe('closed');
    }
    for (let round = 0; round < 3; round++) {
      expect(failTimes(4, breaker).verdicts).not.toContain('open');
      breaker.noteSuccess();
    }
  });

  it('leaves 429 to the limit', () => {
    const breaker = createBreaker();
    const limited = buildCallFailure('rate_limited', { message: 'slow down', status: 429 });
    for (let call = 0; call < 20; call++) {
      expect(breaker.noteFailure(limited).kind).toBe('closed');
    }
  });

  it('lets one call see after the pause, and closes when it succeeds', () => {
    const { breaker } = failTimes(5);
    expect(breaker.isHalfOpen).toBe(false);
    breaker.halfOpen();
    expect(breaker.isHalfOpen).toBe(true);
    breaker.noteSuccess();
    expect(breaker.isHalfOpen).toBe(false);
    expect(failTimes(4, breaker).verdicts).not.toContain('open');
  });

  it('gives up after three calls that saw no change', () => {
    const { breaker } = failTimes(5);
    for (const expected of ['open', 'open', 'given_up']) {
      breaker.halfOpen();
      expect(breaker.noteFailure(broken).kind).toBe(expected);
    }
  });

  it('gives up on a model that refuses twenty requests in a row, whatever is in them', () => {
    const breaker = createBreaker();
    const refused = buildCallFailure('bad_request', { message: 'no such parameter', status: 400 });
    for (let call = 1; call < 20; call++) expect(breaker.noteFailure(refused).kind).toBe('closed');
    expect(breaker.noteFailure(refused)).toEqual({
      kind: 'given_up',
      reason: 'HTTP 400 20 times in a row: no such parameter',
    });
    breaker.noteSuccess();
    for (let call = 1; call < 20; call++) expect(breaker.noteFailure(refused).kind).toBe('closed');
  });
});
