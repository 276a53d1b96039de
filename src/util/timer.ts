/** The maximum delay of a timer, about 24 days: a longer one would end at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Starts a timer; none for Infinity. */
export function startTimer(
  delayMs: number,
  act: () => void,
): ReturnType<typeof setTimeout> | undefined {
  return delayMs === Infinity ? undefined : setTimeout(act, Math.min(delayMs, maxTimerMs));
}
