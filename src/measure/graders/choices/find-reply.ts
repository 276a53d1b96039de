import type { Choices, FoundChoice } from './choices.js';

const reply = 'yes|no|true|false|ja|nein|oui|non|sí|si|sì|não|sim|是|否';
/** What needs no comma before the reply: "I would say no", "Leider nein". */
const leadIn = String.raw`I(?:'d|\swould)\ssay|ich\swürde\ssagen|je\sdirais(?:\sque)?|diría\sque|direi(?:\sdi)?|leider|purtroppo|malheureusement|lamentablemente|infelizmente`;
const first = new RegExp(
  String.raw`^[\s*_"]{0,4}(?:(?<phrase>[^.!?;:\n]{2,80}),|(?:${leadIn})[,:]?)\s[*_"]{0,3}(?<word>${reply})[*_"]{0,3}(?:[.!]|\s-\s|\s{0,2}$)`,
  'iu',
);
/** "For adults, yes", "He said, yes": a reply to a part of the question, or of someone else. */
const limited =
  /(?<!\p{L})(?:if|unless|when|before|until|for|wenn|falls|bei|für|vor|bis|si|quand|pour|avant|cuando|para|antes|se|quando|per|prima|said|says|asked|told|sagte|dit|dijo|disse|either|or|not)(?!\p{L})/iu;
const further = new RegExp(
  String.raw`(?:^|[,.!?:]\s|\n)[*_"]{0,3}(${reply})(?=[*_"]{0,3}(?:[.!,]|\s-\s|\s*$))`,
  'gimu',
);

/** "Unfortunately, no. You would have to say yes first.": the reply that ends the first clause, and no other one. */
export function findReply(lines: readonly string[], { texts }: Choices): FoundChoice | undefined {
  const text = lines.join('\n');
  const match = first.exec(text);
  const { phrase = '', word = '' } = match?.groups ?? {};
  const index = texts.indexOf(word.toLowerCase());
  if (match === null || index === -1 || limited.test(phrase)) return undefined;
  const others = [...text.slice(match[0].length).matchAll(further)];
  const isOnly = others.every(([, other = '']) => other.toLowerCase() === word.toLowerCase());
  return isOnly ? { kind: 'found', index } : undefined;
}
