import { conclusionWords, conclusionWordsAfterComma } from '../texts/connectives.js';
import { correctionTurn, many } from '../texts/weighed-sentences.js';
import type { Choices, FoundChoice } from './choices.js';
import { findLetterMentions, findMentions } from './find-choice-mentions.js';
import { readStance } from './read-stance.js';
import { isRejected, readLeading } from './read-stated-choice.js';

/** A choice to which an answer corrects itself, and where that is stated. */
export interface CorrectedChoice {
  readonly found: Extract<FoundChoice, { readonly kind: 'found' }>;
  readonly start: number;
}

const conclusionWord = `(?:${conclusionWords}|${conclusionWordsAfterComma}|then)`;
const concludingVerb = [
  String.raw`(?:it|that|this|the\s(?:answer|correct\s(?:one|answer|option)|right\s(?:one|answer|option)))\s(?:should|must|would(?:\shave\sto)?|has\sto|ought\sto)\s(?:then\s|actually\s|really\s|therefore\s)?be`,
  String.raw`(?:ce|ça|cela)\s(?:doit|devrait)\s(?:donc\s)?être|ce\s(?:serait|sera)`,
  String.raw`(?:debe|debería|tiene\sque)\s(?:de\s)?ser|sería`,
  String.raw`(?:deve|dovrebbe)\s(?:quindi\s)?essere|sarebbe|deve(?:ria)?\sser|seria`,
].join('|');
/** "Actually no, it asks for the least likely one, which is C." */
const whichIs = String.raw`which\s(?:is|must\sbe|would\sbe|leaves)|(?:making|leaving)\sit`;
const statingVerb = String.raw`it\sis|it's|that's|that\sis|c'est|es\sist|ist\ses|es|è|é`;
/** German puts the verb last: "es muss also B sein", "müsste es C sein". */
const germanMust = String.raw`(?:es|das)\s(?:muss|müsste|sollte)(?:\salso|\sdaher)?|(?:muss|müsste|sollte)\s(?:es|das)`;
const article = String.raw`(?:(?:the|der|die|das|le|la|el|il|lo|o|a(?=\s[A-J](?!\p{L})))\s|l')?`;
const answerNoun = String.raw`(?:(?:option|choice|answer|letter|antwort|opción|opzione|opção|réponse|risposta|resposta)\s)?`;
/** "so it should be ", "it must be ", "donc ", "also ": what a correction comes to follows. */
const correctedConclusion = new RegExp(
  String.raw`(?<![\p{L}'])(?:${conclusionWord},?\s(?:${concludingVerb}|${statingVerb}|${germanMust})\s|${conclusionWord},?\s|(?:${concludingVerb}|${germanMust}|${whichIs})\s)${article}${answerNoun}(?=[*_"'\x60([]{0,4}\p{L})`,
  'giu',
);
const isVerb = String.raw`(?:is|must\sbe|est|ist|es|è|é)`;
const rightWord =
  '(?:correct|right|best|answer|bonne|richtig|korrekt|correcta?|corretta|correta|giusta)';
