import { digitRun, readDigits, readWhole } from '../numbers/read-digits.js';
import type { Expression } from './expression.js';
import { parseExpressionAt, type ExpressionRules } from './parse-expression.js';
import { composition, isOfFunctions } from './function-names.js';
import { plainMath } from './plain-math.js';
import { dropTrailingUnit, type UnitReading } from './trailing-unit.js';

/** What a mathematical text says. */
export type MathStatement =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'infinity'; readonly sign: 1 | -1 }
  | {
      readonly kind: 'relation';
      readonly relation: '=' | '≠' | '<' | '>' | '≤' | '≥';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      /**
       * A set in braces, a tuple, point or interval in brackets, or a union (∪); a plain list is a set.
       */
      readonly kind: 'list';
      readonly open: string;
      readonly close: string;
      readonly items: readonly MathStatement[];
    };

export type ParsedMath =
  | { readonly kind: 'math'; readonly statement: MathStatement }
  | { readonly kind: 'problem'; readonly problem: string };

/** A statement as an answer or a reference writes it. */
export interface WrittenMath {
  readonly text: string;
  readonly statement: MathStatement;
}

/** Longer texts are no expression that is compared. */
const maxLength = 400;
/** A word of a sentence, which is no product of its letters. */
const word =
  /\b(?!(?:arc(?:sin|cos|tan)|sinh|cosh|tanh|sqrt)(?![a-z]))[a-z]{4,}|\b(?:the|is|are|was|of|for|its?|not|no|yes|has|can|line|set|so|to|this|that)\b|\sat\s[a-z]\s?=/i;

const rules: ExpressionRules = {
  variables: true,
  readNumber(text, at) {
    const scientific = /^\d{1,15}(?:\.\d{1,15})?e[-+]?\d{1,3}(?![\w.^(])/i.exec(
      text.slice(at, at + 40),
    )?.[0];
    if (scientific !== undefined) return { value: Number(scientific), end: at + scientific.length };
    const pattern = new RegExp(digitRun);
    const run = pattern.exec(text.slice(at, at + maxLength))?.[0].replace(/ .*$/, '');
    // A comma parts the members of a tuple, unless it groups thousands.
    const plain =
      run === undefined ? undefined : /^[\d.]*(?:,\d{3}(?!\d))*(?:\.\d+)?/.exec(run)?.[0];
    const digits = plain === undefined ? undefined : readDigits(plain, 'point');
    if (digits === undefined || plain === undefined) return undefined;
    return { value: digits.value, whole: readWhole(plain, digits.value), end: at + plain.length };
  },
};

/** What LaTeX or plain math says as a whole; undefined where it is not understood. */
export function readStatement(text: string, reading?: UnitReading): MathStatement | undefined {
  const parsed = parseMath(text, reading);
  return parsed.kind === 'math' ? parsed.statement : undefined;
}

/** Parses LaTeX or plain math as a whole, or says what in it is not understood. */
export function parseMath(text: string, reading: UnitReading = 'likely'): ParsedMath {
  const plain = simplify(text, reading);
  if (plain === '') return { kind: 'problem', problem: 'there is no expression' };
  if (plain.length > maxLength) return { kind: 'problem', problem: 'it is too long' };
  if (word.test(plain))
    return { kind: 'problem', problem: `"${plain.slice(0, 60)}" is not understood` };
  const unknown = /\\[A-Za-z]+|[∈…]/u.exec(plain)?.[0];
  if (unknown !== undefined) {
    return { kind: 'problem', problem: `"${unknown}" is not understood` };
  }
  // "√3/2 ≈ 0.866" states the exact value.
  const [exact = '', ...rounded] = plain.split('≈');
  const stated =
    rounded.length > 0 && /(?:[\d)⟩π!∞]|(?<![a-zA-Z])e)\s*$/.test(exact) ? exact.trim() : plain;
  const statement = parseStatement(stated, 3);
  return statement === undefined
    ? { kind: 'problem', problem: `"${plain.slice(0, 60)}" is not understood` }
    : { kind: 'math', statement };
}

