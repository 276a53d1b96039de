import { describe, expect, it } from 'vitest';
import { ConnectedTime } from '../../../src/measure/queue/connected-time.js';

/** Two clocks that are set by hand, in milliseconds. */
function createClocks() {
  const clocks = { monotonicMs: 0, wallMs: 0 };
  const connected = new ConnectedTime({
    now: () => clocks.monotonicMs,
    date: () => new Date(clocks.wallMs),
  });
  const pass = (ms: number): void => {
    clocks.monotonicMs += ms;
    clocks.wallMs += ms;
  };
  /** Asks after each second that passes. */
  const watch = (seconds: number): boolean => {
    let is = connected.isLongerThan(30_000);
    for (let second = 0; second < seconds; second++) {
      pass(1000);
      is = connected.isLongerThan(30_000);
    }
    return is;
  };
  return { clocks, connected, pass, watch };
}

describe('the time that a process has been connected', () => {
  it('is long enough after a whole lease', () => {
    const { watch } = createClocks();
    expect(watch(29)).toBe(false);
    expect(watch(1)).toBe(true);
  });

  it('starts again where the database was away', () => {
    const { connected, watch } = createClocks();
    watch(30);
    connected.restart();
    expect(watch(29)).toBe(false);
    expect(watch(1)).toBe(true);
  });

  it('starts again after a sleep, whether the monotonic clock stands still meanwhile or not', () => {
    const { clocks, pass, watch } = createClocks();
    watch(30);
    clocks.wallMs += 600_000;
    expect(watch(29)).toBe(false);
    expect(watch(1)).toBe(true);
    pass(600_000);
    expect(watch(29)).toBe(false);
    expect(watch(1)).toBe(true);
  });
});
