/** Timeouts of a call in milliseconds. They do not affect answers. */
export interface CallTimeouts {
  /** @default 10_000 */
  readonly connectMs: number;
  /** Until the response's headers. @default 120_000 */
  readonly firstByteMs: number;
  /** Between two chunks of the stream. @default 60_000 */
  readonly idleMs: number;
  /** For one whole attempt. @default 300_000 */
  readonly totalMs: number;
}

export const defaultCallTimeouts: CallTimeouts = {
  connectMs: 10_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  totalMs: 300_000,
};
