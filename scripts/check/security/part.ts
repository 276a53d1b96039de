/** What one part of the check found. */
export interface PartResult {
  /** What to print: a table, or a few lines. */
  readonly report: string;
  /** What did not hold; empty if everything did. */
  readonly failures: readonly string[];
  /** The figures, for `--json`. */
  readonly results: unknown;
}

/** One part of `npm run check:security`. */
export type Part = () => Promise<PartResult>;
