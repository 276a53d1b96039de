import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/util/random.js';
import {
  beginPace,
  computePacedAtMs,
  computeStartRoom,
  findSpacingMs,
  noteActive,
  noteAnswer,
  noteRateLimit,
  noteStart,
  type PaceState,
} from '../../../src/measure/queue/lane-pace.js';

/** Sends calls to a provider that takes so many in any minute, at the lane's pace. */
function simulate(perMinute: number, minutes: number, burst: number) {
  const pace = beginPace();
  const taken: number[] = [];
  const counts = { calls: 0, limited: 0 };
  let nowMs = 0;
  let first = 0;
  while (nowMs < 60_000 * minutes) {
    const resumes = computePacedAtMs(pace);
    nowMs = Math.max(nowMs, resumes);
    while (first < taken.length && (taken[first] as number) <= nowMs - 60_000) first += 1;
    const inWindow = taken.length - first;
    pace.lastSentMs = nowMs;
    if (inWindow < perMinute) {
      counts.calls += 1;
      taken.push(nowMs);
      noteAnswer(pace, nowMs);
      nowMs += 50;
      continue;
    }
    const waitMs = (taken[first] as number) + 60_000 - nowMs;
    // Without a pace, calls in flight are refused together.
    const refused = pace.intervalMs === 0 ? burst : 1;
    for (let call = 0; call < refused; call++) noteRateLimit(pace, nowMs, waitMs);
    counts.calls += refused;
    counts.limited += refused;
    nowMs += waitMs;
  }
  return { ...counts, share: counts.limited / counts.calls, perMinute: taken.length / minutes };
}

/** How long a provider refuses a call that comes at a time; 0 if it answers. */
type Provider = (nowMs: number) => number;

/** Refuses a share of the calls, however slowly they come. */
function refuseAtRandom(share: number, waitMs: number): Provider {
  const random = createRandom(1);
  return () => (random() < share ? waitMs : 0);
}

/** Answers so many calls at once, and then one in each second. */
function limitRate(burst: number): Provider {
  let tokens = burst;
  let filledMs = 0;
  return (nowMs) => {
    tokens = Math.min(burst, tokens + (nowMs - filledMs) / 1000);
    filledMs = nowMs;
    if (tokens < 1) return Math.ceil(1 - tokens) * 1000;
    tokens -= 1;
    return 0;
  };
}

/** Sends calls one after the other, at a lane's pace. */
function drive(provider: Provider, calls: number, pace = beginPace(), startMs = 0) {
  let nowMs = startMs;
  let limited = 0;
  for (let call = 0; call < calls; call++) {
    nowMs = Math.max(nowMs, computePacedAtMs(pace));
    noteStart(pace, 1, nowMs);
    pace.lastSentMs = nowMs;
    const waitMs = provider(nowMs);
    nowMs += 50;
    if (waitMs > 0) {
      limited += 1;
      noteRateLimit(pace, nowMs, waitMs);
      nowMs += waitMs;
    } else noteAnswer(pace, nowMs);
  }
  return { pace, nowMs, limited, perAnswerMs: (nowMs - startMs) / (calls - limited) };
}

