/** How long to wait for what, in milliseconds. None of it shapes an answer. */
export interface CallTimeouts {
  /** @default 10_000 */
  readonly connectMs: number;
  /** Until the response's headers. @default 120_000 */
  readonly firstByteMs: number;
  /** Between two pieces of the stream. @default 60_000 */
  readonly idleMs: number;
  /** For one attempt, whatever arrives meanwhile. @default 300_000 */
  readonly totalMs: number;
}

export const defaultCallTimeouts: CallTimeouts = {
  connectMs: 10_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  totalMs: 300_000,
};
