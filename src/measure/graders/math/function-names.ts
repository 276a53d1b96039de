/** What functions and polynomials are called, and unknowns rarely are. */
const name = '[f-hpqF-HPQ]';
/** `f`, `f'` and the inverse, as plain math writes it. */
const applied = String.raw`${name}(?:'{1,2}|\s?\^\s?\(?-1\)?)?`;
/** `f(x + 1)` and `f(g(x))`. */
const application = String.raw`${applied}\s?\((?:\s?${applied}\s?\([^()=]{1,20}\)\s?|[^()=]{1,20})\)`;
/** `(f ∘ g)(x)`, `(f + g)(x)`, `(f/g)(x)` */
const combination = String.raw`\([\s(]{0,3}${name}[\s)]{0,3}[∘+*/-]?[\s(]{0,3}${name}[\s)]{0,3}\)\s?\([^()=]{1,20}\)`;
const value = `(?:${application}|${combination})`;
const joint = String.raw`\s{0,2}[-+*/]?\s{0,2}`;
const ofFunctions = new RegExp(String.raw`^[\s$\x60]*${value}(?:${joint}${value}){0,5}\s*$`);
const withNumbers = new RegExp(
  String.raw`^[\s$\x60]*(?:\d{1,6}\s?[-+]\s?)?${value}(?:${joint}${value}){0,5}(?:\s?[-+]\s?\d{1,6})?\s*$`,
);
const variable = /\(\s?[^()]{0,16}(?<![A-Za-z])[a-z](?![A-Za-z(])/;

/** `h(h + 2)`: a product, and no function of itself. */
const ofItself = new RegExp(
  String.raw`(${name})\s?\([^()]{0,16}(?<![A-Za-z])\1(?![A-Za-z'^]|\s?\()`,
);

/** The circle between two names of functions, which is no degree. */
export const composition = new RegExp(
  String.raw`(?<=(?<![\p{L}\d])${name})\s{0,2}[°∘]\s{0,2}(?=${name}(?!\p{L}))`,
  'gu',
);

/** Whether plain math consists of functions of a variable: "f^(-1)(x)", "f(g(x))", "(f + g)(x)", "f(x) + g(x)". */
export function isOfFunctions(text: string): boolean {
  return ofFunctions.test(text) && variable.test(text) && !ofItself.test(text);
}

/**
 * What plain math says of values of functions: it is made of nothing else ("f(1) + f(2)", "f(g(2))"), or of numbers
 * too ("f(1) + 3"), so that what it equals may be only a step. Undefined for all else.
 */
export function readFunctionValues(text: string): 'result' | 'part' | undefined {
  const plain = text.replace(composition, '∘');
  if (ofItself.test(plain)) return undefined;
  if (ofFunctions.test(plain)) return 'result';
  return withNumbers.test(plain) ? 'part' : undefined;
}
