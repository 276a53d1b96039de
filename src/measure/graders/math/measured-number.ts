import { listVariables } from './evaluate-expression.js';
import type { MathStatement } from './parse-math.js';
import { plainMath } from './plain-math.js';

/** A number, and what is written after it: its unit, or a word that may be one. */
export interface MeasuredNumber {
  readonly number: string;
  readonly isKnownUnit: boolean;
}

const symbol = String.raw`(?:[kcmμn]?m|mi|ft|in|yd|[km]?g|lb|[mμn]?s|hr?|min|N|[kM]?J|[kM]?W|kWh|[km]?V|m?A|[kMh]?Pa|[kMG]?Hz|K|m?L|l|mol|k?cal|rad|mph|bar|atm)(?:-?[1-4])?`;
const unit = new RegExp(String.raw`^${symbol}(?:[/*]?${symbol}){0,3}$`);
/** In "5ab" and "5 x", letters are factors; in "5 cup", and in "5m/s", they may be a unit. */
const measured =
  /^(-?[\d.,⟨⟩/π√()]{1,30}(?:e[-+]?\d{1,3}|\s?\*\s?10\s?\^\s?\(?-?\d{1,3}\)?)?)(?:(\s)\(?\(?|\(?\(?(?=[a-zA-Z]{1,3}\s?\)?\s?\/))\s?([a-zA-Zμ][a-zA-Zμ\s()^/*\d-]{0,40})$/;
/** A bound, or one of several values. */
const otherThanValue = /[<>≠≤≥]|[,;].*=|\b(?:and|or)\b/;
/** "m - 3" is no power, as "m^-3" and "m-3" are. */
const calculated = /(?<![\^(a-zA-Zμ])-|\s\d/;
/** `v`, `v_1` and `v(2)`. */
const name =
  /^(?:\\Delta\s?)?(?:[A-Za-z]|\p{Script=Greek})'*(?:_\(?\w{1,12}\)?)?\s?(?:\([\w\s.,]{1,20}\))?$/u;
const unitInside = new RegExp(String.raw`(?<=[\d)⟩]\s?|/\s?\(?)${symbol}(?![A-Za-z])`, 'g');

/** Whether an expression, or what a variable is said to be, has no variables. */
export function isNumber(statement: MathStatement): boolean {
  if (statement.kind === 'relation') return listVariables(statement.right).size === 0;
  return statement.kind === 'expression' && listVariables(statement.expression).size === 0;
}

/** The number of a text that is only a number and letters after it; undefined where it is no such text. */
export function readMeasured(text: string): MeasuredNumber | undefined {
  const plain = plainMath(text)
    .replace(/\$|`|\*\*|[.,;]\s*$/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (otherThanValue.test(plain)) return undefined;
  const sides = plain.split(/[=≈]/).map((side) => side.trim());
  const [left = '', value = ''] = [sides.length > 1 ? sides[0] : 'x', sides.at(-1)];
  // "20 m / 4 s = 5 m/s"
  const isCalculation = !/[A-Za-z]/.test(left.replace(unitInside, ''));
  if (!name.test(left) && !isCalculation) return undefined;
  const [, number = '', space, letters = ''] = measured.exec(value) ?? [];
  const symbols = letters.replace(/[\s()^]/g, '');
  if (symbols === '' || calculated.test(letters)) return undefined;
  const isUnit = unit.test(symbols) && (space !== undefined || symbols.includes('/'));
  // "2 g h" may be a product.
  const isKnownUnit = isUnit && !/^[a-z](?: [a-z])+$/.test(letters.trim());
  const isWord = /^[a-z]{2,}(?: [a-z]{2,}){0,3}$/i.test(letters.trim());
  return isUnit || isWord ? { number, isKnownUnit } : undefined;
}
