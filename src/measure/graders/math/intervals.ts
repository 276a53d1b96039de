import { evaluateExpression, listVariables } from './evaluate-expression.js';
import type { MathStatement } from './parse-math.js';

type MathList = Extract<MathStatement, { kind: 'list' }>;

/** `x ≥ 2` as the interval `[2, ∞)`; a list stays as it is. */
export function toInterval(statement: MathStatement): MathStatement | undefined {
  if (statement.kind === 'list') return statement;
  if (statement.kind !== 'relation' || statement.left.kind !== 'variable') return undefined;
  const { relation, right } = statement;
  if (!/[<>≤≥]/.test(relation) || listVariables(right).size > 0) return undefined;
  const bound = { kind: 'expression' as const, expression: right };
  return relation === '<' || relation === '≤'
    ? {
        kind: 'list',
        open: '(',
        close: relation === '≤' ? ']' : ')',
        items: [{ kind: 'infinity', sign: -1 }, bound],
      }
    : {
        kind: 'list',
        open: relation === '≥' ? '[' : '(',
        close: ')',
        items: [bound, { kind: 'infinity', sign: 1 }],
      };
}

/**
 * `x < 2 or x > 3` as the union of its intervals, and `x > 2 and x < 5` as the interval `(2, 5)`: two
 * inequalities that leave a gap are joined by "or", and two that enclose a range by "and".
 */
export function toRange(list: MathList): MathStatement {
  if (list.open !== '{' || list.items.length !== 2) return list;
  const [first, second] = list.items.map(readBound);
  if (first === undefined || second === undefined || first.name !== second.name) return list;
  if (first.isUpper === second.isUpper) return list;
  const [upper, lower] = first.isUpper ? [first, second] : [second, first];
  if (upper.value < lower.value) {
    return { kind: 'list', open: '∪', close: '∪', items: [upper.interval, lower.interval] };
  }
  const { open, items: above } = lower.interval;
  const { close, items: below } = upper.interval;
  return {
    kind: 'list',
    open,
    close,
    items: [above[0], below[1]].filter((one) => one !== undefined),
  };
}

/** An inequality of one variable with a number: `x < 2`. */
function readBound(statement: MathStatement):
  | {
      readonly name: string;
      readonly isUpper: boolean;
      readonly value: number;
      readonly interval: MathList;
    }
  | undefined {
  if (statement.kind !== 'relation' || statement.left.kind !== 'variable') return undefined;
  const interval = toInterval(statement);
  if (interval?.kind !== 'list') return undefined;
  const value = evaluateExpression(statement.right, new Map());
  if (!Number.isFinite(value.real) || value.imaginary !== 0) return undefined;
  const isUpper = statement.relation === '<' || statement.relation === '≤';
  return { name: statement.left.name, isUpper, value: value.real, interval };
}
