import { z } from 'zod';
import type { JsonValue } from '../util/json.js';
import { letterIndex, type Choices } from './choices.js';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { findChoice } from './find-choice.js';

const defaultLetterCount = 10;

/**
 * The answer chooses what the reference names: a letter, or one of the texts in `choices`.
 *
 * Options: `choices` (the texts that A, B, C, ... stand for, 2 to 26 of them; default: none, and
 * the letters A to J). Where a choice's text is itself a single letter, the text counts.
 */
export const choiceGrader = createGrader({
  name: 'choice',
  version: 1,
  options: z.strictObject({
    choices: z.array(z.string().trim().min(1, 'must not be blank')).min(2).max(26).optional(),
  }),
  prepare(reference, options) {
    const texts = (options.choices ?? []).map((text) => text.normalize('NFKC').toLowerCase());
    if (new Set(texts).size < texts.length) return problem('options: choices must all differ');
    const choices: Choices = { letterCount: texts.length || defaultLetterCount, texts };
    const wanted = parseReference(reference, choices);
    if (wanted === undefined) {
      const letters = `a letter from A to ${letterOf(choices.letterCount - 1)}`;
      return problem(
        texts.length === 0
          ? `reference: give ${letters}, or list the texts in the option "choices"`
          : `reference: give ${letters}, or one of: ${(options.choices ?? []).join(', ')}`,
      );
    }
    return ready((answer) => {
      const index = findChoice(answer, choices);
      if (index === undefined) return graded(false, 'no choice found');
      return graded(index === wanted, index === wanted ? undefined : `read ${letterOf(index)}`);
    });
  },
});

function parseReference(reference: JsonValue | undefined, choices: Choices): number | undefined {
  if (typeof reference !== 'string' && typeof reference !== 'number') return undefined;
  const text = String(reference).normalize('NFKC').trim();
  const index = choices.texts.indexOf(text.toLowerCase());
  if (index !== -1) return index;
  return /^[A-Za-z]$/.test(text) ? letterIndex(text, choices) : undefined;
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}
