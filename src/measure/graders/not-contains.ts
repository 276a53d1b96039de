import { z } from 'zod';
import { createSearchText, includesPart } from './contains.js';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { referenceTexts } from './texts/reference-texts.js';

/**
 * The answer says something, and holds none of the references: a text, or a list of them.
 *
 * Options: `caseSensitive` (default false), `wholeWords` (default false; true means that a text
 * counts only where no letter or digit adjoins). Typography and Markdown do not count. To ask for some texts and against others at once,
 * use `contains` with its option `not`.
 */
export const notContainsGrader = createGrader({
  name: 'not_contains',
  version: 6,
  options: z.strictObject({
    caseSensitive: z.boolean().default(false),
    wholeWords: z.boolean().default(false),
  }),
  prepare(reference, options) {
    const unwanted = referenceTexts(reference);
    if (unwanted === undefined) {
      return problem('reference: give a text that is not blank, or a list of them');
    }
    return ready((answer) => {
      const text = createSearchText(answer, options.caseSensitive);
      const found = unwanted.find((part) => includesPart(text, part, options));
      return found === undefined ? graded(true) : graded(false, `holds "${found}"`);
    });
  },
});
