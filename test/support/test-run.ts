/** Whether this is `npm run test:long`: tests that have a longer form take it. */
export const isLongRun = process.env['ROUTESMITH_TEST_LONG'] === '1';

/**
 * A time limit on a machine as slow as `ROUTESMITH_TEST_TIME_SCALE` says.
 *
 * @param limitMs generous already; the variable is for emulators and machines under heavy load
 */
export function scaleTime(limitMs: number): number {
  return limitMs * Number(process.env['ROUTESMITH_TEST_TIME_SCALE'] ?? 1);
}
