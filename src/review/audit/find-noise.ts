import { probit } from 'simple-statistics';
import { computeGradeVariance } from '../../measure/outcomes/grade-noise.js';
import type { RepeatedQualities } from '../../measure/outcomes/read-repeats.js';

/** How much grades vary where nothing but chance differs. */
export interface GradeNoise {
  /** Answers per prompt and model, on average. */
  readonly repeats: number;
  /** Standard deviation of one grade around the mean of its cell. */
  readonly deviation: number;
  /** A smaller difference between two models' answers to a request may be chance. */
  readonly threshold: number;
  /**
   * About how many repeats would tell a difference of 0.5 from chance; null where these tell some difference.
   * Elsewhere the threshold is so high that no two grades in [0, 1] differ by more.
   */
  readonly repeatsNeeded: number | null;
}

/** No two grades differ by more. */
const largestDifference = 1;
/** A difference that repeats should tell from chance. */
const wantedDifference = 0.5;

/** Whether a threshold is so high that any difference between two grades may be chance. */
export function hidesDifferences(threshold: number): boolean {
  return threshold >= largestDifference;
}

/** Probability that chance alone makes any other model seem better on a request. */
const error = 0.01;

/**
 * Measures the noise of repeated answers: the variance within cells, over all cells with repeats.
 *
 * @returns undefined without repeats: then nobody knows which differences are chance
 */
export function findNoise(repeats: RepeatedQualities | undefined): GradeNoise | undefined {
  const cells = (repeats ?? []).flat().filter((grades) => grades.length > 1);
  if (repeats === undefined || cells.length === 0) return undefined;
  const variance = computeGradeVariance(cells);
  const answers = cells.reduce((sum, grades) => sum + grades.length, 0);
  const perCell = answers / cells.length;
  const others = Math.max(1, repeats.length - 1);
  const threshold = probit(1 - error / others) * Math.sqrt((2 * variance) / perCell);
  return {
    repeats: perCell,
    deviation: Math.sqrt(variance),
    threshold,
    repeatsNeeded: hidesDifferences(threshold)
      ? Math.ceil(perCell * (threshold / wantedDifference) ** 2)
      : null,
  };
}
