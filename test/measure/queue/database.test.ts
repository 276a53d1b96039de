import { describe, expect, it } from 'vitest';
import { retryWhileAway } from '../../../src/measure/queue/database.js';
import type { Clock } from '../../../src/measure/sweep/calls/clock.js';

const cut = Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
const clock: Pick<Clock, 'now' | 'sleep' | 'date'> = {
  now: () => 0,
  date: () => new Date(0),
  sleep: async () => {},
};

/** Work that fails so often, and then succeeds. */
function failing(times: number): () => Promise<string> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw cut;
    return 'done';
  };
}

describe('work while the database is away', () => {
  it('is repeated until it is there', async () => {
    const options = { clock: clock as Clock };
    await expect(retryWhileAway(failing(50), options)).resolves.toBe('done');
  });

  it('is repeated a few times when the process is told to end: one cut connection is no outage', async () => {
    const signal = AbortSignal.abort();
    const options = { clock: clock as Clock, signal };
    await expect(retryWhileAway(failing(2), options)).resolves.toBe('done');
    await expect(retryWhileAway(failing(50), options)).rejects.toBe(cut);
  });

  it('is not repeated after other errors', async () => {
    const refused = Object.assign(new Error('permission denied'), { code: '42501' });
    let calls = 0;
    const work = async (): Promise<void> => {
      calls += 1;
      throw refused;
    };
    await expect(retryWhileAway(work, { clock: clock as Clock })).rejects.toBe(refused);
    expect(calls).toBe(1);
  });
});
