import type { JsonValue } from '../../util/json.js';
import { placeOfLetter } from '../graders/choices/choices.js';

const listed = /^[A-J](?:(?:\s?[,;&+]\s?(?:and\s)?|\sand\s|\s)[A-J]){1,9}$/;
const glued = /^[A-J]{2,10}$/;
const ordering =
  /\b(?:sort(?:ed)?|rank(?:ed|ing)?|arrange|reorder|sequence|(?:right|correct|proper|logical|chronological|ascending|descending)\sorder)\b/i;

/**
 * The letters of an expected answer such as "A, C", "A and C", "AC" or ["A", "C"], or of a single one;
 * undefined where it is none.
 */
export function readLetters(reference: JsonValue): readonly string[] | undefined {
  if (Array.isArray(reference)) {
    const isOfLetters = reference.every((one) => typeof one === 'string' && /^[A-J]$/.test(one));
    return isOfLetters && reference.length > 0 ? (reference as readonly string[]) : undefined;
  }
  const text = typeof reference === 'string' ? reference.trim() : '';
  if (/^[A-J]$/.test(text)) return [text];
  return listed.test(text) || glued.test(text) ? (text.match(/[A-J]/g) ?? undefined) : undefined;
}

/** Whether an expected answer is letters without anything between them, which may be a label such as "AB". */
export function isGlued(reference: JsonValue): boolean {
  return typeof reference === 'string' && glued.test(reference.trim());
}

const option = /^\(?([A-J])(?:[).:](?=\s|$)|$)/;
const furtherOption = /(?:[,;&/\n]|\s(?:and|or)\s)\s{0,4}\(?[A-J](?:[).:]|$)/;

/** The letter of an expected answer such as "B. Paris", "(B)" or "B"; undefined where it is none. */
export function readOption(reference: JsonValue): string | undefined {
  return typeof reference === 'string' ? option.exec(reference.trim())?.[1] : undefined;
}

/**
 * Whether a prompt, which may be written as JSON, lists an expected option under its letter, below those
 * before it: "E. coli" is not the fifth in "A) E. coli". One without a text may be any that is listed.
 * "C. Both A and B" is one option where it is a line of the prompt, and "A. Paris, C. Rome" are two.
 */
export function listsOption(prompt: string, reference: JsonValue): boolean {
  const letter = readOption(reference);
  if (letter === undefined || !listsOptions(prompt)) return false;
  const lines = prompt.replaceAll('\\n', '\n').toLowerCase();
  const text = String(reference)
    .trim()
    .replace(/^\(?[A-J][).:]?\s*/, '');
  const sought = JSON.stringify(text).slice(1, -1).toLowerCase();
  const before = 'abcdefghij'.slice(0, placeOfLetter(letter));
  const ends = furtherOption.test(String(reference)) ? /^[\s.]{0,4}(?:["\n]|$)/ : /^/;
  const isListed = (label: string, start: string): boolean =>
    [...lines.matchAll(optionLabel(label))].some(({ index, 0: { length } }) => {
      const rest = lines.slice(index + length);
      return rest.startsWith(start) && (start === '' || ends.test(rest.slice(start.length)));
    });
  return [...before].every((one) => isListed(one, '')) && isListed(letter.toLowerCase(), sought);
}

/** A letter at the start of a line, or in brackets. */
function optionLabel(letter: string): RegExp {
  return new RegExp(String.raw`(?:(?:^|\n|")[\s*_>(-]{0,8}|\()${letter}[).:][\s*_]{0,6}`, 'g');
}

/** Whether a prompt, which may be written as JSON, lists options as "A) ..." and "B) ...". */
export function listsOptions(prompt: string): boolean {
  const first = /(?:^|\\n|\W)A[).:]/.exec(prompt);
  return first !== null && /(?:\\n|\W)B[).:]/.test(prompt.slice(first.index));
}

/** Whether one of these expected answers is a list of several letters. */
export function hasLetterLists(references: readonly JsonValue[]): boolean {
  return references.some((one) => (readLetters(one)?.length ?? 0) > 1);
}

/**
 * Whether letters that are listed are all wanted, in any order: they are listed from A on, each once,
 * and no prompt asks to sort them.
 */
export function areSets(references: readonly JsonValue[], prompts: readonly string[]): boolean {
  const isSet = (reference: JsonValue): boolean => {
    const letters = readLetters(reference) ?? [];
    return letters.every((letter, index) => index === 0 || letter > (letters[index - 1] as string));
  };
  return references.every(isSet) && !prompts.some((prompt) => ordering.test(prompt));
}
