/** A number found in a text. */
export interface FoundNumber {
  readonly value: number;
  /** True where a percent sign or word follows: "50 %" may mean 50 or 0.5. */
  readonly percent: boolean;
}

/** Digits with what may separate them inside one number: 1,234.5 or 1.234,5 or 1 234 or 1'234. */
const digitRun = /(?:\d|(?<!\d)\.\d)(?:\d|[.,'’\u202f](?=\d)| (?=\d{3}(?![\d/])))*/g;

const insideWord = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}_^]$|\^-$/u;
const currencyCode = /\b(?:USD|EUR|GBP|JPY|CHF|INR|Rs)$/;
const minusSign = /(?:^|[^\p{L}\p{N})\]])[-–](?:[$€£¥₹]\s?)?$/u;
const minusWord = /(?<!\d\s?)\b(?:minus|negative)\s$/i;

const mixedFraction = /^\s(\d{1,15})\s?\/\s?(\d{1,15})(?![\d/])/;
const fraction = /^\s?\/\s?(\d{1,15})(?![\d/])/;
const exponent = /^e([-+]?\d{1,3})(?![\p{L}\d])/iu;
const powerOfTen = /^\s?[×·x*]\s?10\s?(?:\^|\*\*)\s?\(?([-+]?\d{1,3})/i;
const percent = /^\s?(?:%|percent\b|per cent\b)/i;
const scale = /^\s?(thousand|million|billion|trillion)\b/i;
const scales: Readonly<Record<string, number>> = {
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
};

/**
 * The numbers in a text, in order. The text must have gone through `simplifyMarkup`. Digits inside
 * words (H2O) and exponents (m^2) are no numbers, and neither are dotted ones such as 1.2.3.
 */
export function findNumbers(text: string): readonly FoundNumber[] {
  const found: FoundNumber[] = [];
  const pattern = new RegExp(digitRun);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const before = text.slice(Math.max(0, match.index - 16), match.index);
    if (insideWord.test(before) && !currencyCode.test(before)) continue;
    const plain = parseDigits(match[0]);
    if (plain === undefined) continue;
    const end = match.index + match[0].length;
    const read = readSuffix(plain, /\/\s?$/.test(before), text.slice(end, end + 40));
    pattern.lastIndex = end + read.length;
    if (!Number.isFinite(read.value)) continue;
    const negative = minusSign.test(before) || minusWord.test(before);
    // `0 - x` would turn 0 into -0.
    found.push({ value: negative ? 0 - read.value : read.value, percent: read.percent });
  }
  return found;
}

/** The value of a run of digits and separators, by the ways of writing that are in use. */
function parseDigits(run: string): number | undefined {
  if (/^\d*\.?\d+$/.test(run)) return Number(run);
  // English, Swiss, SI (1,234.5  1'234.5  1 234.5) and Indian (1,23,456.5) grouping.
  if (/^[1-9]\d{0,2}(?:[,'’\u202f ]\d{3})+(?:\.\d+)?$/.test(run)) return Number(keepDigits(run));
  if (/^[1-9]\d{0,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$/.test(run)) return Number(keepDigits(run));
  // Continental European: 1.234,5 and 1.234.567 and 12,5.
  if (/^[1-9]\d{0,2}(?:[.\u202f ]\d{3})+,\d+$/.test(run) || /^\d+,\d+$/.test(run)) {
    return Number(run.replace(/[.\u202f ]/g, '').replace(',', '.'));
  }
  if (/^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(run)) return Number(run.replaceAll('.', ''));
  // A list written without spaces, such as 1,2,3: the last one.
  const last = run.split(/[,'’\u202f ]/).at(-1) ?? '';
  return last !== run && /^\d+(?:\.\d+)?$/.test(last) ? Number(last) : undefined;
}

function keepDigits(run: string): string {
  return run.replace(/[^\d.]/g, '');
}

/** What follows the digits and changes their value, and how much of the text that takes. */
function readSuffix(
  plain: number,
  afterSlash: boolean,
  after: string,
): { readonly value: number; readonly percent: boolean; readonly length: number } {
  let value = plain;
  let length = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(after.slice(length));
    length += match?.[0].length ?? 0;
    return match;
  };
  const mixed = Number.isInteger(plain) ? take(mixedFraction) : null;
  const over = mixed === null && Number.isInteger(plain) && !afterSlash ? take(fraction) : null;
  if (mixed !== null) value += Number(mixed[1]) / Number(mixed[2]);
  else if (over !== null) value /= Number(over[1]);
  else {
    const power = take(exponent) ?? take(powerOfTen);
    // Through text, because 1.1 * 10 ** 3 is not the number that 1.1e3 reads as.
    if (power !== null) value = Number(`${value}e${power[1]}`);
  }
  const factor = scales[take(scale)?.[1]?.toLowerCase() ?? ''];
  if (factor !== undefined) value *= factor;
  return { value, percent: take(percent) !== null, length };
}
