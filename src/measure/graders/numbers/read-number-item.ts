import { parseNumberReference } from './number-reference.js';
import { anyUnit, scale } from './units.js';
import { unifyTypography } from '../texts/typography.js';

/** Longer texts are no number with a unit. */
const maxLength = 60;
const enclosedMath = /^(?:\$(?=.*[^\d.,$])(.+)\$|\$(\d+)\$|\\[([](.+)\\[)\]])$/s;
/** "x = 3", "x_1 = 3", "total = 3" */
const name = /^\p{L}[\p{L}\p{N}_{}₀-₉']{0,15}\s?(?::?=|≈)\s?/u;
/** "line 5", "the numbers 5", "in 1914", "errors are on line numbers 5" */
const labelBefore = new RegExp(
  [
    String.raw`^(?:(?:(?:the\s)?(?:errors?|mistakes?|bugs?|problems?|issues?|typos?|they|it)\s(?:are|is|were|was|occurs?|appears?)\s(?:found\s|located\s)?)?`,
    String.raw`(?:in|on|at)\s(?=\D*[\d.,]+$))?`,
    String.raw`(?:(?:the|both|either|only|just|nur|die)\s){0,2}`,
    String.raw`(?:(?:numbers?|lines?|rows?|columns?|items?|values?|answers?|solutions?|roots?|index(?:es)?|indices|pages?|questions?|steps?|ids?|rooms?|days?|weeks?|years?|positions?|chapters?|sections?|problems?|tasks?|tests?|sentences?|paragraphs?|no\.|nr\.|n°|#|zahlen?|zeilen?|lignes?|líneas?)(?:\s(?:numbers?|nos?\.))?\s?)?`,
  ].join(''),
  'iu',
);
const onlyEnd = /\s(?:only|alone)$/i;
const sign = String.raw`(?:[-+–(\s{]|(?:minus|negative)\s)*`;
const before = new RegExp(
  String.raw`^${sign}(?:(?:[$€£¥₹₽₩]|(?:USD|EUR|GBP|JPY|CHF|INR|CNY|US|AUD|CAD|Rs\.?)(?!\p{L}))${sign})?$`,
  'u',
);
const between = /^(?:e|x|pi|π)$/i;
const after = new RegExp(
  String.raw`^[\s)}\]'"]*(?:${scale}(?!\p{L}))?[\s)}\]]*(?:${anyUnit}(?!\p{L})(?:\s?(?:/|per|pro)\s?${anyUnit}(?!\p{L}))?)?[\s)}\].'"]*$`,
  'iu',
);
const exponent = /(?<=\p{L})(?<!\d[eE])(?:\^?[({]?-?[1-3][)}]?|[²³])\s?$/u;
/** "12 dozen" and "more than 12" name another number. */
const changed =
  /(?<!\p{L})(?:dozens?|half|twice|double|triple|thrice|(?:less|more|fewer|greater|larger|smaller|higher|lower)\sthan|dutzend|halbe?|hälfte|doppelte?|mehr\sals|weniger\sals|moitié|double|mitad|doble)(?!\p{L})/iu;

/** What an item of a list says: a number, or undefined. */
interface NumberItem {
  readonly value: number;
  /** What it is where points divide thousands: 1.234 and 1234. */
  readonly alternative?: number;
  readonly percent: boolean;
  /** True where the item is nothing else: a sign, a name with "=", a currency, a unit may be there. */
  readonly isAlone: boolean;
}

/** The only number in an item of a list. "No error in line 5" has one, but is none. */
export function readNumberItem(text: string): NumberItem | undefined {
  if (text.length > maxLength || !/[\d¼-¾⅐-⅞]/.test(text)) return undefined;
  const plain = dropMarkup(text);
  const bare = unwrap(unwrap(plain).replace(onlyEnd, '').replace(labelBefore, '')).replace(
    name,
    '',
  );
  const number = unwrap(bare);
  const parsed = parseNumberReference(number);
  const isAlone = parsed.kind === 'number' && isNumberAlone(number);
  const found = isAlone ? parsed : parseNumberReference(text.replace(/[*_`"']/g, ' ').trim());
  if (found.kind === 'problem' || (!isAlone && changed.test(plain))) return undefined;
  const { value, alternative, percent } = found.number;
  return { value, percent, isAlone, ...(alternative !== undefined && { alternative }) };
}

/** Whether what an item says beside one of its readings adds nothing: "5 (see above)", "5 is correct". */
export function addsNothing(item: string, reading: string): boolean {
  const at = item.indexOf(reading);
  if (at === -1)
    return item
      .replace(/\*\*|__/g, '')
      .trimStart()
      .startsWith(reading.trim());
  const rest = item.slice(at + reading.length);
  return leading.test(item.slice(0, at)) && trailing.test(rest) && !deniesItem(rest);
}

function deniesItem(remark: string): boolean {
  return denial.test(remark) || wholeDenial.test(remark);
}

/** "5: no error", "5: false positive", "5: without errors" */
const denial =
  /(?<!\p{L})(?:not?(?!\s(?:other|more|further|else))|none|nicht|keine?n?|pas|false\s(?:positives?|alarms?)|(?:wrong|incorrect|false)\s(?:answers?|values?|numbers?|ones?|items?|solutions?)|(?:wrongly|incorrectly|falsely)\s(?:listed|flagged|marked|included)|(?:without|sans|sin|senza|sem)\s(?:\p{L}{1,5}\s)?(?:err|mistake|problem|issue|fault|fehler|faute|fallo)\p{L}*)(?!\p{L})|n't(?!\p{L})|[❌✗✘]/iu;
/** "5: wrong" may say that 5 is none; "5: wrong sign" says what is wrong there. */
const wholeDenial =
  /^[^\p{L}]*(?:(?:is|are|was|were)\s)?(?:except(?:ed)?|without|wrong|incorrect|false|missing|falsch|sans|faux|sin|senza|sem|falso)[^\p{L}\d]*$/iu;
const leading = /^(?:[^\p{L}\d]|(?<!\p{L})(?:only|just|nur|the|die|der|das|les?|los|las)\s)*$/iu;
const trailing =
  /^(?:[^\p{L}\d]*$|\s?\(|\s?:|\s[-–—]|\s?\p{Script=Hangul}|\s?[\p{Script=Han}\p{Script=Hiragana}]|\s(?:only|alone)\W*$|\s(?:is|are|was|were)\s(?:the\s|all\s|both\s|only\s|correct\s|right\s){0,3}(?:(?!wrong|incorrect|false|other|remaining|non)\p{L}{2,12}\s)?(?:answers?|solutions?|roots?|zeros?|values?|numbers?|results?|ones|items?|primes?|factors?|divisors?|correct|right|mentioned|listed|found|given|included)(?:\sof\s[^,;:]{1,40})?\W*$)/iu;

function dropMarkup(text: string): string {
  return unifyTypography(text)
    .replace(/[*`"]/g, ' ')
    .replace(/^\s*\$(?=[\p{L}\\][^$]*$)/u, ' ')
    .replace(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}{])/gu, ' ')
    .trim()
    .replace(/[.,;]\s*$/, '')
    .trim();
}

function unwrap(text: string): string {
  const [, ...inner] = enclosedMath.exec(text.trim()) ?? [];
  return (inner.find((one) => one !== undefined) ?? text).trim();
}

function isNumberAlone(text: string): boolean {
  const plain = text
    .replace(/\\(?:text|mathrm|mathbf|operatorname)\s?\{?/g, ' ')
    .replace(/\\[,;!%$ ]/g, (spacing) => (/[%$]/.test(spacing) ? (spacing[1] as string) : ' '))
    .replace(/\\[A-Za-z]+/g, ' ')
    .replace(exponent, '');
  const digits = [...plain.matchAll(/[\dπ⁄¼-¾⅐-⅞]/g)];
  const start = digits[0]?.index ?? 0;
  const end = (digits.at(-1)?.index ?? 0) + 1;
  const words = plain.slice(start, end).match(/\p{L}+/gu) ?? [];
  return (
    before.test(plain.slice(0, start).replace(/[.√]$/, '')) &&
    words.every((word) => between.test(word)) &&
    after.test(plain.slice(end))
  );
}