describe('the pace of a lane', () => {
  describe('of a provider that refuses some calls at any rate', () => {
    it.each([
      { share: 0.04, waitMs: 1_000 },
      { share: 0.06, waitMs: 1_000 },
      { share: 0.06, waitMs: 10_000 },
      { share: 0.1, waitMs: 1_000 },
      { share: 0.2, waitMs: 1_000 },
      { share: 0.35, waitMs: 1_000 },
      { share: 0.6, waitMs: 1_000 },
    ])('stays near that of the waits: $share, $waitMs ms', ({ share, waitMs }) => {
      const provider = refuseAtRandom(share, waitMs);
      const unpacedMs = (50 + share * waitMs) / (1 - share);
      expect(drive(provider, 5_000).perAnswerMs).toBeLessThan(5 * unpacedMs);
    });

    it('finds the rate to which the provider changes', () => {
      const free = drive(refuseAtRandom(0.06, 1_000), 2_000);
      const provider = limitRate(10);
      const changed = drive(provider, 500, free.pace, free.nowMs);
      const { limited, perAnswerMs } = drive(provider, 1_000, free.pace, changed.nowMs);
      expect(limited / 1_000).toBeLessThan(0.15);
      expect(perAnswerMs).toBeLessThan(1_500);
    });

    it('holds a rate that the provider limits as well, with no more than twice the 429s', () => {
      const [chance, rate] = [refuseAtRandom(0.06, 1_000), limitRate(60)];
      const both: Provider = (nowMs) => chance(nowMs) || rate(nowMs);
      const { limited, perAnswerMs } = drive(both, 3_000);
      expect(limited / 3_000).toBeLessThan(0.25);
      expect(perAnswerMs).toBeLessThan(2_000);
    });
  });

  it.each([10, 60])('holds a rate after a burst of %i that was answered', (burst) => {
    const provider = limitRate(burst);
    const { pace, nowMs } = drive(provider, 200);
    const { limited, perAnswerMs } = drive(provider, 1_000, pace, nowMs);
    expect(limited / 1_000).toBeLessThan(0.03);
    expect(perAnswerMs).toBeLessThan(1_200);
  });

  it('goes on from the state of an earlier version', () => {
    const { pace } = drive(refuseAtRandom(0.06, 1_000), 500);
    delete pace.trial;
    delete pace.unrelatedShare;
    Object.assign(pace, { intervalMs: 60_000 });
    drive(refuseAtRandom(0.06, 1_000), 2_000, pace, 1e9);
    expect(pace.intervalMs).toBeLessThan(20_000);
  });

  it.each([
    [60, 20],
    [60, 1],
    [300, 20],
    [10, 8],
  ])('holds a rate of %i a minute after a burst of %i', (perMinute, burst) => {
    const { share, perMinute: reached } = simulate(perMinute, 20, burst);
    expect(share).toBeLessThan(0.05);
    expect(reached).toBeGreaterThan(0.8 * perMinute);
  });

  it('does not slow down for a few 429s by chance', () => {
    const pace = beginPace();
    for (let call = 1; call <= 2000; call++) {
      if (call % 50 === 0) noteRateLimit(pace, call, 0);
      else noteAnswer(pace, call);
    }
    expect(pace.intervalMs).toBe(0);
  });

  it('counts the responses to one burst once', () => {
    const pace = beginPace();
    for (let call = 0; call < 60; call++) noteAnswer(pace, 100 * call);
    for (let call = 0; call < 20; call++) noteRateLimit(pace, 6_000, 54_000);
    expect(pace.intervalMs).toBeCloseTo(1_100, -1);
  });

  describe('whose account others have exhausted before its first call', () => {
    const startRefused = (): PaceState => {
      const pace = beginPace();
      for (let call = 0; call < 4; call++) noteRateLimit(pace, 0, 30_000);
      return pace;
    };

    it('takes the wait for no rate, and sends freely once a call was answered', () => {
      const pace = startRefused();
      expect(pace.intervalMs).toBe(0);
      noteAnswer(pace, 30_000);
      expect(findSpacingMs(pace)).toBe(0);
    });

    it('sends one call a second until then, however often it is refused', () => {
      const pace = startRefused();
      for (let burst = 1; burst < 50; burst++) noteRateLimit(pace, 30_000 * burst, 30_000);
      expect(pace.intervalMs).toBe(0);
      expect(findSpacingMs(pace)).toBe(1_000);
      pace.lastSentMs = 1_500_000;
      expect(computePacedAtMs(pace)).toBe(1_501_000);
    });

    it('measures the rate from when the account is free again', () => {
      const pace = startRefused();
      for (let call = 0; call < 60; call++) noteAnswer(pace, 30_000 + 100 * call);
      for (let call = 0; call < 4; call++) noteRateLimit(pace, 36_000, 54_000);
      expect(pace.intervalMs).toBeCloseTo(1_100, -1);
    });

    it('counts few answers with those that follow, so that a very low rate is found', () => {
      const pace = beginPace();
      for (let minute = 0; minute < 2; minute++) {
        for (let call = 0; call < 2; call++) noteAnswer(pace, 60_000 * minute);
        for (let call = 0; call < 4; call++) noteRateLimit(pace, 60_000 * minute, 60_000);
      }
      // Two a minute.
      expect(pace.intervalMs).toBeCloseTo(33_000, -3);
    });
  });

  it('is widened little by a burst before which next to nothing was answered', () => {
    const pace = beginPace();
    for (let call = 0; call < 60; call++) noteAnswer(pace, 100 * call);
    for (let call = 0; call < 4; call++) noteRateLimit(pace, 6_000, 54_000);
    const { intervalMs } = pace;
    noteRateLimit(pace, 60_000, 54_000);
    expect(pace.intervalMs).toBeCloseTo(1.1 * intervalMs);
  });

  it('is widened once by a wait without answers, however often a call is tried', () => {
    const pace = beginPace();
    for (let call = 0; call < 60; call++) noteAnswer(pace, 100 * call);
    for (let call = 0; call < 4; call++) noteRateLimit(pace, 6_000, 54_000);
    const { intervalMs } = pace;
    for (let probe = 0; probe < 600; probe++) noteRateLimit(pace, 60_000 + 2_000 * probe, 0);
    expect(pace.intervalMs).toBeCloseTo(1.1 * intervalMs);
    // The account is free again: the wait is no part of the rate that is measured next.
    const freeMs = 1_260_000;
    for (let call = 0; call < 60; call++) noteAnswer(pace, freeMs + 1_000 * call);
    noteRateLimit(pace, freeMs + 60_000, 0);
    expect(pace.intervalMs).toBeLessThan(2 * intervalMs);
  });

  it.each([
    { name: 'in one wait', bursts: 1, waitMs: 1_800_000 },
    { name: 'in many', bursts: 1_800, waitMs: 1_000 },
  ])('takes no rate from a long wait after a few answers: $name', ({ bursts, waitMs }) => {
    const pace = beginPace();
    for (let call = 0; call < 3; call++) noteAnswer(pace, 100 * call);
    for (let burst = 0; burst < bursts; burst++) {
      for (let call = 0; call < 4; call++) noteRateLimit(pace, 1_000 + waitMs * burst, waitMs);
    }
    const freeMs = 1_000 + waitMs * bursts;
    for (let call = 0; call < 60; call++) noteAnswer(pace, freeMs + 100 * call);
    for (let call = 0; call < 4; call++) noteRateLimit(pace, freeMs + 6_000, 54_000);
    expect(pace.intervalMs).toBeCloseTo(1_100, -2);
  });

  it('does not take a night without calls for a part of the rate', () => {
    const pace = beginPace();
    const send = (nowMs: number): void => {
      noteStart(pace, 1, nowMs);
      pace.lastSentMs = nowMs;
      noteAnswer(pace, nowMs);
    };
    const nightMs = 10 * 3_600_000;
    for (let call = 0; call < 600; call++) send(120 * call);
    for (let call = 0; call < 400; call++) send(72_000 + nightMs + 120 * call);
    const nowMs = 120_000 + nightMs;
    for (let call = 0; call < 40; call++) noteRateLimit(pace, nowMs, 20_000);
    // 1,000 answers in 140 s.
    expect(pace.intervalMs).toBeCloseTo(1.1 * 140, -1);
  });

  describe('with calls that take longer than any wait for a rate', () => {
    const callMs = 100_000;
    /** Sends four calls at a time, until 40 are answered. @returns the time */
    const answerAll = (pace: PaceState, end: (call: number, nowMs: number) => void): number => {
      let nowMs = 0;
      for (let call = 0; call < 40; call++) {
        if (call % 4 === 0) {
          noteStart(pace, 4, nowMs);
          pace.lastSentMs = nowMs;
          nowMs += callMs;
        }
        end(call, nowMs);
      }
      return nowMs;
    };
    const limit = (pace: PaceState, nowMs: number): void => {
      for (let call = 0; call < 4; call++) noteRateLimit(pace, nowMs, 20_000);
    };

    it('does not take their time for idle', () => {
      const pace = beginPace();
      limit(
        pace,
        answerAll(pace, (_, nowMs) => noteAnswer(pace, nowMs)),
      );
      // 40 answers in 920 s.
      expect(pace.intervalMs).toBeCloseTo((1.1 * 920_000) / 40, -1);
    });

    it('does not take the time of those that fail for idle', () => {
      const pace = beginPace();
      const nowMs = answerAll(pace, (call, endMs) => {
        if (call < 4 || call >= 36) noteAnswer(pace, endMs);
        else noteActive(pace, endMs);
      });
      limit(pace, nowMs);
      // 8 answers in 920 s, at 60 s for each at most.
      expect(pace.intervalMs).toBe(60_000);
    });

    it('omits nothing while calls are in flight, unless their workers have gone', () => {
      const measure = (gapMs: number): number => {
        const pace = beginPace();
        noteAnswer(pace, 0);
        noteStart(pace, 1, gapMs, 2);
        return (pace.sinceMs ?? 0) / gapMs;
      };
      expect(measure(600_000)).toBe(0);
      expect(measure(10 * 3_600_000)).toBe(1);
    });
  });

  it('counts a wait that the provider asked for, also after a 429 that is tolerated', () => {
    const pace = beginPace();
    noteAnswer(pace, 0);
    noteRateLimit(pace, 0, 300_000);
    expect(pace.intervalMs).toBe(0);
    noteStart(pace, 1, 300_000);
    expect(pace.sinceMs).toBe(0);
  });

  it('measures from the end of a wait, however long that was', () => {
    const pace = beginPace();
    const burst = (nowMs: number): void => {
      for (let call = 0; call < 10; call++) noteRateLimit(pace, nowMs, 480_000);
    };
    const send = (nowMs: number): void => {
      noteStart(pace, 1, nowMs);
      pace.lastSentMs = nowMs;
      noteAnswer(pace, nowMs);
    };
    for (let call = 0; call < 200; call++) send(100 * call);
    burst(20_000);
    // 200 answers in 500 s.
    expect(pace.intervalMs).toBeCloseTo(1.1 * 2_500, -1);
    for (let call = 0; call < 200; call++) send(500_000 + 2_500 * call);
    burst(1_000_000);
    // 200 answers in 980 s.
    expect(pace.intervalMs).toBeCloseTo(1.1 * 4_900, -1);
  });

  it('takes no very low rate from a long wait after a few answers', () => {
    const pace = beginPace();
    for (let call = 0; call < 4; call++) noteAnswer(pace, 100 * call);
    for (let call = 0; call < 4; call++) noteRateLimit(pace, 1_000, 480_000);
    // 4 answers in 90 s at the worst.
    expect(pace.intervalMs).toBeGreaterThan(0);
    expect(pace.intervalMs).toBeLessThan(25_000);
  });

  it('starts at a low rate, which grows with the answers', () => {
    const pace = beginPace();
    let sent = 0;
    const sendUntil = (fromMs: number, toMs: number): void => {
      for (let nowMs = fromMs; nowMs < toMs; nowMs += 10) {
        const count = Math.floor(computeStartRoom(pace, nowMs).room);
        if (count > 0) noteStart(pace, count, nowMs);
        sent += count;
      }
    };
    sendUntil(0, 1000);
    expect(sent).toBeGreaterThanOrEqual(18);
    expect(sent).toBeLessThanOrEqual(26);
    for (let answer = 0; answer < 500; answer++) noteAnswer(pace, 1000);
    sent = 0;
    sendUntil(1000, 2000);
    expect(sent).toBeGreaterThanOrEqual(118);
    expect(sent).toBeLessThanOrEqual(126);
  });

  it('does not save up what was not sent', () => {
    const pace = beginPace();
    expect(Math.floor(computeStartRoom(pace, 60_000).room)).toBe(4);
  });
});
