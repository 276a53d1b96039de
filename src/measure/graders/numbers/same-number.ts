/** By how much a number may differ from the expected one. */
export interface NumberTolerance {
  /** As a fraction of the expected number, or of 1 where that is smaller. */
  readonly share: number;
  /** Whether the task asked for it. If not, whole numbers are compared exactly. */
  readonly isRequested: boolean;
}

/** Beyond this, a double does not hold every whole number. */
const roundingShare = 2 ** -50;
/** However large a number with a fraction is, its first decimals must be right. */
const maxFractionDifference = 1e-3;

/** The tolerance that a task asks for, or else the grader's own. */
export function chooseTolerance(requested: number | undefined, share: number): NumberTolerance {
  return requested === undefined
    ? { share, isRequested: false }
    : { share: requested, isRequested: true };
}

/**
 * Whether a number is the expected one within a tolerance. Unless the task asked for the tolerance,
 * two whole numbers must be equal (1000000 is not 1000001), a number with a fraction is never taken
 * for a whole number that it does not round to within 1e-6, and no difference may exceed 0.001.
 */
export function isSameNumber(
  expected: number,
  actual: number,
  { share, isRequested }: NumberTolerance,
): boolean {
  if (Object.is(expected, actual)) return true;
  const difference = Math.abs(expected - actual);
  const allowed = share * Math.max(1, Math.abs(expected));
  if (isRequested) return difference <= allowed;
  return difference <= Math.min(allowed, computeMaxDifference(expected, actual));
}

/** The largest difference that counts as a matter of rounding, whatever the numbers' sizes. */
export function computeMaxDifference(expected: number, actual: number): number {
  const size = Math.abs(expected);
  if (Number.isSafeInteger(expected) && Number.isSafeInteger(actual)) return 0;
  if (!Number.isInteger(expected)) return Math.max(maxFractionDifference, size * roundingShare);
  const isWhole = Number.isInteger(actual);
  return isWhole ? size * roundingShare : Math.max(1e-6, size * roundingShare);
}
