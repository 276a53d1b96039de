import { readStatement, type MathStatement } from './parse-math.js';
import { compareMath } from './same-math.js';
import type { UnitReading } from './trailing-unit.js';

const longUnit = /(?:cm|mm|km|kg|ft|in)\W{0,6}[23²³]?\W{0,6}$/;

/**
 * Whether two texts say the same where letters at the end of one are a unit rather than a variable, or
 * the reverse: "(x + 2) cm" and `x + 2`, `g/2` and "1/2 g". A reference with a variable before "h" is a product.
 */
export function isSameWithUnits(wantedText: string, givenText: string): boolean {
  const wanted = readBoth(wantedText, longUnit.test(wantedText) ? ['unit', 'factor'] : ['factor']);
  const given = readBoth(givenText, ['unit', 'factor']);
  return wanted.some((one) => given.some((other) => compareMath(one, other) === 'same'));
}

function readBoth(text: string, readings: readonly UnitReading[]): readonly MathStatement[] {
  return (['likely', ...readings] as const).flatMap(
    (reading) => readStatement(text, reading) ?? [],
  );
}
