import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { computeChrF } from './texts/chr-f.js';
import { createGrader, graded, gradedShare, problem, ready } from './create-grader.js';
import { normalizeText } from './texts/normalize-text.js';
import { referenceTexts } from './texts/reference-texts.js';
import { computeRougeL } from './texts/rouge-l.js';

/** Beyond this, comparing takes seconds; no answer to a task with a short reference is so long. */
const maxCharacters = 20_000;

/**
 * How much the answer is like the reference, or like the most similar one of a list of references.
 * A measure of wording, not of meaning: use it where the wording is nearly given, such as
 * corrections, extracts and translations.
 *
 * Options: `measure` ("edit": 1 - Levenshtein distance / longer length; "rouge_l": F1 of the longest
 * common subsequence of words, Lin 2004; "chrf": F2 of character 1- to 6-grams, Popović 2015;
 * default "chrf"), `pass` (from this similarity on the quality is 1, and 0 below; default: the
 * quality is the similarity), `caseSensitive` (default false). White space, a last full stop and
 * typography do not count. Only the first 20,000 characters of an answer are compared.
 */
export const similarityGrader = createGrader({
  name: 'similarity',
  version: 7,
  options: z.strictObject({
    measure: z.enum(['edit', 'rouge_l', 'chrf']).default('chrf'),
    pass: z.number().gt(0).max(1).optional(),
    caseSensitive: z.boolean().default(false),
  }),
  example: (reference) => referenceTexts(reference)?.[0],
  prepare(reference, { measure, pass, caseSensitive }) {
    const normalize = (text: string): string =>
      normalizeText(text.slice(0, maxCharacters), {
        typography: true,
        trim: true,
        caseSensitive,
        collapseWhitespace: true,
        stripMarkup: true,
        stripTrailingPunctuation: true,
      });
    const texts = referenceTexts(reference)?.map(normalize);
    if (texts === undefined) {
      return problem('reference: give a text that is not blank, or a list of them');
    }
    const compare = measures[measure];
    return ready((answer) => {
      const given = normalize(answer);
      const similarity = Math.max(...texts.map((text) => compare(given, text)));
      const detail = `${measure} ${similarity.toFixed(3)}`;
      if (pass !== undefined) return graded(similarity >= pass, detail);
      return gradedShare(similarity, similarity === 1 ? undefined : detail);
    });
  },
});

const measures = {
  edit: computeEditSimilarity,
  rouge_l: computeRougeL,
  chrf: computeChrF,
} as const;

function computeEditSimilarity(given: string, wanted: string): number {
  const longer = Math.max(given.length, wanted.length);
  return longer === 0 ? 1 : 1 - distance(given, wanted) / longer;
}
