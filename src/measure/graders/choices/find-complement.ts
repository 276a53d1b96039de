import type { Choices, FoundChoice } from './choices.js';
import { findBareLetters, findMentions, findTextMentions } from './find-choice-mentions.js';
import { readStance } from './read-stance.js';
import { ofIndices } from './read-stated-choice.js';

const noneOfThem =
  /(?<!\p{L})(?:none|neither(?!\s[^.!?\n]{1,60}\snor\s)|keine[rs]?|aucune?|ninguna?|nessuna?|nenhuma?)(?!\p{L})/iu;
/** What others say, before what is said instead: "Many would say the answer is A, but it is B." */
const ascribedToOthers =
  /(?<=^|[.!?\n]\s{0,3})[^.!?\n]{0,80}?(?:\b(?:misconception|common\s(?:mistake|error|trap))\b|\b(?:many|some|most|one|you|people|students?|they|others|beginners?)\b[^.!?\n]{0,30}?\b(?:would|might|may|could|will|often|tend\sto|be\stempted\sto)\s(?:\p{L}{1,12}\s)?(?:say|think|guess|assume|argue|answer|believe|expect|conclude)\b|\bat\sfirst\s(?:glance|sight|look)\b)[^.!?\n]{1,160}?[,;.]\s{1,3}(?=(?:but|however|in\sfact|actually|in\sreality)\b)/giu;

/** A text without what it ascribes to others, where it goes on to say something else. */
export function withoutAscribed(text: string, choices: Choices): string {
  const rest = text.replace(ascribedToOthers, '');
  const isSaid = findTextMentions(rest, choices.texts).length > 0;
  return rest !== text && (isSaid || findBareLetters(rest, choices).length > 0) ? rest : text;
}

/** "C is false", "C is the incorrect statement", "Nitrogen is not a noble gas": a verdict on a choice. */
const verdictAfter =
  /^[)\]}*_"'`]{0,4}\s(?:(?:is|was|does|has|can|will)(?:n't)?|cannot|can't|fails|violates|contradicts)(?!\p{L})/u;
/** Of two choices, "Toxic is not right" means the other one. */
const kindDenied = /^[)\]}*_"'`]{0,4}\s(?:is\snot|isn't)\san?\s/u;

/**
 * What is left where an answer only rejects choices: the other of two, or several of which any may be
 * meant. "This is not toxic" is non-toxic, and "It is not A" is ambiguous. So is "C is false", which may
 * be the answer where the question is which one is not true.
 */
export function findComplement(text: string, choices: Choices): FoundChoice {
  const mentions = findMentions(text, choices);
  const isRejected = mentions.every((mention) => readStance(text, mention) === 'rejected');
  if (mentions.length === 0 || !isRejected || noneOfThem.test(text)) return { kind: 'none' };
  const rejected = new Set(mentions.map(({ index }) => index));
  const verdict = choices.letterCount > 2 ? verdictAfter : kindDenied;
  const isOnly = new Set(text.match(/(?<![\p{L}\p{N}])[A-J](?![\p{L}\p{N}'])/gu)).size < 2;
  const mayBeMeant =
    isOnly &&
    rejected.size === 1 &&
    mentions.some(({ end }) => verdict.test(text.slice(end, end + 40)));
  const all = [...Array(choices.letterCount).keys()];
  return ofIndices(mayBeMeant ? all : all.filter((index) => !rejected.has(index)));
}
