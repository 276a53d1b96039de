import {
  conclusionWords,
  conclusionWordsAfterComma,
  contrastWords,
  reasonWords,
} from '../texts/connectives.js';
import type { Choices, FoundChoice } from './choices.js';

const reply = 'yes|no|true|false|ja|nein|oui|non|sí|si|sì|não|sim|是|否';
/** What needs no comma before the reply: "I would say no", "Leider nein". */
const leadIn = String.raw`I(?:'d|\swould)\ssay|ich\swürde\ssagen|je\sdirais(?:\sque)?|diría\sque|direi(?:\sdi)?|leider|purtroppo|malheureusement|lamentablemente|infelizmente`;
const first = new RegExp(
  String.raw`^[\s*_"]{0,4}(?:(?<phrase>[^.!?;:\n]{2,80}),|(?:${leadIn})[,:]?)\s[*_"]{0,3}(?<word>${reply})[*_"]{0,3}(?:[.!]|\s-\s|\s{0,2}$)`,
  'iu',
);
/** "For adults, yes", "He said, yes", "At first glance, yes": a reply to a part, of someone else, or a first one. */
const partialReply =
  /(?<!\p{L})(?:if|unless|when|before|until|for|wenn|falls|bei|für|vor|bis|si|quand|pour|avant|cuando|para|antes|se|quando|per|prima|said|says|asked|told|sagte|dit|dijo|disse|either|or|not|theory|practice|first|initially|originally|intuitively|superficially|glance|surface|blick|anfangs|zunächst|zuerst|theorie|theoretisch|théorie|abord|première|teor[ií]a|principio|vista|inizialmente|inicialmente|primeira)(?!\p{L})/iu;
/** Of more mentions of another reply, nothing is said for sure. */
const maxMentions = 40;
const other = new RegExp(String.raw`(?<!\p{L})(?:${reply})(?!\p{L})`, 'giu');
const replyEnd = new RegExp(
  String.raw`^[*_"')]{0,3}\s?(?:[.,;:!?)]|-\s|\s*$|(?:${reasonWords})(?!\p{L}))`,
  'iu',
);
/** "thus no", "is a no", "makes it false" */
const conclusionBefore = new RegExp(
  String.raw`(?:^|\s)(?:${conclusionWords}|${conclusionWordsAfterComma}|${contrastWords}|is|be|it|ist|est|es|è|é)[,:]?\s(?:an?\s)?[*_"'(]{0,3}$`,
  'iu',
);
/** "You would have to say yes", "Some say yes": what others say, and what is only wanted. */
const saying = /(?<!\p{L})(?:say|never\ssa(?:id|ys)|dire|decir|dizer)\s[*_"'(]{0,3}$/iu;
const ownSaying = /(?<!\p{L})(?:I|we|je|yo|io|eu)(?!\p{L})/iu;

/** "Unfortunately, no. You would have to say yes first.": the reply that ends the first clause, and no other one. */
export function findReply(lines: readonly string[], { texts }: Choices): FoundChoice | undefined {
  const text = lines.join('\n');
  const match = first.exec(text);
  const { phrase = '', word = '' } = match?.groups ?? {};
  const index = texts.indexOf(word.toLowerCase());
  if (match === null || index === -1 || partialReply.test(phrase)) return undefined;
  const rest = text.slice(match[0].length);
  const others = [...rest.matchAll(other)].filter(
    ([found]) => found.toLowerCase() !== word.toLowerCase(),
  );
  const isOnly =
    others.length <= maxMentions && !others.some((mention) => isReplied(rest, mention));
  return isOnly ? { kind: 'found', index } : undefined;
}

/** Whether the answer itself may give a further reply, and not only speak of it. */
function isReplied(text: string, { index, 0: { length } }: RegExpExecArray): boolean {
  const [before = ''] = text
    .slice(Math.max(0, index - 160), index)
    .split(/[.!?\n]/)
    .slice(-1);
  if (saying.test(before) && !ownSaying.test(before)) return false;
  return replyEnd.test(text.slice(index + length)) || conclusionBefore.test(before);
}
