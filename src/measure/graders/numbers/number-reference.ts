import type { JsonValue } from '../../../util/json.js';
import { currencyWords } from './currencies.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import { detectNumberLocale } from './read-digits.js';
import { introduceNumber, introducesNumber } from './number-introductions.js';
import { plainMath } from '../math/plain-math.js';
import { unifyTypography } from '../texts/typography.js';

export type NumberReference =
  | { readonly kind: 'number'; readonly number: FoundNumber }
  | { readonly kind: 'problem'; readonly problem: string };

const unknownCommand = /\\[A-Za-z]+/;
/** Units and words may stand beside a number; variables, operators and more digits may not. */
const leftover = /[-+*/^=<>≤≥≠±_|!√∪∈∞…{}[\]⟨⟩]|\d|(?<![\p{L}°])[xyznabc](?![\p{L}])/u;

/** Words that begin a sentence: "The 12 of them", but not "The Boeing 747". */
const opener =
  /^(?:the|these|those|all|both|my|our|his|her|their|is|are|has|had|of|in|for|with|from|by|at|after|before|every|some|another|equals?|yes|so|thus|then|der|die|das|den|alle|im|mit|nach|le|les|la|el|los|las|il|gli|os|as)$/i;
/** "-$40" and "- EUR 40": the sign belongs to the digits. */
const signedCurrency = new RegExp(
  String.raw`(?<=-)\s?(?:[$€£¥₹₽₩]|(?:${currencyWords})(?!\p{L}))\s?(?=[\d.])`,
  'gu',
);
const currencyCode = new RegExp(`^(?:US|${currencyWords})$`, 'u');
/** Three capitals may be any currency: "PHP 500". */
const currencyName = /^(?:\p{Lu}{3}|Bs|Ft|Tk|Php|Euros?|Dollars?)$/u;
/** The words with a capital directly before a number, and what comes before them. */
const capitalized = /^(.*?)((?:(?<!\p{L})\p{L}*\p{Lu}\p{L}*\s+)+)$/su;
/** Where a name may begin; "She gives Bob 5" is a sentence about the number. */
const nameStart = /(?:^|[^\p{L}\s]|(?<!\p{L})(?:the|an?|is|are|was|were))\s*$/iu;
const gluedWord = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+-?$/u;
const maxNameLength = 100;
const dollarCountry = /(?<!\p{L})(?:US|AU?|CA?|HK|NZ|NT|MX|S|R)(?=\$)/gu;

/** Reads a reference that is a number as a whole, or says which part of it is not understood. */
export function parseNumberReference(reference: JsonValue | undefined): NumberReference {
  if (typeof reference === 'number') {
    const decimals = /\.(\d+)$/.exec(String(reference))?.[1]?.length ?? 0;
    return { kind: 'number', number: { ...plain, value: reference, decimals } };
  }
  const wanted = 'give a number, or a text that holds exactly one number';
  if (typeof reference !== 'string') return { kind: 'problem', problem: wanted };
  const text = plainMath(
    unifyTypography(reference).replace(dollarCountry, '').replace(signedCurrency, ''),
  )
    .replace(/[$`]|\*\*/g, ' ')
    .trim();
  const command = unknownCommand.exec(text)?.[0];
  if (command !== undefined) {
    return { kind: 'problem', problem: `${wanted}; "${command}" is not understood` };
  }
  const bare = text
    .replace(/^\(([^()]*)\)$/, '$1')
    .replace(/^[A-Za-z]\s?=\s?/, '')
    // In an answer, this may be an item of a list.
    .replace(/^-\s+(?=[\d.⟨])/, '-');
  const locale = detectNumberLocale(reference);
  const found = findNumbers(bare, locale ?? 'point');
  const [first] = found;
  const number = first === undefined ? undefined : addReading(first, bare);
  if (number === undefined || found.length > 1) return { kind: 'problem', problem: wanted };
  const before = bare.slice(0, number.start).replace(/-\s?$|^\+/, '');
  const after = bare
    .slice(number.end)
    .replace(/^\s?°/, '')
    .replace(/\p{L}\^\(?-?\d\)?/gu, '')
    .replace(/(?<=\p{L})\/(?=\p{L})/gu, ' ');
  const rest = leftover.exec(`${before} ${after}`)?.[0];
  if (rest !== undefined) {
    const hint = /[a-z]/.test(rest) ? '; the grader "math" compares expressions' : '';
    return {
      kind: 'problem',
      problem: `${wanted}; "${rest}" in "${reference}" is not understood${hint}`,
    };
  }
  const name = findName(bare, number);
  if (name !== undefined) {
    const hint = `${name} "${reference}" a name or code: compare it with "exact" or "contains"`;
    return { kind: 'problem', problem: `${wanted}; ${hint}` };
  }
  return { kind: 'number', number };
}

/** Adds what "1.234" is where a point divides thousands. */
function addReading(number: FoundNumber, text: string): FoundNumber {
  const { start, end, value, alternative } = number;
  const digits = /^-?([1-9]\d{0,2}\.\d{3})(?!\d)/.exec(text.slice(start, end))?.[1];
  if (digits === undefined || alternative !== undefined) return number;
  const sign = value / Number(digits);
  if (Math.abs(sign) !== 1) return number;
  return { ...number, alternative: sign * Number(digits.replace('.', '')) };
}

/**
 * What makes a name or a code of a text with a number: "Windows" in "Windows 11", "Catch" in "Catch-22",
 * and the zero of "007". In doubt, a number is one: a task set is refused for a name.
 */
function findName(text: string, { start, end }: FoundNumber): string | undefined {
  if (/^[^\d.,]*0\d/.test(text.slice(start, end))) return 'the leading zero makes';
  const before = text.slice(Math.max(0, start - maxNameLength), start);
  const abbreviation = /\p{L}{1,20}\.$/u.exec(before)?.[0];
  if (abbreviation !== undefined && !currencyCode.test(abbreviation)) {
    return 'the full stop after letters makes';
  }
  const glued = gluedWord.exec(before)?.[0];
  const word = glued?.replace('-', '');
  // Whether the hyphen of "EUR-12" is a sign, nobody knows.
  const isKnown = glued === word && (currencyCode.test(word ?? '') || introducesNumber(word ?? ''));
  if (word !== undefined && !isKnown) return `"${word}" makes`;
  const [, sentence = '', phrase = ''] = capitalized.exec(before) ?? [];
  const words = phrase.trim().split(/\s+/);
  const isName =
    words.some((word) => word.length > 1) &&
    nameStart.test(sentence) &&
    !opener.test(words.at(-1) ?? '') &&
    !introduceNumber(words) &&
    !words.some(isCurrency);
  return isName ? `"${words.join(' ')}" makes` : undefined;
}

function isCurrency(word: string): boolean {
  return currencyCode.test(word) || currencyName.test(word);
}

const plain = { percent: false, computed: false, adjectival: false, start: 0, end: 0 } as const;
