/** Characters that are not seen: zero-width spaces, soft hyphens, marks of writing direction. */
const invisible = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const spaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
const dashes = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/gu;
const apostrophes = /[\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\u2039\u203a]/gu;
const quotes = /[\u201c-\u201f\u2033\u00ab\u00bb]/gu;
/** Full-width forms, circled letters, bold and italic letters of math, and Latin ligatures, which have a plain spelling. */
const compatible = /[\u24b6-\u24e9\uff01-\uff5e\ufb00-\ufb06\uffe0-\uffe6\u{1d400}-\u{1d7ff}]/gu;
const digits = /[^\P{Nd}0-9]+/gu;
const ascii = /^[\0-\x7f]*$/;
/** The negative, squared and circled capitals that have no plain spelling in Unicode. */
const framedLetter = /[\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]\ufe0f?/gu;

/**
 * The plain spelling of a text: composed (NFC), with ASCII hyphens, quotation marks, spaces and
 * digits, and without characters that are not seen. Letters with accents, superscripts and
 * fractions stay as they are. Graders that
 * use it apply it to answer and reference alike.
 */
export function unifyTypography(text: string): string {
  if (ascii.test(text)) return text;
  return text
    .normalize('NFC')
    .replace(invisible, '')
    .replace(compatible, (form) => form.normalize('NFKC'))
    .replace(spaces, ' ')
    .replace(dashes, '-')
    .replace(apostrophes, "'")
    .replace(quotes, '"')
    .replace(digits, readDigits)
    .replace(framedLetter, readFramedLetter)
    .replaceAll('\u066a', '%')
    .replaceAll('\u066b', '.')
    .replaceAll('\u066c', ',');
}

/** Full-width forms, such as the comma and the semicolon of Chinese and Japanese, as plain characters. */
export function levelWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (form) => form.normalize('NFKC'));
}

/** Subscripts as the digits that they are in running text: H₂O is H2O. Formulas tell them apart. */
export function levelSubscripts(text: string): string {
  return ascii.test(text)
    ? text
    : text.replace(/[\u2080-\u2089]/g, (digit) => String(digit.charCodeAt(0) - 0x2080));
}

function readDigits(run: string): string {
  let read = '';
  for (const digit of run) read += readDigit(digit);
  return read;
}

const digitValues = new Map<string, string>();

/** Digits come in rows from zero to nine, and a block of rows begins with a zero. */
function readDigit(digit: string): string {
  const known = digitValues.get(digit);
  if (known !== undefined) return known;
  const code = digit.codePointAt(0) as number;
  let start = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start--;
  const value = String((code - start) % 10);
  digitValues.set(digit, value);
  return value;
}

function readFramedLetter(letter: string): string {
  const code = letter.codePointAt(0) as number;
  return String.fromCharCode(65 + ((code - 0x1f130) % 0x20));
}
