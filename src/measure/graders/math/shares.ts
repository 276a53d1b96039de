/** "5 %", "5\\%" and "\\frac{100}{3}\\%". */
const percent = /(\\[dt]?frac\s?\{[^{}]{1,40}\}\s?\{[^{}]{1,40}\}|\d[\d.,/]{0,30})\s?\\?%/g;

/** Whether a mathematical text has a number in percent. */
export function hasPercent(text: string): boolean {
  return text.search(percent) !== -1;
}

/** The text with its percentages as shares of 1. */
export function percentAsShares(text: string): string {
  return text.replace(percent, '(($1)/100)');
}
