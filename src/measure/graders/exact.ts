import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { normalizeText } from './texts/normalize-text.js';
import { referenceTexts } from './texts/reference-texts.js';

/**
 * The whole answer is the reference, or one of a list of references.
 *
 * Options, all booleans: `typography` (default true: quotation marks, hyphens, spaces, digits and
 * full-width forms count as their plain spelling), `trim` (default true), `caseSensitive` (default
 * false), `collapseWhitespace` (default true), `stripMarkup` (default true: what wraps the whole of
 * the answer, such as a code fence, emphasis, quotation marks, brackets, `\\boxed{}` or `<answer>`) and
 * `stripTrailingPunctuation` (default true). Answer and reference are treated alike, and compared
 * in Unicode's composed form.
 */
export const exactGrader = createGrader({
  name: 'exact',
  version: 7,
  options: z.strictObject({
    typography: z.boolean().default(true),
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
    return ready((answer) => graded(accepted.has(normalizeText(answer, options))));
  },
});