function simplify(text: string, reading: UnitReading): string {
  const plain = plainMath(text)
    .replace(
      /\b(sin|cos|tan|cot|sec|csc)\s{0,2}\(?(\d{1,4}(?:\.\d{1,4})?)\s?\^?\(?°\)?\)?/g,
      '$1($2*π/180)',
    )
    .replace(composition, '∘')
    // sin^-1 is the inverse, and 1/sin is written with brackets or in words.
    .replace(/(?<![A-Za-z])(sin|cos|tan)\s*\^\s?\(?-1\)?(?!\d)/g, ' arc$1 ')
    .replace(/(?<![A-Za-z])(sinh|cosh|tanh|cot|sec|csc)\s*\^\s?\(?-1\)?(?!\d)/g, '\\arc$1 ')
    .replace(/\$|`|\*\*|°|%$/g, ' ')
    .replaceAll('<=', '≤')
    .replaceAll('>=', '≥')
    .replace(/\binfinity\b/gi, '∞')
    .replace(/\b(?:negative|minus)\s(?=∞)/gi, '-')
    .replace(/\b(?:positive|plus)\s(?=∞)/gi, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[A-Za-z]\s?∈\s?/u, '')
    .replace(/[.,;]$/, '');
  return (
    dropTrailingUnit(text, plain, reading)
      // "x - 3 (x ≠ -3)": for which values it holds.
      .replace(/\s\([A-Za-z]\s?≠[^()]{1,40}\)$/, '')
      // "]-∞ ; 5]", as French writes intervals.
      .replace(
        /^(?:([A-Za-z])\s?=\s?)?([[\]])([^[\];]{1,80});([^[\];]{1,80})([[\]])$/,
        readFrenchInterval,
      )
      .trim()
  );
}

function readFrenchInterval(
  _: string,
  _name: string | undefined,
  open: string,
  low: string,
  high: string,
  close: string,
): string {
  return `${open === '[' ? '[' : '('}${low.trim()}, ${high.trim()}${close === ']' ? ']' : ')'}`;
}

function parseStatement(text: string, depth: number): MathStatement | undefined {
  const infinite = /^([-+]?)\s?∞$/.exec(text)?.[1];
  if (infinite !== undefined) return { kind: 'infinity', sign: infinite === '-' ? -1 : 1 };
  const whole = parseWhole(text);
  if (whole !== undefined) return { kind: 'expression', expression: whole };
  if (depth <= 0) return undefined;
  if (/[±∓]/.test(text)) return parseBothSigns(text, depth);
  const united = text.split('∪');
  if (united.length > 1) {
    const items = united.map((part) => parseStatement(part.trim(), depth - 1));
    return items.every((item) => item !== undefined)
      ? { kind: 'list', open: '∪', close: '∪', items }
      : undefined;
  }
  const sides = text.split(/(=|≠|≤|≥|<|>)/);
  const between = sides.length === 5 ? parseBetween(sides) : undefined;
  if (between !== undefined) return between;
  if (sides.length === 3) {
    const [left, right] = [parseSide(sides[0] as string), parseWhole(sides[2] as string)];
    if (left === undefined || right === undefined) return undefined;
    return { kind: 'relation', relation: sides[1] as '=', left, right };
  }
  const chained = parseChain(sides);
  if (chained !== undefined) return chained;
  const bracketed = /^([([{])(.+)([)\]}])$/.exec(text);
  const [open, inner, close] = bracketed === null ? ['{', text, '}'] : bracketed.slice(1);
  const parts = splitList(inner as string);
  if (parts.length < 2 && open !== '{') return undefined;
  const items = parts.map((part) => (part === text ? undefined : parseStatement(part, depth - 1)));
  return items.every((item) => item !== undefined)
    ? { kind: 'list', open: open as string, close: close as string, items }
    : undefined;
}

/** `\frac{d}{dx} ...` and `dy/dx` on the left: what they are is said on the right. */
const derivative = /^\s?\(?\(?d[a-z]?\)?\s?\/\s?\(?d[a-z]\)?(?![a-z])/;

const definedName = /^\s?[A-Za-z]'{0,2}\s?\(\s?[a-z]\s?(?:,\s?[a-z]\s?)?\)\s?$/;

/** `f(x)` on the left of an equation is what is defined, and no product. */
function parseSide(text: string): Expression | undefined {
  if (derivative.test(text)) return { kind: 'variable', name: "f'(x)" };
  return definedName.test(text) || isOfFunctions(text)
    ? { kind: 'variable', name: text.replaceAll(' ', '') }
    : parseWhole(text);
}

const separator = /[,;]|\s(?:and|or)\s/;

/** `x = 5/2 = 2.5` says what x is in steps; `x = y = 2` says it of two variables. */
function parseChain(sides: readonly string[]): MathStatement | undefined {
  const isChain =
    sides.length > 3 &&
    sides.every((part, index) => (index % 2 === 0 ? !separator.test(part) : part === '='));
  if (!isChain) return undefined;
  const [first, ...others] = sides.filter((_, index) => index % 2 === 0).map(parseSide);
  const right = others.at(-1);
  const isOne = others.every((side) => side !== undefined && side.kind !== 'variable');
  return first?.kind !== 'variable' || right === undefined || !isOne
    ? undefined
    : { kind: 'relation', relation: '=', left: first, right };
}

/** `-1 ≤ x < 3` is the interval [-1, 3). */
function parseBetween(sides: readonly string[]): MathStatement | undefined {
  const [low = '', first = '', middle = '', second = '', high = ''] = sides;
  const isRising = '<≤'.includes(first) && '<≤'.includes(second);
  const bounds = [low, high].map(parseWhole);
  const items = bounds.flatMap((bound) =>
    bound === undefined ? [] : [{ kind: 'expression' as const, expression: bound }],
  );
  if (!isRising || items.length < 2 || !/^\s?[A-Za-z]\s?$/.test(middle)) return undefined;
  return {
    kind: 'list',
    open: first === '≤' ? '[' : '(',
    close: second === '≤' ? ']' : ')',
    items,
  };
}

/** `3 ± √2` is both of its values. */
function parseBothSigns(text: string, depth: number): MathStatement | undefined {
  const items = ['+-', '-+'].map(([upper = '', lower = '']) =>
    parseStatement(text.replaceAll('±', upper).replaceAll('∓', lower), depth - 1),
  );
  return items.every((item) => item !== undefined)
    ? { kind: 'list', open: '{', close: '}', items }
    : undefined;
}

function parseWhole(text: string): Expression | undefined {
  const start = text.length - text.trimStart().length;
  const parsed = parseExpressionAt(text, start, rules);
  return parsed !== undefined && text.slice(parsed.end).trim() === ''
    ? parsed.expression
    : undefined;
}

/** Splits at commas, semicolons and "and" outside of brackets. */
function splitList(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  const separators = text.replace(/\s(?:and|or)\s/g, (word) => `,${' '.repeat(word.length - 1)}`);
  for (let at = 0; at < separators.length; at++) {
    const character = separators[at] as string;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if ((character === ',' || character === ';') && depth === 0) {
      parts.push(separators.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, separators.slice(from).trim()].filter((part) => part !== '');
}
