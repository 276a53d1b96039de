import { functionNames } from './expression.js';

/**
 * What letters after an expression are taken for.
 * - `likely`: a unit after a number ("2π h"), and a factor after a variable ("π r^2 h").
 * - `unit`: a unit wherever they may be one.
 * - `factor`: variables, unless they are written as a word.
 */
export type UnitReading = 'likely' | 'unit' | 'factor';

const power = String.raw`(?:\s?\^\(?[23]\)?)?`;
const wordUnit = new RegExp(
  String.raw`\s(?:units?|square units|cubic units|feet|inch(?:es)?|miles?|degrees?|dollars|hours?|minutes?|seconds?|days?)${power}$`,
);
const symbolUnit = new RegExp(String.raw`\s(cm|mm|km|m|kg|g|ft|in|s|h)${power}$`);
/** `2x \text{ cm}`: upright letters are no variables. */
const uprightUnit =
  /\\(?:text|textrm|mathrm|mbox|rm)\s?\{[\s~]*(?:cm|mm|km|m|kg|g|ft|in|s|h)\s*(?:\^?\{?[23²³]\}?\s*)?\}(?:\s?\^?\s?\{?[23²³]\}?)?[\s$}).,;\]\\]*$/;
const operatorEnd = new RegExp(String.raw`(?:[-+*/^=≈≠<>≤≥±(,;|_]|${functionNames.join('|')})\s*$`);
/** `V =`, `v_{max} >` and `f(3) =` say what has the value. */
const assigned =
  /^\s*(?:[A-Za-z]|\p{Script=Greek})'*(?:_\(?\w{1,12}\)?)?\s?(?:\([\w\s,.]{1,20}\))?\s?[=≈<>≤≥]/u;
const notVariables = new RegExp(String.raw`${functionNames.join('|')}|pi(?![A-Za-z])|[eiπ]`, 'g');

/**
 * The plain math of a text without the unit at its end.
 *
 * @param text as it was written
 * @param plain the plain math of the text
 */
export function dropTrailingUnit(text: string, plain: string, reading: UnitReading): string {
  const named = wordUnit.exec(plain);
  const found = named ?? symbolUnit.exec(plain);
  if (found === null) return plain;
  const before = plain.slice(0, found.index);
  if (operatorEnd.test(before)) return plain;
  const isUnit = named !== null || uprightUnit.test(text) || reading === 'unit';
  if (isUnit) return before;
  return reading === 'likely' && !hasVariable(before) ? before : plain;
}

function hasVariable(plain: string): boolean {
  return /[A-Za-z]|\p{Script=Greek}/u.test(
    plain
      .replace(assigned, ' ')
      .replace(notVariables, ' ')
      .replace(/\s(?:and|or)\s/g, ' '),
  );
}
