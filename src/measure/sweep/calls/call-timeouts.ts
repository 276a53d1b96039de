/** Timeouts of a call in milliseconds. They do not affect answers. */
export interface CallTimeouts {
  /** @default 10_000 */
  readonly connectMs: number;
  /** Until the response's headers. @default 120_000 */
  readonly firstByteMs: number;
  /**
   * Until the first text, reasoning or tool call, from when the request is sent. Keep-alives do not
   * count. @default 240_000
   */
  readonly firstContentMs: number;
  /** Between two pieces of the answer; the same without data of any kind. @default 60_000 */
  readonly idleMs: number;
  /** For one whole attempt. @default 300_000 */
  readonly totalMs: number;
}

export const defaultCallTimeouts: CallTimeouts = {
  connectMs: 10_000,
  firstByteMs: 120_000,
  firstContentMs: 240_000,
  idleMs: 60_000,
  totalMs: 300_000,
};
