import type { Expression, FunctionName } from './expression.js';

/** A complex number, so that roots and logarithms of negative numbers have values too. */
export interface Complex {
  readonly real: number;
  readonly imaginary: number;
}

const one: Complex = { real: 1, imaginary: 0 };

/** The value of an expression; members are not finite where it has none. */
export function evaluateExpression(
  expression: Expression,
  variables: ReadonlyMap<string, Complex> = new Map(),
): Complex {
  const evaluate = (inner: Expression): Complex => evaluateExpression(inner, variables);
  switch (expression.kind) {
    case 'number':
      return real(expression.value);
    case 'constant':
      if (expression.name === 'i') return { real: 0, imaginary: 1 };
      return real(expression.name === 'π' ? Math.PI : Math.E);
    case 'variable':
      return variables.get(expression.name) ?? real(Number.NaN);
    case 'negation':
      return multiply(real(-1), evaluate(expression.argument));
    case 'factorial':
      return factorial(evaluate(expression.argument));
    case 'call':
      return functions[expression.name](evaluate(expression.argument));
    case 'binary': {
      const left = evaluate(expression.left);
      const right = evaluate(expression.right);
      switch (expression.operator) {
        case '+':
          return add(left, right);
        case '-':
          return add(left, multiply(real(-1), right));
        case '*':
          return multiply(left, right);
        case '/':
          return divide(left, right);
        case '^':
          return raise(left, right);
      }
    }
  }
}

/** The value of an expression without variables where it is a real number, or undefined. */
export function evaluateReal(expression: Expression): number | undefined {
  const { real: value, imaginary } = evaluateExpression(expression);
  const isReal = Math.abs(imaginary) <= 1e-12 * Math.max(1, Math.abs(value));
  return Number.isFinite(value) && isReal ? value : undefined;
}

/** The names of the variables of an expression. */
export function listVariables(expression: Expression): ReadonlySet<string> {
  switch (expression.kind) {
    case 'number':
    case 'constant':
      return new Set();
    case 'variable':
      return new Set([expression.name]);
    case 'binary':
      return new Set([...listVariables(expression.left), ...listVariables(expression.right)]);
    case 'negation':
    case 'factorial':
    case 'call':
      return listVariables(expression.argument);
  }
}

function real(value: number): Complex {
  return { real: value, imaginary: 0 };
}

export function add(a: Complex, b: Complex): Complex {
  return { real: a.real + b.real, imaginary: a.imaginary + b.imaginary };
}

export function multiply(a: Complex, b: Complex): Complex {
  return {
    real: a.real * b.real - a.imaginary * b.imaginary,
    imaginary: a.real * b.imaginary + a.imaginary * b.real,
  };
}

export function divide(a: Complex, b: Complex): Complex {
  if (b.imaginary === 0) return { real: a.real / b.real, imaginary: a.imaginary / b.real };
  const size = b.real ** 2 + b.imaginary ** 2;
  const product = multiply(a, { real: b.real, imaginary: -b.imaginary });
  return { real: product.real / size, imaginary: product.imaginary / size };
}

export function absolute(a: Complex): number {
  return Math.hypot(a.real, a.imaginary);
}

function exponential(a: Complex): Complex {
  const size = Math.exp(a.real);
  if (a.imaginary === 0) return real(size);
  return { real: size * Math.cos(a.imaginary), imaginary: size * Math.sin(a.imaginary) };
}

function logarithm(a: Complex): Complex {
  return { real: Math.log(absolute(a)), imaginary: Math.atan2(a.imaginary, a.real) };
}

function raise(base: Complex, exponent: Complex): Complex {
  if (exponent.imaginary !== 0) return exponential(multiply(exponent, logarithm(base)));
  const power = exponent.real;
  if (base.imaginary === 0 && (base.real >= 0 || Number.isInteger(power))) {
    return real(base.real ** power);
  }
  if (Number.isInteger(power) && Math.abs(power) <= 64) {
    let result = one;
    for (let count = 0; count < Math.abs(power); count++) result = multiply(result, base);
    return power < 0 ? divide(one, result) : result;
  }
  return exponential(multiply(exponent, logarithm(base)));
}

function factorial(a: Complex): Complex {
  const isCount = a.imaginary === 0 && Number.isInteger(a.real) && a.real >= 0 && a.real <= 170;
  if (!isCount) return real(Number.NaN);
  let product = 1;
  for (let factor = 2; factor <= a.real; factor++) product *= factor;
  return real(product);
}

function sine(a: Complex): Complex {
  if (a.imaginary === 0) return real(Math.sin(a.real));
  return {
    real: Math.sin(a.real) * Math.cosh(a.imaginary),
    imaginary: Math.cos(a.real) * Math.sinh(a.imaginary),
  };
}

function cosine(a: Complex): Complex {
  return sine({ real: Math.PI / 2 - a.real, imaginary: -a.imaginary });
}

/** Functions that are only evaluated at real numbers. */
function onReal(compute: (value: number) => number): (a: Complex) => Complex {
  return (a) => real(a.imaginary === 0 ? compute(a.real) : Number.NaN);
}

const functions: Readonly<Record<FunctionName, (a: Complex) => Complex>> = {
  sqrt: (a) => (a.imaginary === 0 && a.real >= 0 ? real(Math.sqrt(a.real)) : raise(a, real(0.5))),
  abs: (a) => real(absolute(a)),
  exp: exponential,
  ln: logarithm,
  log: (a) => divide(logarithm(a), real(Math.LN10)),
  sin: sine,
  cos: cosine,
  tan: (a) => divide(sine(a), cosine(a)),
  cot: (a) => divide(cosine(a), sine(a)),
  sec: (a) => divide(one, cosine(a)),
  csc: (a) => divide(one, sine(a)),
  arcsin: onReal(Math.asin),
  arccos: onReal(Math.acos),
  arctan: onReal(Math.atan),
  sinh: onReal(Math.sinh),
  cosh: onReal(Math.cosh),
  tanh: onReal(Math.tanh),
};
