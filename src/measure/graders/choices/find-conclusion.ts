import { rejectingLabel } from '../texts/answer-words.js';
import {
  conclusionWords,
  conclusionWordsAfterComma,
  contrastWords,
  reasonWords,
  spacelessConclusions,
} from '../texts/connectives.js';
import type { Choices } from './choices.js';
import { findTextMentions, readStance, type Mention } from './find-choice-mentions.js';
import { isPredicate } from './read-remark.js';

/** The choice that an answer ends with, where it began by discussing another one. */
export interface ChoiceConclusion {
  readonly index: number;
  /** Whether it is stated as the answer, and not only what a last sentence says. */
  readonly isStated: boolean;
}

/** "React is popular", "Spam würde ...": the sentence goes on, so that its first word is only its subject. */
const sentence = new RegExp(
  String.raw`^[*_"'\x60)]{0,4}(?:'s)?(?:\s(?!(?:${reasonWords}|as|for|overall|and|or)(?!\p{L}))\p{L}|\p{Script=Han})`,
  'iu',
);
const sentenceBreak = /(?<=[.!?]["')*_]{0,3})\s+|(?<=[。！？])|\n+/u;
const maxSentences = 40;

/** What is recommended for another case, or ranked behind. */
const limited =
  /(?<!\p{L})(?:if|unless|when|otherwise|alternatively|except|second|third|runner-up|also|next|too|could|might|may|wenn|falls|sonst|auch|könnte|si|sinon|sauf|aussi|se|altrimenti|anche|también|caso|também)(?!\p{L})|如果|否则|也|[?？]/iu;
const negation =
  /n't|(?<!\p{L})(?:not|no|never|without|nicht|keine?[nrms]?|nie|ohne|pas|ne|sans|nunca|sin|non|mai|senza|não|nem|sem)(?!\p{L})|不|没/iu;
const concluding = new RegExp(
  String.raw`(?:^|[,;:(]\s?|\s-\s)[\s*_("]{0,4}(?:and\s)?(?:(?:${conclusionWords}|${conclusionWordsAfterComma}|overall|in\s(?:conclusion|short|summary)|insgesamt|en\s(?:conclusion|résumé|resumen)|in\sconclusione)(?!\p{L})|${spacelessConclusions})`,
  'iu',
);
/** "However, Venus is hotter." */
const contrasting = new RegExp(
  String.raw`^[\s*_]{0,4}(?:${contrastWords}),?\s(?:the\s)?[*_]{0,2}$`,
  'iu',
);
const article = String.raw`(?:(?:an?|the|ein(?:e[nrm]?)?|der|die|das|une?|l[ea]|el|il|lo|o|with|for|als|für|pour|por|per)\s){0,2}`;
const named = String.raw`[\s*_"'\x60([]{0,4}${article}[*_"'\x60([]{0,4}$`;
const preferring = new RegExp(
  String.raw`(?:(?<!\p{L})(?:go\swith|(?:I|we)(?:'d|'ll|\swould|\swill)?(?:\s\p{L}{2,12}ly)?\s(?:recommend|prefer|choose|pick|select|suggest|go|opt|vote|say|favou?r)|(?:ich\s(?:empfehle|bevorzuge|wähle|nehme)|je\s(?:préfère|choisis|recommande)|prefiero|elijo|recomiendo|preferisco|scelgo|consiglio|prefiro|escolho|recomendo))(?!\p{L})|我(?:推荐|建议|选择?|更喜欢))${named}`,
  'iu',
);
const labeled = new RegExp(String.raw`(?:^|[^\d\s])(?::|\s?(?:→|=>))${named}`, 'u');
const alone = /^[\s*_"'`>#([-]{0,8}$/;
const end = new RegExp(
  String.raw`^[*_"'\x60)\]]{0,4}(?:\s\p{L}{3,15})?(?:[.!。][*_"')]{0,4}\s*$|\s*$|,?\s(?:${reasonWords})\s)`,
  'iu',
);
const praised =
  /^[*_"'`)]{0,4}\s(?:(?:is|seems|looks|ist|est|es|è|é)\s(?:(?:clearly|overall|the|la|le|el|il|die|der|das)\s){0,3}(?:better|best|preferable|superior|stronger|winner|preferred|right|correct|besser|beste|meilleure?|mejor|migliore|melhor)(?:\s\p{L}{2,15}){0,2}|wins|fits\s(?:best|better))[*_]{0,2}[.!]?\s*$/iu;

/** Whether what follows a choice makes it the subject of a sentence, and not an answer by itself. */
export function isSentenceSubject(after: string): boolean {
  return sentence.test(after);
}

/**
 * The one choice that the last sentence which names any speaks for: "So Svelte.", "I prefer Response B.",
 * "Label: feature". Undefined where it names several, or only under a condition.
 */
export function findConclusion(text: string, choices: Choices): ChoiceConclusion | undefined {
  const sentences = text.split(sentenceBreak).slice(-maxSentences);
  for (const said of sentences.toReversed()) {
    const stances = findTextMentions(said, choices.texts)
      .map((mention) => ({ mention, stance: readStance(said, mention) }))
      .filter(({ stance }) => stance !== 'rejected');
    if (stances.length === 0) continue;
    const chosen = stances.filter(({ stance }) => stance === 'chosen');
    const kept = (chosen.length > 0 ? chosen : stances).map(({ mention }) => mention);
    const [mention] = kept.slice(-1);
    const isSingle = kept.every(({ index }) => index === mention?.index);
    if (mention === undefined || !isSingle || limited.test(said)) return undefined;
    if (isStated(said, mention)) return { index: mention.index, isStated: true };
    const isSaid =
      chosen.length > 0 ||
      isPredicate(said, mention) ||
      contrasting.test(said.slice(0, mention.position));
    return isSaid ? { index: mention.index, isStated: false } : undefined;
  }
  return undefined;
}

function isStated(said: string, { position, end: to }: Mention): boolean {
  const before = said.slice(0, position);
  const after = said.slice(to);
  if (praised.test(after)) return true;
  if (preferring.test(before)) return !negation.test(before);
  if (!end.test(after)) return false;
  if (alone.test(before)) return true;
  const conclusion = concluding.exec(before);
  if (conclusion !== null) return !negation.test(before.slice(conclusion.index));
  return labeled.test(before) && !rejectingLabel.test(before.trimStart());
}
