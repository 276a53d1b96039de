/** A share of trials, and the bounds that it has to stay within. */
export interface Finding {
  readonly what: string;
  readonly trials: number;
  readonly share: number;
  /** Bounds of the share; undefined if it is shown for comparison only. */
  readonly wanted?: readonly [lowest: number, highest: number];
}

/** Whether a share is within its bounds. */
export function isHonest({ share, wanted }: Finding): boolean {
  return wanted === undefined || (share >= wanted[0] && share <= wanted[1]);
}
