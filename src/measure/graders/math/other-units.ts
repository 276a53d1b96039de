import { readStatement, type WrittenMath } from './parse-math.js';
import { compareMath } from './same-math.js';

/** "30°", "30^\\circ" and "30^{\\circ}". */
const degrees =
  /(\d{1,9}(?:\.\d{1,9})?)\s?(?:\^?\s?\{?\s?\\circ(?![A-Za-z])\s?\}?|°|\\degree(?![A-Za-z]))/g;

/** Whether a mathematical text has angles in degrees. */
export function hasDegrees(text: string): boolean {
  return text.search(degrees) !== -1;
}

/** The text with its angles in radians. */
export function degreesAsRadians(text: string): string {
  return text.replace(degrees, '($1*π/180)');
}

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

const units = [
  { has: hasDegrees, convert: degreesAsRadians },
  { has: hasPercent, convert: percentAsShares },
];

/** Whether 45° is said to be π/4, or 5 % to be 0.05: the same, where only one text has the unit. */
export function isSameInOtherUnit(one: WrittenMath, other: WrittenMath): boolean {
  return units.some(({ has, convert }) => {
    const hasUnit = has(one.text);
    if (hasUnit === has(other.text)) return false;
    const converted = readStatement(convert(hasUnit ? one.text : other.text));
    if (converted === undefined) return false;
    const result = hasUnit
      ? compareMath(converted, other.statement)
      : compareMath(one.statement, converted);
    return result === 'same';
  });
}
