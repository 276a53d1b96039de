/** NaN stands for unknown inside, null in what is reported: JSON has no NaN. */
export function nullIfUnknown(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
