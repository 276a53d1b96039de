/** How long to wait for what, in milliseconds; Infinity for as long as it takes. */
export interface RouterTimeouts {
  /**
   * Until the response's headers, connecting included. A provider that does not stream sends them
   * with the answer. @default 120_000
   */
  readonly connectMs: number;
  /** Until the first byte of the body, counted from the same moment. @default 120_000 */
  readonly firstByteMs: number;
  /** Between two pieces of the body. @default 60_000 */
  readonly idleMs: number;
  /** For one attempt; the next model is asked after it. @default 300_000 */
  readonly attemptMs: number;
  /** For the call, all attempts together, to the end of a stream. @default 600_000 */
  readonly totalMs: number;
}

export const defaultRouterTimeouts: RouterTimeouts = {
  connectMs: 120_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  attemptMs: 300_000,
  totalMs: 600_000,
};
