import { functionNames, type Expression, type FunctionName } from './expression.js';

export interface ExpressionRules {
  /** Letters are variables, and two factors beside one another are multiplied. */
  readonly variables: boolean;
  /** Reads the number literal at a position; what it does not read is no number. */
  readonly readNumber: (
    text: string,
    at: number,
  ) =>
    | { readonly value: number; readonly whole?: bigint | undefined; readonly end: number }
    | undefined;
}

export interface ParsedPrefix {
  readonly expression: Expression;
  readonly end: number;
}

const maxDepth = 24;
const maxNodes = 300;

/**
 * Parses the longest expression that begins at a position of plain math (see `plainMath`), or
 * returns undefined where none does. Depth and size are limited.
 */
export function parseExpressionAt(
  text: string,
  at: number,
  rules: ExpressionRules,
): ParsedPrefix | undefined {
  const parser = new Parser(text, at, rules);
  const expression = parser.sum(maxDepth);
  return expression === undefined ? undefined : { expression, end: parser.at };
}

class Parser {
  private nodes = 0;

  constructor(
    private readonly text: string,
    public at: number,
    private readonly rules: ExpressionRules,
  ) {}

  sum(depth: number): Expression | undefined {
    let left = this.product(depth);
    while (left !== undefined) {
      const before = this.at;
      const operator = this.takeOperator('+-');
      if (operator === undefined) break;
      const right = this.product(depth);
      if (right === undefined) {
        this.at = before;
        break;
      }
      left = this.binary(operator as '+' | '-', left, right);
    }
    return left;
  }

  private product(depth: number): Expression | undefined {
    let left = this.signed(depth);
    while (left !== undefined) {
      const before = this.at;
      const operator = this.takeOperator('*/×');
      const right = operator === undefined ? this.adjoining(depth) : this.signed(depth);
      if (right === undefined) {
        this.at = before;
        break;
      }
      left = this.binary(operator === '/' ? '/' : '*', left, right);
    }
    return left;
  }

