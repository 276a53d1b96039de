import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { normalizeText } from './normalize-text.js';
import { referenceTexts } from './reference-texts.js';

/**
 * The whole answer is the reference, or one of a list of references.
 *
 * Options, all booleans: `trim` (default true), `caseSensitive` (default false),
 * `collapseWhitespace` (default true), `stripMarkup` (default true: a `<think>` block
 * before the answer; a code fence, emphasis or quotation marks around the whole of it) and `stripTrailingPunctuation` (default true). Answer and
 * reference are treated alike, and compared in Unicode's composed form.
 */
export const exactGrader = createGrader({
  name: 'exact',
  version: 1,
  options: z.strictObject({
    trim: z.boolean().default(true),
    caseSensitive: z.boolean().default(false),
    collapseWhitespace: z.boolean().default(true),
    stripMarkup: z.boolean().default(true),
    stripTrailingPunctuation: z.boolean().default(true),
  }),
  example: (reference) => referenceTexts(reference)?.[0],
  prepare(reference, options) {
    const texts = referenceTexts(reference);
    if (texts === undefined) {
      return problem('reference: give a text or a number that is not blank, or a list of them');
    }
    const accepted = new Set(texts.map((text) => normalizeText(text, options)));
    return ready((answer) => {
      if (answer.trim() === '') return graded(false, 'empty answer');
      return graded(accepted.has(normalizeText(answer, options)));
    });
  },
});
