import { z } from 'zod';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { matchWithTimeLimit } from './match-with-time-limit.js';

const maximumAnswerLength = 100_000;

/**
 * The answer matches a regular expression, anywhere unless the pattern is anchored.
 *
 * Options: `pattern` (default: the reference), `flags` (default none; any of i, m, s, u, v). The
 * pattern is the task set's, but the answer is anybody's: a match that takes longer than a second,
 * and an answer of more than 100,000 characters, stay ungraded.
 */
export const regexGrader = createGrader({
  name: 'regex',
  version: 1,
  options: z.strictObject({
    pattern: z.string().optional(),
    flags: z
      .string()
      .regex(/^[imsuv]*$/, 'only i, m, s, u and v make sense here')
      .default(''),
  }),
  prepare(reference, { pattern = reference, flags }) {
    if (typeof pattern !== 'string' || pattern === '') {
      return problem('reference: give a regular expression, or set the option "pattern"');
    }
    try {
      RegExp(pattern, flags);
    } catch (cause) {
      return problem(`the pattern does not compile: ${(cause as Error).message}`);
    }
    return ready((answer) => {
      if (answer.length > maximumAnswerLength) {
        const reason = `answer longer than ${maximumAnswerLength} characters`;
        return { kind: 'ungraded', reason };
      }
      const match = matchWithTimeLimit(pattern, flags, answer);
      if (match.kind === 'failed') return { kind: 'ungraded', reason: match.reason };
      return graded(match.matches, match.matches ? undefined : 'no match');
    });
  },
});
