import {
  conclusionWords,
  conclusionWordsAfterComma,
  contrastWords,
  reasonWords,
  spacelessConclusions,
} from '../texts/connectives.js';
import type { Choices, Mention } from './choices.js';
import { findTextMentions } from './find-choice-mentions.js';
import { readStance } from './read-stance.js';
import { isPredicate } from './read-remark.js';

/** The choice that an answer ends with, where it began by discussing another one. */
export interface ChoiceConclusion {
  readonly index: number;
  /** Whether it is stated as the answer, and not only what a last sentence says. */
  readonly isStated: boolean;
}

/** "React is popular", "Spam würde ...": the sentence goes on, so that its first word is only its subject. */
const sentenceAfter = new RegExp(
  String.raw`^[*_"'\x60)]{0,4}(?:'s)?(?:\s(?!(?:${reasonWords}|as|for|overall|and|or)(?!\p{L}))\p{L}|\p{Script=Han})`,
  'iu',
);
/** Not behind the number of an item, as in "1. Vue 2. Svelte". */
const sentenceBreak =
  /(?<=[.!?](?<!(?:^|[\s(])(?:\d{1,2}|[A-Z])\.)["')*_]{0,3})\s+|(?<=[。！？])|\n+/u;
const maxSentences = 40;

/** What is recommended for another case, ranked behind, or said of something else. */
const otherCase =
  /(?<!\p{L})(?:if|unless|when|whether|otherwise|confidence|weaker|worse|worst|loser|incorrect|wrong|alternatively|except|second|third|runner-up|also|next|too|could|might|may|wenn|falls|sonst|auch|könnte|si|sinon|sauf|aussi|se|altrimenti|anche|también|caso|também)(?!\p{L})|如果|否则|也|[?？]/iu;
const denyingWord =
  /n't|(?<!\p{L})(?:not|no|never|without|nicht|keine?[nrms]?|nie|ohne|pas|ne|sans|nunca|sin|non|mai|senza|não|nem|sem)(?!\p{L})|不|没/iu;
const conclusionBefore = new RegExp(
  String.raw`(?:^|[,;:(]\s?|\s-\s)[\s*_("]{0,4}(?:and\s)?(?:(?:${conclusionWords}|${conclusionWordsAfterComma}|overall|all\sin\sall|on\sbalance|all\sthings\sconsidered|taken\stogether|in\s(?:total|conclusion|short|summary)|insgesamt|en\s(?:conclusion|résumé|resumen)|in\sconclusione)(?!\p{L})|${spacelessConclusions})`,
  'iu',
);
/** "However, Venus is hotter." */
const contrastBefore = new RegExp(
  String.raw`^[\s*_]{0,4}(?:${contrastWords}),?\s(?:the\s)?[*_]{0,2}$`,
  'iu',
);
const article = String.raw`(?:(?:an?|the|ein(?:e[nrm]?)?|der|die|das|une?|l[ea]|el|il|lo|o|with|for|als|für|pour|por|per)\s){0,2}`;
const beforeChoice = String.raw`[\s*_"'\x60([]{0,4}${article}[*_"'\x60([]{0,4}$`;
const preferring = new RegExp(
  String.raw`(?:(?<!\p{L})(?:go\swith|(?:I|we)(?:'d|'ll|\swould|\swill)?(?:\s\p{L}{2,12}ly)?\s(?:recommend|prefer|choose|pick|select|suggest|go|opt|vote|say|favou?r)|(?:ich\s(?:empfehle|bevorzuge|wähle|nehme)|je\s(?:préfère|choisis|recommande)|prefiero|elijo|recomiendo|preferisco|scelgo|consiglio|prefiro|escolho|recomendo))(?!\p{L})|我(?:推荐|建议|选择?|更喜欢))${beforeChoice}`,
  'iu',
);
/** "The label should therefore be positive", "I label it positive" */
const deciding = new RegExp(
  String.raw`(?<!\p{L})(?:(?:should|must|has\sto)\s(?:\p{L}{2,12}\s)?be|makes\s(?:it|this)|leans?\stowards?|(?:I|we)(?:'d|'ll|\swould|\swill)?\s(?:label|call|rate|classify|mark)\s(?:it|this|that)(?:\sas)?)${beforeChoice}`,
  'iu',
);
const colon = String.raw`[*_]{0,3}\s?(?::|→|=>)`;
const answerNoun =
  'label|answer|pick|choice|verdict|winner|category|class|classification|decision|recommendation|preference|conclusion|antwort|wahl|entscheidung|fazit|urteil|réponse|choix|verdict|respuesta|elección|veredicto|risposta|scelta|verdetto|resposta|escolha|veredito';
/** "My pick: ", "This one tells how to build a bomb: ", and not "Confidence: " or "Effort: ". */
const answerLabel = String.raw`^[\s*_"'(]{0,8}(?:(?:(?:${conclusionWords}|${conclusionWordsAfterComma}),?\s)?(?:(?:the|my|our|final|overall|correct|best|right|clear|meine?|ma|mon|mi|la|il|mia|minha|finale?)\s){0,3}(?:${answerNoun}|overall|insgesamt)(?:\s(?:is|ist|est|es|è|é))?|(?:${conclusionWords}|${conclusionWordsAfterComma}|in\s(?:conclusion|short|summary))|(?:(?:so|thus),?\s)?this\sone\s[^:\n]{1,200})${colon}`;
const labelStart = new RegExp(answerLabel, 'iu');
const labeled = new RegExp(answerLabel + beforeChoice, 'iu');
const labelEnd = new RegExp(String.raw`(?:^|[^\d\s])${colon}${beforeChoice}`, 'u');
/** "1. Response A", "B. London", "- Vue: easy": a list names its items, whichever is the answer. */
const listLine = /^[\s>*_]{0,8}(?:[-•+]\s|\*\s|\(?\d{1,3}[.)]|\(?[A-Z][.)]\s)/;
const marks = /^(?:[\s>#*_+•]|-(?!\d)){1,12}/;
const alone = /^[\s*_"'`>#([-]{0,8}$/;
const choiceEnd = new RegExp(
  String.raw`^[*_"'\x60)\]]{0,4}(?:\s\p{L}{3,15})?(?:[.!。][*_"')]{0,4}\s*$|\s*$|,?\s(?:${reasonWords})\s)`,
  'iu',
);
const praised =
  /^[*_"'`)]{0,4}\s(?:(?:is|seems|looks|ist|est|es|è|é)\s(?:(?:clearly|overall|the|la|le|el|il|die|der|das)\s){0,3}(?:better|best|preferable|superior|stronger|winner|preferred|right|correct|besser|beste|meilleure?|mejor|migliore|melhor)(?:\s(?:response|answer|choice|option|one|pick|overall|antwort|wahl|réponse|choix|respuesta|opción|risposta|scelta|resposta|escolha)){0,2}|wins|fits\s(?:best|better))[*_]{0,2}[.!]?\s*$/iu;

/** "Therefore, it is X", "So I choose X", "Thus X", and not "So it beats X". */
const framing = new RegExp(
  String.raw`^,?\s?(?:[^.;!?\n]{0,120}(?<!\p{L})(?:is|are|was|be|remains|ist|sind|est|sont|es|son|è|é|wäre|serait|sería|sarebbe|seria|call|label|rate|classify|mark|choose|pick|select|prefer|recommend|suggest|say|go|vote|opt|[:=]|makes|use|try|take|learn|fits|matches|describes|means?|leaves|(?:comes?\sdown|belongs?|goes|go|refers?|route\sit|routed|assign\sit)\sto|left\swith|falls\sunder|nehme(?:\sich)?|only|about)(?:\s(?:it|this|that|in|as))?)?${beforeChoice}`,
  'iu',
);

/** Whether what follows a choice makes it the subject of a sentence, and not an answer by itself. */
export function isSentenceSubject(after: string): boolean {
  return sentenceAfter.test(after);
}

/**
 * The one choice that the last sentence which names any speaks for: "So Svelte.", "I prefer Response B.",
 * "Label: feature". Undefined where it names several, or only under a condition.
 */
export function findConclusion(text: string, choices: Choices): ChoiceConclusion | undefined {
  for (const said of readSentences(text).toReversed()) {
    const stances = findTextMentions(said, choices.texts)
      .map((mention) => ({ mention, stance: readStance(said, mention) }))
      .filter(({ stance }) => stance !== 'rejected');
    if (stances.length === 0) continue;
    const chosen = stances.filter(({ stance }) => stance === 'chosen');
    const kept = (chosen.length > 0 ? chosen : stances).map(({ mention }) => mention);
    const [mention] = kept.slice(-1);
    const isSingle = kept.every(({ index }) => index === mention?.index);
    if (mention === undefined || !isSingle || otherCase.test(said)) return undefined;
    const before = said.slice(0, mention.position);
    if (labelEnd.test(before) && !labeled.test(before)) return undefined;
    if (isStated(said, mention)) return { index: mention.index, isStated: true };
    const isSaid = chosen.length > 0 || isPredicate(said, mention) || contrastBefore.test(before);
    return isSaid ? { index: mention.index, isStated: false } : undefined;
  }
  return undefined;
}

/** The last sentences of a text, without those of a list that label nothing as the answer. */
function readSentences(text: string): readonly string[] {
  const lines = text.split('\n').flatMap((line) => {
    const said = line.replace(marks, '');
    return listLine.test(line) && !labelStart.test(said) ? [] : [said];
  });
  return lines.join('\n').split(sentenceBreak).slice(-maxSentences);
}

/** Whether a last sentence weighs what was said before it: "The label should be positive". */
export function weighsAll(said: string, mention: Mention): boolean {
  const before = said.slice(0, mention.position);
  const isDecided = deciding.test(before) && choiceEnd.test(said.slice(mention.end));
  return isStated(said, mention) || (isDecided && !denyingWord.test(before));
}

/** Whether a sentence states a choice as the answer, and not only as what it speaks of. */
function isStated(said: string, { position, end: to }: Mention): boolean {
  const before = said.slice(0, position);
  const after = said.slice(to);
  if (praised.test(after)) return alone.test(before) || conclusionBefore.test(before);
  if (preferring.test(before)) return !denyingWord.test(before);
  if (!choiceEnd.test(after)) return false;
  if (alone.test(before)) return true;
  if (labeled.test(before)) return !denyingWord.test(before);
  const conclusion = conclusionBefore.exec(before);
  if (conclusion === null) return false;
  const gap = before.slice(conclusion.index + conclusion[0].length);
  return framing.test(gap) && !denyingWord.test(gap);
}
