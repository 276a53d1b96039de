import { currencyWords, isCurrencyBefore } from './currencies.js';
import { datePattern } from './dates.js';
import { evaluateReal } from '../math/evaluate-expression.js';
import { evaluateWhole } from '../math/evaluate-whole.js';
import { parseExpressionAt, type ExpressionRules } from '../math/parse-expression.js';
import { digitRun, readDigits, readWhole, type NumberLocale } from './read-digits.js';

/** A number found in a text. */
export interface FoundNumber {
  readonly value: number;
  /** What it is if it was meant in another way that the text leaves open. */
  readonly alternative?: number;
  /** True where a percent sign or word follows: "50 %" may mean 50 or 0.5. */
  readonly percent: boolean;
  /** The exact value of a whole number that a double does not hold. */
  readonly whole?: bigint;
  /** How many decimals are written; undefined for a fraction, a root or the result of a calculation. */
  readonly decimals?: number;
  /** True for what has operators in it, such as 3 × 4. */
  readonly computed: boolean;
  /** True in "36-minute call" and "5-year": it describes something, and is no answer. */
  readonly adjectival: boolean;
  readonly start: number;
  readonly end: number;
}

/** What is written with digits and is no number: times, ratios, dates, and steps of a text. */
const notNumber = new RegExp(
  [
    String.raw`\d{1,6}(?:\s?:\s?\d{1,6}){1,4}`,
    String.raw`\d{1,2}(?:\.\d\d)?\s?(?:[ap]\.\s?m\.|[ap]m(?![a-z])|Uhr(?![a-z])|o'clock)`,
    datePattern,
    String.raw`(?:[Ss]tep|[Pp]art|[Cc]ase|[Ee]quation|[Ss]chritt|[Pp]aso|[ÉéEe]tape|Figure|Table|Section|Question|Problem|Chapter|Page)\s\(?\d{1,3}\)?(?![.,]?\d)`,
    String.raw`\d{1,4}(?:st|nd|rd|th)(?![a-z])`,
    String.raw`(?:[Bb]etween|[Zz]wischen|[Ee]ntre|[Tt]ra|между)\s[$€£]?\d[\d.,]{0,12}%?\s(?:and|und|et|y|e|и)\s[$€£]?\d[\d.,]{0,12}%?`,
    String.raw`(?:[Ff]rom|[Vv]on|[Dd]e|[Dd]esde|[Dd]a)\s[$€£]?\d[\d.,]{0,12}%?\s(?:to|bis|à|a|hasta)\s[$€£]?\d[\d.,]{0,12}%?`,
  ].join('|'),
  'gu',
);

