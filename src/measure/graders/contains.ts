import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { referenceTexts } from './texts/reference-texts.js';
import { unspacedScript } from './texts/split-words.js';
import { levelSubscripts, unifyTypography } from './texts/typography.js';

/**
 * The answer holds the reference, or each of a list of references.
 *
 * Options: `all` (default true; false means that one of the list is enough), `caseSensitive`
 * (default false), `wholeWords` (default false; true means that no letter or digit may adjoin),
 * `not` (a list of texts that the answer must not hold; with it, the reference may be absent).
 * Typography does not count, white space counts as one space, and Markdown's emphasis and escapes
 * inside a text do not separate it.
 */
export const containsGrader = createGrader({
  name: 'contains',
  version: 7,
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
    return ready((answer) => {
      const text = createSearchText(answer, options.caseSensitive);
      const unwanted = options.not.find((part) => includesPart(text, part, options));
      if (unwanted !== undefined) return graded(false, `holds "${unwanted}"`);
      if (wanted === undefined) return graded(true);
      const missing = wanted.filter((part) => !includesPart(text, part, options));
      const right = options.all ? missing.length === 0 : missing.length < wanted.length;
      return right ? graded(true) : graded(false, `lacks "${missing[0] ?? ''}"`);
    });
  },
});

/** A text as it is written, and as it reads without Markdown; a part may be found in either. */
export type SearchText = readonly string[];

export function createSearchText(text: string, caseSensitive: boolean): SearchText {
  const written = normalizeForSearch(text, caseSensitive);
  const bare = removeMarkdown(text);
  if (bare === text) return [written];
  const read = normalizeForSearch(bare, caseSensitive);
  return written === read ? [written] : [written, read];
}

/**
 * Whether a text holds another one. Of whole words, no letter or digit adjoins; 3 is none in 3.5, and
 * words of one or two letters are none in compounds ("no" in "no-one"). Scripts without spaces
 * between words have no such limits.
 */
export function includesPart(
  text: SearchText,
  part: string,
  options: { readonly caseSensitive: boolean; readonly wholeWords: boolean },
): boolean {
  const sought = normalizeForSearch(part, options.caseSensitive);
  return text.some((form) =>
    options.wholeWords ? includesWord(form, sought) : form.includes(sought),
  );
}

/** The form in which texts are searched: plain typography, single spaces, and in lower case. */
export function normalizeForSearch(text: string, caseSensitive: boolean): string {
  const plain = levelSubscripts(unifyTypography(text)).replace(/\s+/g, ' ').trim();
  return caseSensitive ? plain : plain.toLowerCase();
}

/** A text without Markdown's emphasis, code marks and escapes. */
export function removeMarkdown(text: string): string {
  return text
    .replace(/\*{1,3}|~~|`|(?<![\p{L}\p{N}\\])_{1,3}|(?<!\\)_{1,3}(?![\p{L}\p{N}_])/gu, '')
    .replace(/\\([\\*_{}[\]()#+.!|~$%&<>-])/g, '$1');
}

function includesWord(text: string, word: string): boolean {
  const [first = '', last = ''] = [[...word][0], [...word].at(-1)];
  for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + 1)) {
    const before = text.slice(Math.max(0, start - 2), start);
    const after = text.slice(start + word.length, start + word.length + 2);
    if (!adjoins(last, after, word) && !adjoins(first, [...before].reverse().join(''), word)) {
      return true;
    }
  }
  return false;
}

/** Whether a word goes on in what is beside its edge, read away from the word. */
function adjoins(edge: string, beside: string, word: string): boolean {
  if (unspacedScript.test(edge)) return false;
  if (/^[\p{L}\p{M}\p{N}]/u.test(beside)) return true;
  if (/\p{N}/u.test(edge) && /^[.,]\p{N}/u.test(beside)) return true;
  return word.length <= 2 && /^\p{L}+$/u.test(word) && /^-\p{L}/u.test(beside);
}
