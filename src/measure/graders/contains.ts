import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { referenceTexts } from './reference-texts.js';

/**
 * The answer holds the reference, or each of a list of references.
 *
 * Options: `all` (default true; false means that one of the list is enough), `caseSensitive`
 * (default false), `wholeWords` (default false; true means that no letter or digit may adjoin),
 * `not` (a list of texts that the answer must not hold; with it, the reference may be absent).
 * White space counts as one space, and texts are compared in Unicode's composed form.
 */
export const containsGrader = createGrader({
  name: 'contains',
  version: 1,
  options: z.strictObject({
    all: z.boolean().default(true),
    caseSensitive: z.boolean().default(false),
    wholeWords: z.boolean().default(false),
    not: z.array(z.string().trim().min(1, 'must not be blank')).default([]),
  }),
  example: (reference) => referenceTexts(reference)?.join('\n'),
  prepare(reference, options) {
    const wanted = referenceTexts(reference);
    if (wanted === undefined && (reference !== undefined || options.not.length === 0)) {
      return problem('reference: give a text that is not blank, or a list of them');
    }
    const find = (text: string, part: string): boolean => includesPart(text, part, options);
    return ready((answer) => {
      const text = normalizeForSearch(answer, options.caseSensitive);
      const unwanted = options.not.find((part) => find(text, part));
      if (unwanted !== undefined) return graded(false, `holds "${unwanted}"`);
      if (wanted === undefined)
        return graded(text !== '', text === '' ? 'empty answer' : undefined);
      const missing = wanted.filter((part) => !find(text, part));
      const right = options.all ? missing.length === 0 : missing.length < wanted.length;
      return right ? graded(true) : graded(false, `lacks "${missing[0] ?? ''}"`);
    });
  },
});

/** Whether a text, which must be normalised, holds another one. */
export function includesPart(
  text: string,
  part: string,
  options: { readonly caseSensitive: boolean; readonly wholeWords: boolean },
): boolean {
  const sought = normalizeForSearch(part, options.caseSensitive);
  return options.wholeWords ? includesWord(text, sought) : text.includes(sought);
}

/** The form in which texts are searched: composed, with single spaces, and in lower case. */
export function normalizeForSearch(text: string, caseSensitive: boolean): string {
  const plain = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return caseSensitive ? plain : plain.toLowerCase();
}

function includesWord(text: string, word: string): boolean {
  for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + 1)) {
    const before = text.slice(Math.max(0, start - 2), start);
    const after = text.slice(start + word.length, start + word.length + 2);
    if (!/[\p{L}\p{M}\p{N}]$/u.test(before) && !/^[\p{L}\p{M}\p{N}]/u.test(after)) return true;
  }
  return false;
}
