import { areBare, listTexts, type Group, type Suggestion } from './suggestion.js';

const heldAnswers = 'short answers, which a longer one may hold (also one that denies them)';

/** A comparison of texts for answers of a few words. */
export function suggestShort({ references, prompts }: Group): Suggestion | undefined {
  const isOfNumbers = references.some(
    (one) => Array.isArray(one) && !one.every((item) => typeof item === 'string'),
  );
  const texts = isOfNumbers ? undefined : listTexts(references.flat());
  if (texts === undefined) return undefined;
  if (texts.some((text) => text.length > 60 || text.split(/\s+/).length > 5)) return undefined;
  const lists = prompts.filter((_, index) => Array.isArray(references[index]));
  const wantsAll = lists.filter((prompt) => asksForSeveral.test(prompt)).length * 2 > lists.length;
  if (lists.length > 0) {
    const kept = wantsAll ? {} : { all: false };
    return {
      grader: { name: 'contains', wholeWords: true, ...kept },
      reason: `${heldAnswers}; of a list, ${wantsAll ? 'all are needed' : 'one is enough'}`,
    };
  }
  return areBare(prompts)
    ? { grader: { name: 'exact' }, reason: 'short answers, and the prompts ask for nothing else' }
    : {
        grader: { name: 'contains', wholeWords: true },
        reason: heldAnswers,
      };
}

/** Prompts whose expected answers are likely all wanted, where there are several. */
const asksForSeveral = /\b(?:list|every|all|each|both)\b/i;
