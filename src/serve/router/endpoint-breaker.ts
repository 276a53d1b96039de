/**
 * What the answers and failures of an endpoint allow. `open` and `misconfigured` block requests for a
 * time. The next request is then a probe (`half_open`), and no other is sent until it has ended or, as a
 * stream, has begun to answer.
 */
export type EndpointBreaker =
  | { readonly state: 'closed'; readonly cause: 'none' }
  | { readonly state: 'open'; readonly cause: BlockCause; readonly untilMs: number }
  | { readonly state: 'misconfigured'; readonly cause: 'refusals'; readonly untilMs: number }
  /** The cause is that of the state before: `none` for a probe that ends a pause early. */
  | { readonly state: 'half_open'; readonly cause: BlockCause | 'none' };

/** Whether an endpoint is called, is being tried, or is skipped; see `EndpointBreaker`. */
export type BreakerState = EndpointBreaker['state'];

/**
 * What a request is to the breaker: the probe that others wait for, a probe that has begun to answer
 * with no success since, or any other.
 */
export type RequestRole = 'probe' | 'answering_probe' | 'ordinary';

/**
 * Which failures block requests. It stays `refusals` until the endpoint answers, whatever else fails
 * meanwhile.
 */
export type BlockCause = RequestRole | 'refusals';

export const closed: EndpointBreaker = { state: 'closed', cause: 'none' };

/** The next request is sent as a probe. */
export function startProbe({ cause }: EndpointBreaker): EndpointBreaker {
  return { state: 'half_open', cause };
}

/**
 * A request has succeeded that nobody waited for. It may have been sent before the breaker opened, so it
 * does not close it; but any answer shows that the configuration is right.
 */
export function noteSuccess(breaker: EndpointBreaker): EndpointBreaker {
  return breaker.cause === 'refusals' ? closed : breaker;
}

/**
 * A probe has failed, or too many other requests. Where the breaker is not closed, these were sent
 * before, and do not hold it open any longer.
 */
export function open(breaker: EndpointBreaker, by: RequestRole, untilMs: number): EndpointBreaker {
  if (by !== 'probe' && breaker.state !== 'closed') return breaker;
  return { state: 'open', cause: breaker.cause === 'refusals' ? 'refusals' : by, untilMs };
}

/** Too many requests have been refused. */
export function misconfigure(untilMs: number): EndpointBreaker {
  return { state: 'misconfigured', cause: 'refusals', untilMs };
}

/** Some of the failures turn out to be about their requests, and too few are left. */
export function forgiveFailures(breaker: EndpointBreaker): EndpointBreaker {
  return breaker.state === 'open' && breaker.cause === 'ordinary' ? closed : breaker;
}

/** The state to report: after its time, the next request is a probe. */
export function readState(breaker: EndpointBreaker, nowMs: number): BreakerState {
  return 'untilMs' in breaker && breaker.untilMs <= nowMs ? 'half_open' : breaker.state;
}