/** The choice ends its clause, or is called right. */
const conclusionEnd = new RegExp(
  String.raw`^[*_"'\x60)\]]{0,6}(?:\s(?:sein|then|instead|alors|entonces|allora|então))?(?:[*_"'\x60)\]]{0,6}[.!;,](?:\s|$|[*_"')]{1,4}(?:\s|$))|\s{0,4}(?:$|\n|\(|-\s)|\s${isVerb}\s(?:the\s|la\s|die\s|a\s)?${rightWord}(?!\p{L})|\s(?:because|since|as|not|instead|weil|da|nicht|car|et\snon|porque|y\sno|perché|e\snon|e\snão|and\snot)(?!\p{L}))`,
  'iu',
);
/** "It would be B, but ..." and "if it were hotter, it would be B" do not conclude. */
const taken =
  /^[*_"'`)\]]{0,6}(?:\ssein)?(?:[.,;!]|\s-)?\s{1,4}[*_(]{0,3}(?:but|however|though|unless|if|or|aber|jedoch|doch|wenn|oder|mais|sauf|si|ou|pero|o|ma|però|se|mas|porém)(?!\p{L})/iu;
const ifClause =
  /(?:^|[,:;-]|(?<!\p{L})(?:and|but|that|und|dass|et|que|y|e))\s{0,2}(?:if|had|were|unless|wenn|falls|si|se|wäre|hätte)\s(?!(?:we|you|I|man|wir|on)\s)/iu;
/** "Some would argue that ..., so C": what others conclude. */
const attributed = new RegExp(
  String.raw`(?<!\p{L})(?:argue[ds]?|claim(?:s|ed)?|misconception|(?:some|many|most|people|students?)\s(?:\p{L}{2,12}\s)?(?:would|might|may|could|will|think|say|assume|believe|forget|choose|pick|people|students)|(?:${many})\s(?:\p{L}{2,12}\s){0,2}(?:pens|dir|cre|denk|glaub|mein|sag|diz|dic|ach|argument|sosten)\p{L}{1,8})(?!\p{L})`,
  'iu',
);
const maxAfter = 1500;
const maxConclusions = 12;

/**
 * The choice to which an answer corrects itself: after the last "wait", "no, actually" or the like, what
 * "so it should be", "it must be" or "so" concludes with. None where anything after that names another
 * choice without rejecting it.
 */
export function findCorrectedChoice(text: string, choices: Choices): CorrectedChoice | undefined {
  const marker = [...text.matchAll(correctionTurn)].at(-1);
  if (marker === undefined || text.slice(0, marker.index).trim() === '') return undefined;
  const from = marker.index + marker[0].length;
  const rest = text.slice(from, from + maxAfter);
  const direct = readDirect(rest, choices);
  const isOwn = direct !== undefined && discusses(text.slice(0, marker.index), direct, choices);
  if (direct !== undefined && !isOwn) return { ...direct, start: from };
  const conclusions = [...rest.matchAll(correctedConclusion)].slice(-maxConclusions);
  for (const { index, 0: words } of conclusions.toReversed()) {
    const start = index + words.length;
    const stated = rest.slice(start);
    const leading = readConclusion(stated, choices);
    if (leading === undefined) continue;
    const [sentence = ''] = rest
      .slice(0, index)
      .split(/[.!?\n]\s/)
      .slice(-1);
    const isOther =
      ifClause.test(sentence) || attributed.test(sentence) || isQuoted(rest.slice(0, index));
    if (isOther) return undefined;
    const isLast = !namesOther(stated.slice(leading.end), leading.index, choices);
    return isLast
      ? { found: { kind: 'found', index: leading.index }, start: from + start }
      : undefined;
  }
  return undefined;
}

const directStart =
  /^[\s,.:;!…-]{0,6}(?:(?:on\s(?:second\sthoughts?|reflection)|I\s(?:now\s)?(?:think|believe|see)(?:\sthat)?|thinking\sabout\sit(?:\sagain)?),?\s)?(?:(?:option|choice|answer)\s)?/iu;
const directEnd = new RegExp(
  String.raw`^[*_"'\x60)\]]{0,6}\s${isVerb}\s(?:actually\s|clearly\s|indeed\s|really\s)?(?:the\s|la\s|die\s)?${rightWord}(?:\s(?:one|answer|option|choice))?[*_]{0,2}(?:[.!]|\s{0,2}(?:$|\n)|,?\s(?:because|since|as|not)\s)`,
  'iu',
);

/** "Actually, B is correct.", where nothing after it names another choice. */
function readDirect(rest: string, choices: Choices): Pick<CorrectedChoice, 'found'> | undefined {
  const stated = rest.slice(directStart.exec(rest)?.[0].length ?? 0);
  const leading = readLeading(stated, choices);
  if (leading === undefined || isRejected(stated, leading)) return undefined;
  const after = stated.slice(leading.end);
  if (!directEnd.test(after) || namesOther(after, leading.index, choices)) return undefined;
  return { found: { kind: 'found', index: leading.index } };
}

/** "I first doubted B. Actually, B is correct": the turn is about B, and takes back no other answer. */
function discusses(
  before: string,
  { found }: Pick<CorrectedChoice, 'found'>,
  choices: Choices,
): boolean {
  const [sentence = ''] = before
    .trimEnd()
    .split(/[.!?;]\s|\n/)
    .slice(-1);
  return findLetterMentions(sentence, choices).some(({ index }) => index === found.index);
}

/** Whether a quotation that began in a text is still open at its end. */
function isQuoted(before: string): boolean {
  return (before.split('"').length - 1) % 2 === 1;
}

function readConclusion(
  stated: string,
  choices: Choices,
): { readonly index: number; readonly end: number } | undefined {
  const leading = readLeading(stated, choices);
  if (leading === undefined || isRejected(stated, leading)) return undefined;
  const after = stated.slice(leading.end);
  if (!conclusionEnd.test(after) || taken.test(after)) return undefined;
  // "so a" is an article, not the letter A.
  const isLetter = /^[*_"'`([]{0,4}\p{L}$/u.test(stated.slice(0, leading.end));
  return isLetter && !/[A-Z]$/.test(stated.slice(0, leading.end)) ? undefined : leading;
}

/** Whether a text names a choice other than one, and does not reject it. */
function namesOther(text: string, chosen: number, choices: Choices): boolean {
  return findMentions(text, choices).some(
    (mention) => mention.index !== chosen && readStance(text, mention) !== 'rejected',
  );
}
