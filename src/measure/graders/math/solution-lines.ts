import { evaluateReal, listVariables } from './evaluate-expression.js';
import { parseMath, type MathStatement } from './parse-math.js';
import { compareMath } from './same-math.js';

/** A line that only says what a variable is. */
export interface SolutionLine {
  /** Without its index: x of `x_1`. */
  readonly variable: string;
  /** With its index: `x_1`. */
  readonly name: string;
  readonly index: string | undefined;
  readonly value: string;
  readonly statement: MathStatement;
}

const solutionLine =
  /^[\s>]{0,8}(?:(?:[-•+*]|\d{1,2}[.)])\s)?[*_`]{0,3}(?:\${1,2}|\\[([])?\s?([a-zA-Z\u0391-\u03c9])(?:_\{?(\w)\}?)?\s?=\s?([^=$\n]{1,80}?)\s?(?:\${1,2}|\\[)\]])?[*_`]{0,3}[.,;]?(?:\s(?:and|or))?\s{0,4}$/;
const delimiter = /^\s*(?:\${2}|\\[[\]])?\s*$/;
/** Longer lists are no solutions. */
const maxSolutions = 20;
/** Values that differ by less are one, rounded differently. */
export const maxRounding = 0.005;

/**
 * The lines that a text ends with and that each give a variable a value, without those that the next
 * line only simplifies. Undefined where these are not several.
 */
export function readSolutionLines(text: string): readonly SolutionLine[] | undefined {
  const solutions: SolutionLine[] = [];
  for (const line of text.split('\n').toReversed()) {
    if (delimiter.test(line)) continue;
    const solution = readSolution(line);
    if (solution === undefined || solutions.length > maxSolutions) break;
    const next = solutions[0];
    if (next === undefined || !isSimplified(solution, next)) solutions.unshift(solution);
  }
  return solutions.length < 2 || solutions.length > maxSolutions ? undefined : solutions;
}

function readSolution(line: string): SolutionLine | undefined {
  const [, variable, index, value] = solutionLine.exec(line) ?? [];
  const parsed = value === undefined ? undefined : parseMath(value);
  if (variable === undefined || value === undefined || parsed?.kind !== 'math') return undefined;
  const { statement } = parsed;
  const isValue = statement.kind === 'expression' && listVariables(statement.expression).size === 0;
  const name = index === undefined ? variable : `${variable}_${index}`;
  return isValue ? { variable, name, index, value, statement } : undefined;
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

/** "x = 10/3" and "x = 3.33": the same, or the same but for rounding. */
function isSimplified(one: SolutionLine, next: SolutionLine): boolean {
  if (one.name !== next.name) return false;
  if (compareMath(one.statement, next.statement) === 'same') return true;
  const [before, after] = [one, next].map(({ statement }) =>
    statement.kind === 'expression' ? evaluateReal(statement.expression) : undefined,
  );
  return (
    before !== undefined &&
    after !== undefined &&
    Math.abs(before - after) <= maxRounding * Math.abs(after)
  );
}
