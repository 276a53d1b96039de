import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';

const maximumAnswerLength = 100_000;

/**
 * The answer matches a regular expression, anywhere unless the pattern is anchored.
 *
 * The pattern is JavaScript's; of Python's syntax, `(?i)` at the start, `(?P<name>...)`, `\\A` and `\\Z` are
 * understood too. White space around the answer does not count, every other character does.
 *
 * Options: `pattern` (default: the reference), `flags` (default none; any of i, m, s, u, v). An answer
 * of more than 100,000 characters stays ungraded. A catastrophic pattern takes any time: `gradeAnswer`
 * ends it at its time limit.
 */
export const regexGrader = createGrader({
  name: 'regex',
  version: 5,
  options: z.strictObject({
    pattern: z.string().optional(),
    flags: z
      .string()
      .regex(/^[imsuv]*$/, 'only i, m, s, u and v make sense here')
      .default(''),
  }),
  prepare(reference, options) {
    const given = options.pattern ?? reference;
    if (typeof given !== 'string' || given === '') {
      return problem('reference: give a regular expression, or set the option "pattern"');
    }
    const { pattern, flags } = translatePattern(given, options.flags);
    let compiled: RegExp;
    try {
      compiled = new RegExp(pattern, flags);
    } catch (cause) {
      return problem(`the pattern does not compile: ${(cause as Error).message}`);
    }
    return ready((answer) => {
      if (answer.length > maximumAnswerLength) {
        const reason = `answer longer than ${maximumAnswerLength} characters`;
        return { kind: 'ungraded', reason };
      }
      const matches = compiled.test(answer.trim());
      return graded(matches, matches ? undefined : 'no match');
    });
  },
});

/** Rewrites what Python writes differently and JavaScript does not know. */
function translatePattern(
  given: string,
  givenFlags: string,
): { readonly pattern: string; readonly flags: string } {
  const inline = /^\(\?([ims]+)\)/.exec(given);
  const pattern = given
    .slice(inline?.[0].length ?? 0)
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/(?<!\\)((?:\\\\)*)\\A/g, '$1(?<![\\s\\S])')
    .replace(/(?<!\\)((?:\\\\)*)\\[Zz]/g, '$1(?![\\s\\S])');
  const added = [...(inline?.[1] ?? '')].filter((flag) => !givenFlags.includes(flag));
  return { pattern, flags: givenFlags + added.join('') };
}