  /** The factor of a product that is written without a sign. */
  private adjoining(depth: number): Expression | undefined {
    const before = this.at;
    if (this.rules.variables) this.skipSpaces();
    const next = this.text[this.at] ?? '';
    const begins = this.rules.variables
      ? /[A-Za-zπ√(|⟨\p{Script=Greek}]/u.test(next)
      : /[π√]/.test(next);
    const factor = begins ? this.power(depth) : undefined;
    if (factor === undefined) this.at = before;
    return factor;
  }

  private signed(depth: number): Expression | undefined {
    if (depth <= 0) return undefined;
    const before = this.at;
    this.skipSpaces();
    const sign = this.text[this.at];
    if (sign !== '-' && sign !== '+') return this.power(depth);
    this.at++;
    const argument = this.signed(depth - 1);
    if (argument === undefined) {
      this.at = before;
      return undefined;
    }
    return sign === '+' ? argument : { kind: 'negation', argument };
  }

  private power(depth: number): Expression | undefined {
    let base = this.atom(depth);
    if (base === undefined) return undefined;
    // "!=" and an exclamation mark at the end of a sentence are no factorials.
    while (
      this.text[this.at] === '!' &&
      /^!(?![=!\w])(?!\s+[A-Z])/.test(this.text.slice(this.at, this.at + 8))
    ) {
      if (!this.rules.variables && base.kind !== 'number') break;
      this.at++;
      base = { kind: 'factorial', argument: base };
    }
    const before = this.at;
    this.skipSpaces();
    if (this.text[this.at] === '^') {
      this.at++;
      const exponent = this.signed(depth - 1);
      if (exponent !== undefined) return this.binary('^', base, exponent);
    }
    this.at = before;
    return base;
  }

  private atom(depth: number): Expression | undefined {
    if (depth <= 0 || ++this.nodes > maxNodes) return undefined;
    const before = this.at;
    this.skipSpaces();
    const found =
      this.fractionOrNumber() ?? this.group(depth) ?? this.root(depth) ?? this.name(depth);
    if (found === undefined) this.at = before;
    return found;
  }

  private fractionOrNumber(): Expression | undefined {
    const fraction = this.fraction();
    if (fraction !== undefined) return fraction;
    const number = this.rules.readNumber(this.text, this.at);
    if (number === undefined) return undefined;
    this.at = number.end;
    const whole: Expression = { kind: 'number', value: number.value, whole: number.whole };
    if (!Number.isInteger(number.value)) return whole;
    const before = this.at;
    this.skipSpaces();
    const part = this.fraction();
    // A whole number before a proper fraction is a mixed number, not a product.
    if (part !== undefined) return this.binary('+', whole, part);
    this.at = before;
    return whole;
  }

  /** `⟨3/4⟩`, as `plainMath` writes a fraction of whole numbers. */
  private fraction(): Expression | undefined {
    if (this.text[this.at] !== '⟨') return undefined;
    const match = /^⟨(\d{1,15})\/(\d{1,15})⟩/.exec(this.text.slice(this.at, this.at + 40));
    if (match === null) return undefined;
    this.at += match[0].length;
    return this.binary(
      '/',
      { kind: 'number', value: Number(match[1]) },
      { kind: 'number', value: Number(match[2]) },
    );
  }

  private group(depth: number): Expression | undefined {
    const open = this.text[this.at];
    if (open !== '(' && open !== '[' && open !== '|') return undefined;
    if (open !== '(' && !this.rules.variables) return undefined;
    const before = this.at;
    this.at++;
    const inner = this.sum(depth - 1);
    this.skipSpaces();
    const close = open === '(' ? ')' : open === '[' ? ']' : '|';
    if (inner === undefined || this.text[this.at] !== close) {
      this.at = before;
      return undefined;
    }
    this.at++;
    return open === '|' ? { kind: 'call', name: 'abs', argument: inner } : inner;
  }

  private root(depth: number): Expression | undefined {
    if (this.text[this.at] !== '√') return undefined;
    this.at++;
    const argument = this.atom(depth - 1);
    return argument === undefined ? undefined : { kind: 'call', name: 'sqrt', argument };
  }

  private name(depth: number): Expression | undefined {
    const rest = this.text.slice(this.at, this.at + 12);
    if (rest.startsWith('π')) {
      this.at++;
      return { kind: 'constant', name: 'π' };
    }
    const name = functionNames.find((one) => rest.startsWith(one));
    if (name !== undefined) return this.call(name, depth);
    if (/^pi(?![A-Za-z])/.test(rest)) {
      this.at += 2;
      return { kind: 'constant', name: 'π' };
    }
    if (!this.rules.variables) return undefined;
    const variable = /^(?:[A-Za-z]|\p{Script=Greek})(?:_\(?\w{1,3}\)?)?/u.exec(rest)?.[0];
    if (variable === undefined) return undefined;
    this.at += variable.length;
    return variable === 'e' || variable === 'i'
      ? { kind: 'constant', name: variable }
      : { kind: 'variable', name: variable.replace(/[()]/g, '') };
  }

  private call(name: FunctionName, depth: number): Expression | undefined {
    const before = this.at;
    this.at += name.length;
    this.skipSpaces();
    // sin^2 x is the square of sin x.
    let exponent: Expression | undefined;
    if (this.text[this.at] === '^' && this.rules.variables) {
      this.at++;
      exponent = this.atom(depth - 1);
    }
    const base = name === 'log' ? this.subscript() : undefined;
    if (base === undefined && this.text[this.at] === '_') {
      this.at = before;
      return undefined;
    }
    this.skipSpaces();
    const argument = this.text[this.at] === '(' ? this.atom(depth - 1) : this.argument(depth - 1);
    if (argument === undefined) {
      this.at = before;
      return undefined;
    }
    const value: Expression =
      base === undefined ? { kind: 'call', name, argument } : logarithmOf(argument, base);
    return exponent === undefined ? value : this.binary('^', value, exponent);
  }

  /** The base of a logarithm: one digit or letter, or more in brackets. */
  private subscript(): Expression | undefined {
    const match = /^_(?:\((\d{1,6}|[a-z])\)|(\d{1,6}(?=\s?\(|\s)|\d|[a-z]))/.exec(
      this.text.slice(this.at, this.at + 10),
    );
    if (match === null) return undefined;
    this.at += match[0].length;
    const base = (match[1] ?? match[2]) as string;
    if (/\d/.test(base)) return { kind: 'number', value: Number(base) };
    return base === 'e' ? { kind: 'constant', name: 'e' } : { kind: 'variable', name: base };
  }

  /** What a function without brackets is applied to: `2x` in `sin 2x`. */
  private argument(depth: number): Expression | undefined {
    if (!this.rules.variables) return this.power(depth);
    let left = this.power(depth);
    while (left !== undefined) {
      const right = this.adjoiningLetter(depth);
      if (right === undefined) break;
      left = this.binary('*', left, right);
    }
    return left;
  }

  private adjoiningLetter(depth: number): Expression | undefined {
    const rest = this.text.slice(this.at, this.at + 8);
    const isLetter = /^[A-Za-z\p{Script=Greek}]/u.test(rest);
    const isName = functionNames.some((name) => rest.startsWith(name));
    return isLetter && !isName ? this.power(depth) : undefined;
  }

  private binary(
    operator: '+' | '-' | '*' | '/' | '^',
    left: Expression,
    right: Expression,
  ): Expression {
    return { kind: 'binary', operator, left, right };
  }

  private takeOperator(operators: string): string | undefined {
    const before = this.at;
    this.skipSpaces();
    const operator = this.text[this.at];
    if (operator === undefined || !operators.includes(operator)) {
      this.at = before;
      return undefined;
    }
    this.at++;
    return operator;
  }

  private skipSpaces(): void {
    while (this.text[this.at] === ' ') this.at++;
  }
}

function logarithmOf(argument: Expression, base: Expression): Expression {
  const ln = (of: Expression): Expression => ({ kind: 'call', name: 'ln', argument: of });
  return { kind: 'binary', operator: '/', left: ln(argument), right: ln(base) };
}
