import type { JsonValue } from '../../util/json.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import { plainMath } from './math/plain-math.js';
import { unifyTypography } from './typography.js';

export type NumberReference =
  | { readonly kind: 'number'; readonly number: FoundNumber }
  | { readonly kind: 'problem'; readonly problem: string };

const unknownCommand = /\\[A-Za-z]+/;
/** Units and words may stand beside a number; variables, operators and more digits may not. */
const leftover = /[-+*/^=<>≤≥≠±_|!√∪∈∞…{}[\]⟨⟩]|\d|(?<![\p{L}°])[xyznabc](?![\p{L}])/u;

/** Words before a number that do not make a name of both, as "iPhone" does in "iPhone 12". */
const approximation =
  /(?<!\p{L})(?:about|approx(?:imately)?|around|roughly|nearly|almost|circa|ca|exactly|precisely|etwa|ungefähr|rund|genau|environ|exactement|aproximadamente|exactamente|cerca\sde|unos|unas|около|примерно|minus|plus|(?:(?:the|final)\s){0,2}answer(?:\sis)?)(?!\p{L})|大约|大約|大概|约|約|およそ|약|共/giu;
const currencyCodes =
  '(?:USD|EUR|GBP|JPY|CHF|INR|CNY|RMB|KRW|AUD|CAD|NZD|HKD|SGD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|TRY|RUB|Rs|Rp|RM|[Kk]r|Fr)';
const currency = new RegExp(String.raw`(?<!\p{L})${currencyCodes}(?!\p{L})`, 'gu');
/** "-$40" and "- EUR 40": the sign belongs to the digits. */
const signedCurrency = new RegExp(
  String.raw`(?<=-)\s?(?:[$€£¥₹₽₩]|${currencyCodes}(?!\p{L}))\s?(?=[\d.])`,
  'gu',
);
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
  const found = findNumbers(bare, 'point');
  const [number] = found;
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

/** What makes a name or a code of a text with a number: "Windows" in "Windows 11", and the zero of "007". */
function findName(text: string, { start, end }: FoundNumber): string | undefined {
  const before = text.slice(0, start).replace(approximation, ' ').replace(currency, ' ');
  const word = /\p{L}+/u.exec(before)?.[0];
  if (word !== undefined) return `"${word}" makes`;
  return /^[^\d.,]*0\d/.test(text.slice(start, end)) ? 'the leading zero makes' : undefined;
}

const plain = { percent: false, computed: false, adjectival: false, start: 0, end: 0 } as const;
