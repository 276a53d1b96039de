import { listVariables } from './evaluate-expression.js';
import type { MathStatement } from './parse-math.js';
import { plainMath } from './plain-math.js';

/** A number, and what is written after it: its unit, or a word that may be one. */
export interface MeasuredNumber {
  readonly number: string;
  readonly isKnownUnit: boolean;
}

const symbol = String.raw`(?:[kcmµn]?m|mi|ft|in|yd|[km]?g|lb|[mµn]?s|hr?|min|N|[kM]?J|[kM]?W|kWh|[km]?V|m?A|[kMh]?Pa|[kMG]?Hz|K|m?L|l|mol|k?cal|rad|mph|bar|atm)(?:-?[1-4])?`;
const unit = new RegExp(String.raw`^${symbol}(?:[/*]?${symbol}){0,3}$`);
/** In "5ab" and "5 x", letters are factors; in "5 cup", and in "5m/s", they may be a unit. */
const measured =
  /^(-?[\d.,⟨⟩/π√()]{1,30})(?:(\s)\(?\(?|\(?\(?(?=[a-zA-Z]{1,3}\s?\)?\s?\/))\s?([a-zA-Zµ][a-zA-Zµ\s()^/*\d-]{0,40})$/;

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
  const value = (plain.split(/[=≈]/).at(-1) as string).trim();
  const [, number = '', space, letters = ''] = measured.exec(value) ?? [];
  const symbols = letters.replace(/[\s()^]/g, '');
  if (symbols === '') return undefined;
  const isKnownUnit = unit.test(symbols) && (space !== undefined || symbols.includes('/'));
  const isWord = /^[a-z]{2,}(?: [a-z]{2,}){0,3}$/i.test(letters.trim());
  return isKnownUnit || isWord ? { number, isKnownUnit } : undefined;
}
