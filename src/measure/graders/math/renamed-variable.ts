import { listVariables } from './evaluate-expression.js';
import type { Expression } from './expression.js';
import type { MathStatement } from './parse-math.js';

/**
 * Two statements of which the given one has the wanted one's variables, where each has exactly one that
 * the other lacks: the constant of an integral may be C or K. Of definitions ("y = Ce^x", "f(t) = t^2")
 * only what is defined counts, where both are such or one is an expression.
 *
 * @returns undefined where they do not differ by one variable, or are nothing but that
 */
export function renameVariable(
  wanted: MathStatement,
  given: MathStatement,
): readonly [MathStatement, MathStatement] | undefined {
  const [left, right] = [readDefined(wanted, given), readDefined(given, wanted)];
  const [wantedNames, givenNames] = [listNames(left), listNames(right)];
  const missing = [...wantedNames].filter((name) => !givenNames.has(name));
  const added = [...givenNames].filter((name) => !wantedNames.has(name));
  const [to, from] = [missing[0], added[0]];
  if (missing.length !== 1 || added.length !== 1 || to === undefined || from === undefined) {
    return undefined;
  }
  // "f(x)" is no constant, and where x is asked for, y is wrong.
  const isName = !/^\w+$/.test(to) || !/^\w+$/.test(from);
  if (isName || (left.kind === 'expression' && left.expression.kind === 'variable'))
    return undefined;
  return [left, mapExpressions(right, (expression) => rename(expression, from, to))];
}

function readDefined(statement: MathStatement, other: MathStatement): MathStatement {
  const isDefined = statement.kind === 'relation' && isDefinition(statement);
  const isBare = other.kind === 'expression' || (other.kind === 'relation' && isDefinition(other));
  if (!isDefined || !isBare || listVariables(statement.right).size === 0) return statement;
  return { kind: 'expression', expression: statement.right };
}

function isDefinition({ relation, left }: Extract<MathStatement, { kind: 'relation' }>): boolean {
  return relation === '=' && left.kind === 'variable';
}

function listNames(statement: MathStatement): ReadonlySet<string> {
  const names = new Set<string>();
  mapExpressions(statement, (expression) => {
    for (const name of listVariables(expression)) names.add(name);
    return expression;
  });
  return names;
}

function mapExpressions(
  statement: MathStatement,
  change: (expression: Expression) => Expression,
): MathStatement {
  switch (statement.kind) {
    case 'infinity':
      return statement;
    case 'expression':
      return { ...statement, expression: change(statement.expression) };
    case 'relation':
      return { ...statement, left: change(statement.left), right: change(statement.right) };
    case 'list':
      return { ...statement, items: statement.items.map((item) => mapExpressions(item, change)) };
  }
}

function rename(expression: Expression, from: string, to: string): Expression {
  switch (expression.kind) {
    case 'number':
    case 'constant':
      return expression;
    case 'variable':
      return expression.name === from ? { ...expression, name: to } : expression;
    case 'binary':
      return {
        ...expression,
        left: rename(expression.left, from, to),
        right: rename(expression.right, from, to),
      };
    case 'negation':
    case 'factorial':
    case 'call':
      return { ...expression, argument: rename(expression.argument, from, to) };
  }
}
