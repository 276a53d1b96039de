/**
 * Calls a listener of the caller's. What it throws becomes an uncaught error, as for EventTarget, so
 * that the work it is told of goes on.
 */
export function tell<T>(listener: ((told: T) => void) | undefined, told: T): void {
  try {
    listener?.(told);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
