import { systemClock, type Clock } from '../../src/measure/sweep/calls/clock.js';

/** Nobody has to wait for a retry here. */
export const hastyClock: Clock = { ...systemClock, sleep: async () => {} };
