import type { MarkedAnswer } from '../texts/find-marked-answers.js';
import type { Choices, FoundChoice, Mention } from './choices.js';
import { findMentions } from './find-choice-mentions.js';
import { isFaintlyPraised, readStance } from './read-stance.js';
import { ofIndices } from './read-stated-choice.js';

/** A choice that is announced, but only held to be possible, or for another question. */
export interface HedgedChoice {
  readonly found: FoundChoice;
  readonly mark: MarkedAnswer;
}

const hedge = /(?<!\p{L})(?:could|might|may)\s(?:(?!only\s)\p{L}{2,12}\s)?be\s{0,2}$/iu;

const correctingWord =
  /(?<!\p{L})(?:but|however|yet|though|although|actually|instead|at\sfirst|initially)(?!\p{L})/iu;

/** Whether an answer is announced by "could be", or by "would be" after a condition. */
export function isHedged(text: string, { kind, start, isSupposed }: MarkedAnswer): boolean {
  if (isSupposed) return true;
  return kind === 'announced' && hedge.test(text.slice(Math.max(0, start - 40), start));
}

/** A text without the sentence that announces an answer to another question. */
export function withoutSupposed(text: string, hedged: HedgedChoice | undefined): string {
  if (hedged?.mark.isSupposed !== true) return text;
  const before = text.slice(0, hedged.mark.start);
  const from = Math.max(
    0,
    ...[...before.matchAll(/[.!?](?=\s)|\n/g)].map(({ index }) => index + 1),
  );
  const length = text.slice(hedged.mark.start).search(/[.!?](?:\s|$)|\n/);
  return text.slice(0, from) + (length === -1 ? '' : text.slice(hedged.mark.start + length + 1));
}

/**
 * "The answer could be B, but I think C is right" is C: what is held to be possible, or supposed, counts where
 * the rest states nothing. It yields to one that is called right instead, and what is supposed also to one that
 * is stated before it or at the end. Beside any other it is ambiguous.
 */
export function weighHedged(
  { found: hedged, mark }: HedgedChoice,
  found: FoundChoice,
  text: string,
  choices: Choices,
): FoundChoice {
  if (found.kind !== 'found' || hedged.kind !== 'found') return hedged;
  const isStated = mentionsOf(text, found.index, choices).some(
    (mention) =>
      readStance(text, mention) === 'chosen' ||
      (mark.isSupposed && (mention.position < mark.start || isLastSentence(text, mention))),
  );
  const isWeighed = mark.isSupposed || correctingWord.test(text.slice(mark.start));
  return isStated && isWeighed ? found : ofIndices([hedged.index, found.index]);
}

/** "If it had asked for cost, the answer would be C. B." */
function isLastSentence(text: string, { position, end }: Mention): boolean {
  return (
    /[.!?\n][\s*_("'`]{0,8}$/.test(text.slice(0, position)) &&
    /^[)*_."'`!\s]{0,12}$/.test(text.slice(end))
  );
}

/** "C is true but irrelevant", "D looks right at first, but it fails": why it is not the answer. */
const dismissed =
  /^[^.;!?\n]{1,60}?,?\s(?:but|yet|though|although)\s(?:(?:it|this|that)\s)?(?:(?:is|it's|that's)\s)?(?:irrelevant|unrelated|incomplete|insufficient|misleading|wrong|incorrect|false|fails?|misses|ignores|lacks|beside\sthe\spoint|off\s(?:the\s)?(?:topic|point)|does(?:\snot|n't)|not\s(?:relevant|related|sufficient|enough|what|the\s(?:answer|best|cause|reason)))(?!\p{L})/iu;

/** What was found, unless all that is said of it is such praise: it may be meant, but is not stated. */
export function withoutFaint(found: FoundChoice, text: string, choices: Choices): FoundChoice {
  if (found.kind !== 'found') return found;
  const mentions = mentionsOf(text, found.index, choices);
  const isFaint = mentions.every(({ end }) => {
    const after = text.slice(end, end + 160);
    return isFaintlyPraised(after) && dismissed.test(after);
  });
  if (mentions.length === 0 || !isFaint) return found;
  const others = findMentions(text, choices).filter(
    (mention) => readStance(text, mention) !== 'rejected',
  );
  const indices = new Set([found.index, ...others.map(({ index }) => index)]);
  return { kind: 'ambiguous', indices: [...indices] };
}

function mentionsOf(text: string, index: number, choices: Choices): readonly Mention[] {
  return findMentions(text, choices).filter((mention) => mention.index === index);
}
