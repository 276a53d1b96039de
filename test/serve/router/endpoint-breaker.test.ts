import { describe, expect, it } from 'vitest';
import {
  closed,
  forgiveFailures,
  misconfigure,
  noteSuccess,
  open,
  readState,
  startProbe,
  type EndpointBreaker,
} from '../../../src/serve/router/endpoint-breaker.js';

const now = 1000;
const next = 2000;

/** Every state that a breaker can be in. */
const states = {
  closed,
  'open by failures': open(closed, 'ordinary', now),
  'open by a probe': open(closed, 'probe', now),
  'open by a probe that broke off': open(closed, 'answering_probe', now),
  'open after refusals': open(startProbe(misconfigure(0)), 'probe', now),
  misconfigured: misconfigure(now),
  'probing after a pause': startProbe(closed),
  'probing after failures': startProbe(open(closed, 'ordinary', now)),
  'probing after a probe': startProbe(open(closed, 'probe', now)),
  'probing after a probe that broke off': startProbe(open(closed, 'answering_probe', now)),
  'probing after refusals': startProbe(misconfigure(now)),
} as const satisfies Readonly<Record<string, EndpointBreaker>>;
type StateName = keyof typeof states;

const events = {
  'a probe is sent': startProbe,
  'a request succeeds': noteSuccess,
  'the probe fails': (breaker) => open(breaker, 'probe', next),
  'a probe breaks off': (breaker) => open(breaker, 'answering_probe', next),
  'too many requests fail': (breaker) => open(breaker, 'ordinary', next),
  'too many requests are refused': () => misconfigure(next),
  'too few failures are left': forgiveFailures,
} as const satisfies Readonly<Record<string, (breaker: EndpointBreaker) => EndpointBreaker>>;
type EventName = keyof typeof events;

const same = undefined;
const openBy = (cause: Extract<EndpointBreaker, { state: 'open' }>['cause']): EndpointBreaker => ({
  state: 'open',
  cause,
  untilMs: next,
});
const misconfigured = misconfigure(next);

/** What becomes of each state with each event, in the order of `events`; `same` if nothing changes. */
const table: Readonly<Record<StateName, readonly (EndpointBreaker | undefined)[]>> = {
  closed: [
    states['probing after a pause'],
    same,
    openBy('probe'),
    openBy('answering_probe'),
    openBy('ordinary'),
    misconfigured,
    same,
  ],
  'open by failures': [
    states['probing after failures'],
    same,
    openBy('probe'),
    same,
    same,
    misconfigured,
    closed,
  ],
  'open by a probe': [
    states['probing after a probe'],
    same,
    openBy('probe'),
    same,
    same,
    misconfigured,
    same,
  ],
  'open by a probe that broke off': [
    states['probing after a probe that broke off'],
    same,
    openBy('probe'),
    same,
    same,
    misconfigured,
    same,
  ],
  'open after refusals': [
    states['probing after refusals'],
    closed,
    openBy('refusals'),
    same,
    same,
    misconfigured,
    same,
  ],
  misconfigured: [
    states['probing after refusals'],
    closed,
    openBy('refusals'),
    same,
    same,
    misconfigured,
    same,
  ],
  'probing after a pause': [same, same, openBy('probe'), same, same, misconfigured, same],
  'probing after failures': [same, same, openBy('probe'), same, same, misconfigured, same],
  'probing after a probe': [same, same, openBy('probe'), same, same, misconfigured, same],
  'probing after a probe that broke off': [
    same,
    same,
    openBy('probe'),
    same,
    same,
    misconfigured,
    same,
  ],
  'probing after refusals': [same, closed, openBy('refusals'), same, same, misconfigured, same],
};

const cases = Object.entries(table).flatMap(([state, row]) =>
  Object.keys(events).map((event, index) => {
    const before: EndpointBreaker = states[state as StateName];
    return { state, event: event as EventName, before, after: row[index] ?? before };
  }),
);

describe('a breaker', () => {
  it.each(cases)('that is $state, when $event', ({ event, before, after }) => {
    expect(events[event](before)).toEqual(after);
  });

  it.each(Object.entries(states))('that is %s, blocks only until its time', (_, breaker) => {
    const isBlocking = 'untilMs' in breaker;
    expect(readState(breaker, now - 1)).toBe(breaker.state);
    expect(readState(breaker, now)).toBe(isBlocking ? 'half_open' : breaker.state);
  });
});
