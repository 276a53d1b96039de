import { evaluateReal, listVariables } from './evaluate-expression.js';
import { parseMath, type MathStatement } from './parse-math.js';
import { compareMath } from './same-math.js';

/** A line that only says what a variable is. */
export interface SolutionLine {
  /** Without its index: x of `x_1`. */
  readonly variable: string;
  /** With its index: `x_1`. */
  readonly name: string;
  readonly value: string;
  readonly statement: MathStatement;
}

const solutionLine =
  /^[\s>]{0,8}(?:(?:[-•+*]|\d{1,2}[.)])\s)?[*_`]{0,3}(?:\${1,2}|\\[([])?\s?([a-zA-Z])(?:_\{?(\w)\}?|([₀-₉]))?\s?=\s?([^=$\n]{1,80}?)\s?(?:\${1,2}|\\[)\]])?[*_`]{0,3}[.,;]?(?:\s(?:and|or))?\s{0,4}$/;
const delimiter = /^\s*(?:\${2}|\\[[\]])?\s*$/;
/** Longer lists are no solutions. */
const maxSolutions = 20;
/** Values that differ by less are one, rounded differently. */
const maxRounding = 0.005;

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
  const [, variable, index, lowered, value] = solutionLine.exec(line) ?? [];
  const parsed = value === undefined ? undefined : parseMath(value);
  if (variable === undefined || value === undefined || parsed?.kind !== 'math') return undefined;
  const { statement } = parsed;
  const isValue = statement.kind === 'expression' && listVariables(statement.expression).size === 0;
  const subscript = index ?? lowered?.normalize('NFKC');
  const name = subscript === undefined ? variable : `${variable}_${subscript}`;
  return isValue ? { variable, name, value, statement } : undefined;
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