/** The point of "Rs.450" and "No.5" begins no decimals. */
const start =
  /\d|(?<![\p{L}/])\.(?=\d)|√(?=\s?[\d(⟨π])|[π⟨]|\(\((?=[^()\n]{1,60}\)\/\([^()\n]{1,60}\)\))/gu;
const insideWord = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}_]$|\^\(?-?$/u;
const currency = String.raw`(?:[$€£¥₹₽₩]|(?<![\p{L}\d])(?:${currencyWords}|US\$))`;
const tightMinus = new RegExp(String.raw`(?:^|[^\p{L}\p{N})\]%])-(?:${currency}\s?)?$`, 'u');
/** A minus with a space after it: a sign after "=" or "is", an item's bullet where a line begins. */
const looseMinus = new RegExp(String.raw`([^\s]|^)([^\S\n]*)-\s(?:${currency}\s?)?$`, 'u');
const signContext =
  /[=:≈({[,*]$|(?:^|[^\p{L}])(?:is|are|be|ist|sind|beträgt|est|es|son|è|é|sono|равно|равен|是|は|은|는)$/iu;
const minusWord =
  /(?<!\d\s?)(?:\b(?:minus|negative|moins|menos|meno)\s|минус\s|マイナス\s?|负|負|마이너스\s?|ناقص\s)$/iu;

/** "7 degrees below zero" */
const belowZero =
  /^\s?(?:°\s?[CF]?\s|(?:degrees?|grad|degrés?|grados|gradi|graus)\s(?:celsius\s|fahrenheit\s)?)?(?:below\szero|unter\snull|(?:au-dessous|en\sdessous)\sde\széro|bajo\scero|sotto\s(?:lo\s)?zero|abaixo\sde\szero)/i;
const exponent = /^e([-+]?\d{1,3})(?![\p{L}\d])/iu;
const powerOfTen = /^\s?[*x]\s?10\s?\^\s?\(?([-+]?\d{1,3})\)?/i;
const percent =
  /^\s?(?:%|percent(?!age)|per cent(?!\p{L})|pct\b|prozent|pour cent|por ciento|per cento|por cento|процент|パーセント|퍼센트)/iu;
const scales: readonly (readonly [RegExp, number])[] = [
  [/^\s?(?:thousand|tausend|mille|mil|mila|тысяч[аи]?|тыс\.?)(?!\p{L})/iu, 1e3],
  [
    /^\s?(?:millions?|Millionen|Mio\.?|millones|millón|milion[ei]|milh(?:ões|ão)|миллион(?:а|ов)?|млн\.?|mn)(?!\p{L})/iu,
    1e6,
  ],
  [
    /^\s?(?:billions?|Milliarden?|Mrd\.?|milliards?|miliard[io]|bilh(?:ões|ão)|миллиард(?:а|ов)?|млрд\.?|bn)(?!\p{L})/iu,
    1e9,
  ],
  [/^\s?(?:trillions?|tn)(?!\p{L})/iu, 1e12],
  [/^\s?[万萬만]/u, 1e4],
  [/^\s?[亿億억]/u, 1e8],
  [/^\s?[千천](?![克米瓦])/u, 1e3],
  [/^k(?![\p{L}\d])/u, 1e3],
  [/^K(?![\p{L}\d])/u, 1e3],
  [/^M(?![\p{L}\d])/u, 1e6],
  [/^B(?![\p{L}\d])/u, 1e9],
];
/** "3 dozen" is 3 where dozens are counted, and may be 36. */
const dozens = /^\s?(?:dozens?|dutzend|douzaines?|docenas?|dozzine?|dúzias?)(?!\p{L})/iu;
/** Longer runs of digits are no number that anyone asked for. */
const maxRun = 60;
/** More numbers than that are a table, and no final answer. */
const maxNumbers = 200;
const moneyScale = /^m(?![\p{L}\d])/u;

/**
 * The numbers in plain math (see `plainMath`), in order, calculations as one number with their
 * result. Digits inside words (H2O), exponents of units (m^2), times, dates, ratios, ranges, ordinals
 * and numbers of steps are no numbers, and neither are dotted ones such as 1.2.3.
 */
export function findNumbers(text: string, locale?: NumberLocale): readonly FoundNumber[] {
  const found: FoundNumber[] = [];
  const masks = [...text.matchAll(notNumber)];
  let nextMask = 0;
  const pattern = new RegExp(start);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (found.length >= maxNumbers) break;
    const at = match.index;
    while (nextMask < masks.length && endOf(masks[nextMask] as RegExpExecArray) <= at) nextMask++;
    const mask = masks[nextMask];
    if (mask !== undefined && mask.index <= at) {
      pattern.lastIndex = endOf(mask);
      continue;
    }
    const number = readNumberAt(text, at, locale);
    pattern.lastIndex = number.end;
    if (number.kind === 'number') found.push(number.number);
  }
  return found;
}

function endOf(match: RegExpExecArray): number {
  return match.index + match[0].length;
}

type ReadNumber =
  | { readonly kind: 'number'; readonly number: FoundNumber; readonly end: number }
  | { readonly kind: 'none'; readonly end: number };

function readNumberAt(text: string, at: number, locale: NumberLocale): ReadNumber {
  const before = text.slice(Math.max(0, at - 24), at);
  if (insideWord.test(before) && !isCurrencyBefore(text, at)) {
    return { kind: 'none', end: endOfRun(text, at) };
  }
  const isMoney = new RegExp(`${currency}\\s?$`, 'u').test(before);
  let literals = 0;
  let last: Literal | undefined;
  const rules: ExpressionRules = {
    variables: false,
    readNumber(source, position) {
      const literal = readLiteral(source, position, locale, isMoney);
      if (literal === undefined) return undefined;
      literals++;
      last = literal;
      return literal;
    },
  };
  const first = readLiteral(text, at, locale, isMoney);
  if (first !== undefined) {
    const range = /^\s?-\s?/.exec(text.slice(first.end, first.end + 3));
    const to = range && readLiteral(text, first.end + range[0].length, locale, isMoney);
    // 3-5 is a range, and so is 10-15 %; 12 - 7 is a difference.
    if (to && to.value > first.value && !/^\s?[=*/+^]/.test(text.slice(to.end, to.end + 3))) {
      return { kind: 'none', end: to.end };
    }
  }
  const parsed = parseExpressionAt(text, at, rules);
  if (parsed === undefined) return { kind: 'none', end: Math.max(at + 1, endOfRun(text, at)) };
  const { end } = parsed;
  const value = evaluateReal(parsed.expression);
  if (value === undefined) return { kind: 'none', end };
  const isLiteral = parsed.expression.kind === 'number' && literals > 0;
  const after = text.slice(end, end + 24);
  // "1.2.3" and "5-6-7": digits go on where the number ends.
  if (/^[-./]\d/.test(after)) return { kind: 'none', end: endOfRun(text, end + 1) };
  const sign = belowZero.test(after) ? 'negative' : readSign(before);
  const signed = sign === 'negative' ? 0 - value : value;
  const literal = isLiteral ? last : undefined;
  const whole = Number.isSafeInteger(value) ? undefined : evaluateWhole(parsed.expression);
  const other = sign === 'unclear' ? 0 - value : literal?.alternative;
  const number: FoundNumber = {
    value: signed,
    ...(other !== undefined && { alternative: sign === 'negative' ? 0 - other : other }),
    ...(whole !== undefined && { whole: sign === 'negative' ? -whole : whole }),
    percent: percent.test(after),
    ...(literal !== undefined && { decimals: literal.decimals }),
    computed: /[-+*/^√!]/.test(text.slice(at, end)) && !isLiteral,
    adjectival: /^-\p{L}/u.test(after),
    start: at,
    end,
  };
  return { kind: 'number', number, end };
}

interface Literal {
  readonly value: number;
  readonly whole?: bigint | undefined;
  readonly alternative?: number;
  readonly decimals: number;
  readonly end: number;
}

/** Digits with an exponent or a word for a large number after them. */
function readLiteral(
  text: string,
  at: number,
  locale: NumberLocale,
  isMoney: boolean,
): Literal | undefined {
  // The numbers of a list without spaces, such as 1,2,3, are found one by one.
  const isListed = /\d,$/.test(text.slice(Math.max(0, at - 2), at));
  const run = isListed ? /^\d+/.exec(text.slice(at, at + maxRun))?.[0] : matchRun(text, at);
  const digits = run === undefined ? undefined : (readDigits(run, locale) ?? readFirstOfList(run));
  if (run === undefined || digits === undefined) return undefined;
  const used = 'length' in digits ? digits.length : run.length;
  let end = at + used;
  let factor = '';
  const rest = text.slice(end, end + 40);
  const power = exponent.exec(rest) ?? powerOfTen.exec(rest);
  if (power !== null) {
    end += power[0].length;
    factor = `e${power[1] as string}`;
  } else {
    const scale = scales.find(([pattern]) => pattern.test(rest));
    const money = isMoney ? moneyScale.exec(rest) : null;
    if (scale !== undefined) {
      end += (scale[0].exec(rest) as RegExpExecArray)[0].length;
      factor = `e${Math.log10(scale[1])}`;
      const smaller = readSmaller(text, end, scale[1], locale);
      if (smaller !== undefined) {
        const value = Number(`${digits.value}${factor}`) + smaller.value;
        return { value, decimals: 0, end: smaller.end };
      }
    } else if (money !== null) {
      end += 1;
      factor = 'e6';
    }
  }
  // Through text, because 1.1 * 10 ** 3 is not the number that 1.1e3 reads as.
  const scaled = (value: number): number => (factor === '' ? value : Number(`${value}${factor}`));
  const alternative = dozens.test(rest) ? 12 * digits.value : digits.alternative;
  return {
    value: scaled(digits.value),
    whole: factor === '' ? readWhole(run.slice(0, used), digits.value) : undefined,
    ...(alternative !== undefined && { alternative: scaled(alternative) }),
    decimals: /[.,](\d+)$/.exec(run.slice(0, used))?.[1]?.length ?? 0,
    end,
  };
}

/** The 2000 of 1万2000, and the 5千 of 3万 5千: what follows a large East Asian unit belongs to it. */
function readSmaller(
  text: string,
  at: number,
  scale: number,
  locale: NumberLocale,
): Literal | undefined {
  if (!/[万萬만亿億억千천]/u.test(text.slice(at - 1, at))) return undefined;
  const gap = /^[ ]?(?=\d)/.exec(text.slice(at, at + 2))?.[0].length;
  if (gap === undefined) return undefined;
  const smaller = readLiteral(text, at + gap, locale, false);
  return smaller !== undefined && smaller.value < scale && smaller.alternative === undefined
    ? smaller
    : undefined;
}

/** A list written without spaces, such as 1,2,3: its first number, for the others are found next. */
function readFirstOfList(
  run: string,
):
  | { readonly value: number; readonly length: number; readonly alternative?: undefined }
  | undefined {
  const first = /^\d+(?=[,' ])/.exec(run)?.[0];
  return first === undefined ? undefined : { value: Number(first), length: first.length };
}

function matchRun(text: string, at: number): string | undefined {
  const pattern = new RegExp(digitRun);
  return pattern.exec(text.slice(at, at + maxRun))?.[0];
}

function endOfRun(text: string, at: number): number {
  const run = /^[\d.,']+/.exec(text.slice(at, at + maxRun))?.[0] ?? '';
  return at + Math.max(1, run.length);
}

function readSign(before: string): 'positive' | 'negative' | 'unclear' {
  if (minusWord.test(before) || tightMinus.test(before)) return 'negative';
  const loose = looseMinus.exec(before);
  if (loose === null) return 'positive';
  const context = before.slice(0, loose.index + (loose[1] as string).length);
  if (signContext.test(context)) return 'negative';
  return context === '' ? 'unclear' : 'positive';
}
