import type { AttemptFailureClass } from './failure.js';

/**
 * Timeouts of a router or gateway in milliseconds; Infinity means no limit. In a sweep's timeouts,
 * `connectMs`, `firstByteMs` and `totalMs` end at other points.
 */
export interface RouterTimeouts {
  /**
   * Until the response's headers, including the time to connect; a sweep's `connectMs` ends with the
   * latter. A provider that does not stream sends them with the answer. @default 120_000
   */
  readonly connectMs: number;
  /** Until the first byte of the body, from the same start; a sweep's ends at the headers. @default 120_000 */
  readonly firstByteMs: number;
  /**
   * Until the first content of the body (text, reasoning, a tool call, a refusal), from the same start.
   * Comments and other keep-alives do not count. @default 240_000
   */
  readonly firstContentMs: number;
  /** Between two pieces of the answer; the same without data of any kind. @default 60_000 */
  readonly idleMs: number;
  /** For one attempt, after which the next model is called; a sweep's `totalMs`. @default 300_000 */
  readonly attemptMs: number;
  /** For the whole call with all attempts, to the end of a stream. @default 600_000 */
  readonly totalMs: number;
}

export const defaultRouterTimeouts: RouterTimeouts = {
  connectMs: 120_000,
  firstByteMs: 120_000,
  firstContentMs: 240_000,
  idleMs: 60_000,
  attemptMs: 300_000,
  totalMs: 600_000,
};

/** How long something may take, and the failure that it is after that. */
export type TimeLimit = readonly [limitMs: number, limitClass: AttemptFailureClass];

/** The limit of a response's headers. */
export function findHeadLimit({ firstByteMs, connectMs }: RouterTimeouts): TimeLimit {
  return firstByteMs < connectMs
    ? [firstByteMs, 'first_byte_timeout']
    : [connectMs, 'connect_timeout'];
}
