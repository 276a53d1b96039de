/** A mathematical expression. */
export type Expression =
  | {
      readonly kind: 'number';
      readonly value: number;
      /** What is written, where a double does not hold it exactly. */
      readonly whole?: bigint | undefined;
    }
  | { readonly kind: 'constant'; readonly name: 'π' | 'e' | 'i' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly argument: Expression }
  | { readonly kind: 'factorial' | 'negation'; readonly argument: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '^';
      readonly left: Expression;
      readonly right: Expression;
    };

export const functionNames = [
  'arcsin',
  'arccos',
  'arctan',
  'sinh',
  'cosh',
  'tanh',
  'sqrt',
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'log',
  'exp',
  'ln',
  'abs',
] as const;
export type FunctionName = (typeof functionNames)[number];
