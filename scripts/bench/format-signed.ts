/** A difference below 1 with four digits and its sign, such as `+0.0401`. */
export function formatSigned(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}
