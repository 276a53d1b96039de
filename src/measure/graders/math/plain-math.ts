/** What opens a box, which marks an answer. It ends with the brace; only for `matchAll`. */
export const boxedCommand = /\\f?boxed\s?\{/g;

const maxDepth = 12;
const maxArgument = 400;

/** LaTeX commands that stand for a plain character or word. */
const symbols: Readonly<Record<string, string>> = {
  times: '*',
  cdot: '*',
  ast: '*',
  div: '/',
  pm: '±',
  pi: 'π',
  infty: '∞',
  approx: '≈',
  simeq: '≈',
  sim: '≈',
  le: '≤',
  leq: '≤',
  leqslant: '≤',
  ge: '≥',
  geq: '≥',
  geqslant: '≥',
  lt: '<',
  gt: '>',
  ne: '≠',
  neq: '≠',
  to: '→',
  rightarrow: '→',
  Rightarrow: '→',
  implies: '→',
  therefore: '',
  cup: '∪',
  in: '∈',
  degree: '°',
  circ: '°',
  percent: '%',
  lbrace: '{',
  rbrace: '}',
  lfloor: '⌊',
  rfloor: '⌋',
  lceil: '⌈',
  rceil: '⌉',
  lvert: '|',
  rvert: '|',
  vert: '|',
  mid: '|',
  pounds: '£',
  euro: '€',
  quad: ' ',
  qquad: ' ',
  newline: ' ',
  cdots: '...',
  ldots: '...',
  dots: '...',
};
/** Commands that change how something looks, and not what it is. */
const invisible = new Set(
  'left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits small large Large'.split(
    ' ',
  ),
);
/** Commands whose argument is text, or is the same in another type. */
const wrappers = new Set(
  'text textbf textit textrm mathrm mathbf mathit mathsf mbox operatorname bm boldsymbol rm bf boxed fbox emph underline ensuremath'.split(
    ' ',
  ),
);
/** Functions whose names are words in plain math too. */
const functions = new Set(
  'sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln exp lg max min gcd lcm'.split(
    ' ',
  ),
);
const fractions = new Set(['frac', 'dfrac', 'tfrac', 'cfrac', 'nicefrac', 'sfrac']);
const partOf: Readonly<Record<string, string>> = { half: '2', third: '3', quarter: '4' };
const operatorOf: Readonly<Record<string, string>> = { minus: '-', plus: '+', times: '*' };
const spacing = new Set([',', ';', ':', '!', ' ', '>', '/', '\n']);

/**
 * Writes LaTeX and Unicode notation as plain math: `\frac{a}{b}` becomes `((a)/(b))`, and where both
 * are whole numbers `⟨a/b⟩`, so that `6⟨3/4⟩` can be read as a mixed number; `10^{-3}` becomes
 * `10^(-3)`, `\sqrt{2}` `√(2)`, `½` `⟨1/2⟩`, `m²` `m^(2)`. Unknown commands stay, so that what reads
 * the result can name them. Takes linear time.
 */
export function plainMath(text: string): string {
  const prepared = text
    .replace(
      /[\u00bc-\u00be\u2150-\u215e]/g,
      (one) => `⟨${one.normalize('NFKC').replace('\u2044', '/')}⟩`,
    )
    .replace(/[⁺⁻]?[⁰¹²³⁴-⁹]+/g, (power) => `^(${power.normalize('NFKC').replace('\u2212', '-')})`)
    .replace(
      /(?<![\d/.,])(\d{1,6})\s(?:and\s)?(\d{1,4})\/(\d{1,4})(?![\d/])/g,
      (mixed, whole: string, over: string, under: string) =>
        Number(over) < Number(under) ? `${whole}⟨${over}/${under}⟩` : mixed,
    )
    .replace(
      /(?<![\d.,/])(\d{1,6})\sand\s(?:a|one)\s(half|third|quarter)\b/g,
      (_, whole: string, part: string) => `${whole}⟨1/${partOf[part] ?? '2'}⟩`,
    )
    .replace(/(?<=\d\s)(?:minus|plus|times)(?=\s\d)/g, (word) => operatorOf[word] ?? word)
    .replace(/(?<=\d)\*\*(?=[(\d-])/g, '^')
    .replace(/[×⋅∙·](?=\s?[\d(√π\\])/g, '*')
    .replaceAll('\u2044', '/')
    .replaceAll('÷', '/')
    // "5!=120" is a factorial.
    .replace(/(?<=\s)!=(?!=)/g, '≠');
  return prepared.includes('\\') || prepared.includes('{') || prepared.includes('^')
    ? new Converter(prepared).convert(0, prepared.length, maxDepth)
    : prepared;
}

class Converter {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Converts the text between two positions. */
  convert(start: number, end: number, depth: number): string {
    const outerAt = this.at;
    const parts: string[] = [];
    this.at = start;
    while (this.at < end) parts.push(this.next(end, depth));
    this.at = outerAt;
    return parts.join('');
  }

  private next(end: number, depth: number): string {
    const { text } = this;
    const character = text[this.at] as string;
    if (character === '\\') return this.command(end, depth);
    this.at++;
    if (character === '{' && text[this.at] === ',' && text[this.at + 1] === '}') {
      this.at += 2;
      return ',';
    }
    if (character === '^' || character === '_') {
      if (text[this.at] !== '{') {
        return character === '^' && text.startsWith('\\circ', this.at) ? this.degree() : character;
      }
      const inner = this.argument(end, depth);
      if (character === '_') return `_${inner}`;
      return inner === '°' ? inner : `^(${inner})`;
    }
    // Braces group in LaTeX and are not seen; those of a set are escaped.
    return character === '{' || character === '}' ? '' : character;
  }

  private degree(): string {
    this.at += '\\circ'.length;
    return '°';
  }

  private command(end: number, depth: number): string {
    const { text } = this;
    this.at++;
    const symbol = text[this.at];
    if (symbol === undefined) return '';
    if (!/[A-Za-z]/.test(symbol)) {
      this.at++;
      if (symbol === '\\') return ' ';
      if (spacing.has(symbol)) return symbol === '!' ? '' : ' ';
      // \( and \[ begin and end math; \$, \%, \{ stand for themselves.
      return '()[]'.includes(symbol) ? ' ' : symbol;
    }
    const start = this.at;
    while (this.at < end && this.at - start < 30 && /[A-Za-z]/.test(text[this.at] as string)) {
      this.at++;
    }
    const name = text.slice(start, this.at);
    if (fractions.has(name)) return this.fraction(end, depth);
    if (name === 'sqrt') return this.root(end, depth);
    if (wrappers.has(name)) {
      return text[this.at] === '{' ? ` ${this.argument(end, depth)} ` : ' ';
    }
    if (invisible.has(name)) return '';
    if (functions.has(name)) return ` ${name} `;
    return symbols[name] ?? `\\${name}`;
  }

  private fraction(end: number, depth: number): string {
    const over = this.argument(end, depth).trim();
    const under = this.argument(end, depth).trim();
    const sign = over.startsWith('-') ? '-' : '';
    const plain = sign === '' ? over : over.slice(1).trim();
    if (/^\d{1,15}$/.test(plain) && /^\d{1,15}$/.test(under)) return `${sign}⟨${plain}/${under}⟩`;
    return `((${over})/(${under}))`;
  }

  private root(end: number, depth: number): string {
    let degree = '';
    if (this.text[this.at] === '[') {
      const close = this.text.indexOf(']', this.at);
      if (close !== -1 && close - this.at < 20 && close < end) {
        degree = this.text.slice(this.at + 1, close);
        this.at = close + 1;
      }
    }
    const inner = this.argument(end, depth);
    return degree === '' ? `√(${inner})` : `((${inner})^(1/(${degree})))`;
  }

  /** The next group in braces, command or character, converted. */
  private argument(end: number, depth: number): string {
    const { text } = this;
    while (text[this.at] === ' ' && this.at < end) this.at++;
    if (this.at >= end || depth <= 0) return '';
    if (text[this.at] === '\\') return this.command(end, depth - 1);
    if (text[this.at] !== '{') return text[this.at++] as string;
    const close = findClosingBrace(text, this.at, Math.min(end, this.at + maxArgument));
    if (close === -1) {
      this.at++;
      return '';
    }
    const inner = this.convert(this.at + 1, close, depth - 1);
    this.at = close + 1;
    return inner;
  }
}

/** Where the brace at `open` is closed before `end`, or -1. */
export function findClosingBrace(text: string, open: number, end: number): number {
  let depth = 0;
  for (let at = open; at < end; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
  }
  return -1;
}
