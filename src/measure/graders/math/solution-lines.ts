import { evaluateReal, listVariables } from './evaluate-expression.js';
import { readStatement, type MathStatement } from './parse-math.js';
import { compareMath } from './same-math.js';

/** A line that only says what a variable is. */
export interface SolutionLine<Value> {
  /** Without its index: x of `x_1`. */
  readonly variable: string;
  /** With its index: `x_1`. */
  readonly name: string;
  readonly index: string | undefined;
  /** The value as it is written. */
  readonly text: string;
  readonly value: Value;
}

const solutionLine =
  /^[\s>]{0,8}(?:(?:[-•+*]|\d{1,2}[.)])\s)?[*_`]{0,3}(?:\${1,2}|\\[([])?\s?([a-zA-Z\u0391-\u03c9])(?:_\{?(\w)\}?)?\s?=\s?([^=$\n]{1,80}?)\s?(?:\${1,2}|\\[)\]])?[*_`]{0,3}[.,;]?(?:\s(?:and|or))?\s{0,4}$/;
const delimiter = /^\s*(?:\${2}|\\[[\]])?\s*$/;
/** Longer lists are no solutions. */
const maxSolutions = 100;
/** Values that differ by a smaller share are one, rounded differently. */
const maxRounding = 0.005;

/**
 * The lines that a text ends with and that each give a variable a value, without those that the next
 * line only simplifies. Undefined where these are not several.
 *
 * @param isSimplified whether the second value is the first one in another form, or rounded
 */
export function readSolutionLines<Value>(
  lines: readonly string[],
  readValue: (text: string) => Value | undefined,
  isSimplified: (value: Value, next: Value) => boolean,
): readonly SolutionLine<Value>[] | undefined {
  const solutions: SolutionLine<Value>[] = [];
  for (const line of lines.toReversed()) {
    if (delimiter.test(line)) continue;
    const [, variable, index, text] = solutionLine.exec(line) ?? [];
    const value = text === undefined ? undefined : readValue(text);
    if (variable === undefined || text === undefined || value === undefined) break;
    if (solutions.length > maxSolutions) break;
    const name = index === undefined ? variable : `${variable}_${index}`;
    const [next] = solutions;
    if (next?.name === name && isSimplified(value, next.value)) continue;
    solutions.unshift({ variable, name, index, text, value });
  }
  return solutions.length < 2 || solutions.length > maxSolutions ? undefined : solutions;
}

/** Whether two values differ by no more than their rounding: 10/3 and 3.33. */
export function areRounded(value: number, next: number): boolean {
  return Math.abs(value - next) <= maxRounding * Math.abs(next);
}

/** A line that says what a variable is by an expression without variables. */
export type MathSolution = SolutionLine<MathStatement>;

/** The lines of that kind that a text ends with. Undefined where these are not several. */
export function readMathSolutions(text: string): readonly MathSolution[] | undefined {
  return readSolutionLines(text.split('\n'), readConstant, isSameConstant);
}

function readConstant(text: string): MathStatement | undefined {
  const statement = readStatement(text);
  if (statement?.kind !== 'expression') return undefined;
  return listVariables(statement.expression).size === 0 ? statement : undefined;
}

function isSameConstant(value: MathStatement, next: MathStatement): boolean {
  if (compareMath(value, next) === 'same') return true;
  const [before, after] = [value, next].map((statement) =>
    statement.kind === 'expression' ? evaluateReal(statement.expression) : undefined,
  );
  return before !== undefined && after !== undefined && areRounded(before, after);
}

/** What terms of sequences are called, and solutions rarely are. */
const termName = /^[abfsuAFSTU]$/;
/** What solutions are called, however many they are. */
export const unknownName = /^[xyzt]$/;
/** Equations with more roots are rare. */
const maxIndex = 4;

/**
 * Whether values of one variable with these indices are terms of a sequence, of which the last is due:
 * "a_3 = 7, a_4 = 15", while "r_1 = 2, r_2 = 5" may be solutions.
 */
export function areTerms(variable: string, indices: readonly (string | undefined)[]): boolean {
  if (indices[0] === undefined || unknownName.test(variable)) return false;
  const numbers = indices.map(Number);
  const isSolution = Math.min(...numbers) === 1 && Math.max(...numbers) <= maxIndex;
  return termName.test(variable) || !isSolution;
}

/** Whether a text gives one unknown several values, as "r_1 = 2, r_2 = 5" does, of which one is wanted. */
export function isOneOfSolutions(wanted: MathStatement, given: MathStatement): boolean {
  if (wanted.kind === 'list' || given.kind !== 'list') return false;
  const names = given.items.map((item) =>
    item.kind === 'relation' && item.relation === '=' && item.left.kind === 'variable'
      ? /^(.)_(\d)$/u.exec(item.left.name)
      : null,
  );
  const [variable, ...others] = names.map((name) => name?.[1]);
  const isOne = variable !== undefined && others.every((other) => other === variable);
  const indices = names.map((name) => name?.[2]);
  if (!isOne || areTerms(variable, indices)) return false;
  return given.items.some((item) => compareMath(wanted, item) === 'same');
}
