import { z } from 'zod';
import { createAsyncGrader, gradedShare, problem, ready } from './create-grader.js';
import {
  isInLanguage,
  isKnownLanguage,
  loadLanguageDetector,
} from './instructions/detect-language.js';
import { listInstructionChecks, type Instructions } from './instructions/instruction-checks.js';

const count = z.int().nonnegative().optional();
const texts = z.array(z.string().trim().min(1, 'must not be blank')).min(1).optional();

/**
 * The answer keeps to instructions that can be checked; quality is the share of them that it keeps.
 * The task has no reference. Each option is one instruction, and at least one is needed:
 *
 * `minWords`, `maxWords`, `minSentences`, `maxSentences`, `minCharacters`, `maxCharacters`, `lines`
 * (that are not blank), `paragraphs` (divided by blank lines; the items of a list are one), `bullets`
 * (items of the outermost list, with bullets or numbers), `include` and `exclude` (texts; whatever
 * their case, whole words only), `startsWith`, `endsWith` (white space, markup and typography do not
 * count), `letters` ("upper" or
 * "lower"), `format` ("json", "bullets", "numbered", "table", "code", "plain": no Markdown),
 * `language` (of the text, as an ISO 639-1 code), `maxCommas`.
 *
 * `credit` ("share", or "all": 1 where all are kept, and 0 otherwise; default "share") is none.
 */
export const instructionsGrader = createAsyncGrader({
  name: 'instructions',
  version: 7,
  options: z.strictObject({
    minWords: count,
    maxWords: count,
    minSentences: count,
    maxSentences: count,
    minCharacters: count,
    maxCharacters: count,
    lines: count,
    paragraphs: count,
    bullets: count,
    include: texts,
    exclude: texts,
    startsWith: z.string().min(1).optional(),
    endsWith: z.string().min(1).optional(),
    letters: z.enum(['upper', 'lower']).optional(),
    format: z.enum(['json', 'bullets', 'numbered', 'table', 'code', 'plain']).optional(),
    language: z
      .string()
      .refine(isKnownLanguage, 'must be the ISO 639-1 code of a language that can be told: "de"')
      .optional(),
    maxCommas: count,
    credit: z.enum(['share', 'all']).default('share'),
  }),
  findLoader: ({ language }) => (language === undefined ? undefined : loadLanguageDetector),
  prepare(reference, { credit, language, ...instructions }) {
    if (reference !== undefined) {
      return problem('reference: leave it out; the options say what is checked');
    }
    const checks = listInstructionChecks(instructions as Instructions);
    if (checks.length === 0 && language === undefined) {
      return problem('options: give at least one instruction to check, such as "maxWords"');
    }
    return ready(async ({ answer }) => {
      const text = answer.trim();
      const broken = checks.filter(({ keeps }) => !keeps(text)).map(({ name }) => name);
      if (language !== undefined && !(await isInLanguage(text, language))) {
        broken.push('language');
      }
      const total = checks.length + (language === undefined ? 0 : 1);
      const quality = credit === 'share' ? 1 - broken.length / total : Number(broken.length === 0);
      return gradedShare(quality, broken.length === 0 ? undefined : `breaks ${broken.join(', ')}`);
    });
  },
});
