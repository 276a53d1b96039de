/** How much the grades of a cell vary: `squares / freedom`, each summed over cells, is a variance. */
export interface GradeSpread {
  /** Squared differences of the grades from their mean. */
  readonly squares: number;
  /** Grades beyond the first. */
  readonly freedom: number;
}

/** The spread of the grades of one cell; exactly 0 for equal ones, which a rounded mean would not give. */
export function measureSpread(grades: readonly number[]): GradeSpread {
  const [first = 0] = grades;
  const shifts = grades.map((grade) => grade - first);
  const mean = shifts.reduce((sum, shift) => sum + shift, 0) / Math.max(1, shifts.length);
  return {
    squares: shifts.reduce((sum, shift) => sum + (shift - mean) ** 2, 0),
    freedom: Math.max(0, grades.length - 1),
  };
}

/**
 * The variance of one grade around the mean of its cell, pooled over cells: without bias, which a mean of
 * the cells' standard deviations has.
 *
 * @returns NaN where no cell has repeats
 */
export function computeGradeVariance(cells: readonly (readonly number[])[]): number {
  const spreads = cells.map(measureSpread);
  const squares = spreads.reduce((sum, one) => sum + one.squares, 0);
  return squares / spreads.reduce((sum, one) => sum + one.freedom, 0);
}
