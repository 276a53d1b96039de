import type { Choices, FoundChoice } from './choices.js';

/** Words of one kind that agree and disagree. */
interface AssentWords {
  readonly yes: string;
  readonly no: string;
}

/** What answers a question, and what judges a statement. */
const families: readonly AssentWords[] = [
  {
    yes: 'yes|yep|yeah|yup|sure|absolutely|indeed|certainly|definitely|of course|exactly|affirmative|ja|jawohl|oui|sí|si|sì|sim|да|так|tak|ano|evet|igen|kyllä|是的|是|对|對|はい|ええ|네|예|نعم|हाँ|हां',
    no: 'no|nope|nah|not at all|absolutely not|certainly not|definitely not|of course not|by no means|negative|nein|non|não|нет|ні|nie|nej|nee|hayır|nem|不是|不|否|いいえ|아니요|아니오|لا|नहीं',
  },
  {
    yes: "true|correct|right|accurate|that's right|richtig|wahr|korrekt|vrai|verdadero|vero|verdadeiro|верно|правда|正确|正確",
    no: 'false|incorrect|wrong|inaccurate|untrue|falsch|unwahr|faux|falso|неверно|ложь|错误|錯誤|不正确',
  },
];
const isWord = ({ yes, no }: AssentWords): Readonly<Record<keyof AssentWords, RegExp>> => ({
  yes: new RegExp(`^(?:${yes})$`, 'iu'),
  no: new RegExp(`^(?:${no})$`, 'iu'),
});
const choiceWords = families.map(isWord);

/** What an answer that only agrees or disagrees says first: no part of a longer sentence. */
const openings = families.map(
  ({ yes, no }) =>
    new RegExp(
      String.raw`^[\s*_"'>#\x60]{0,6}(?:(?<no>${no})|(?<yes>${yes}))[*_"'\x60]{0,4}(?=\s{0,3}(?:$|[.,;:!。，、！]|[–—]|-\s)|\s(?:it|this|that|they|he|she|there)(?!\p{L}))`,
      'iu',
    ),
);
/** What may follow without saying something else: "Indeed, it does." */
const following =
  /^\s{0,3}(?:,|[–—-])\s{0,3}(?:it|this|that|they|he|she|there)\s[^.!?\n,;]{1,80}[.!]?\s*$/iu;
/** What only says the same again, in languages of the words above: "Sí, es correcto.", "Ja, das stimmt." */
const repeating = matchRepeated({
  yes: "(?:(?:eso|esto)\\s)?es\\s(?:correcto|cierto|verdad|así)|así\\ses|(?:das|es)\\sist\\s(?:richtig|korrekt|wahr|so)|das\\sstimmt|stimmt|c['’]est\\s(?:correct|vrai|exact|juste)|è\\s(?:corretto|vero|giusto|così)|(?:isso\\s)?(?:está|é)\\s(?:correto|verdade|certo)|это\\s(?:верно|правда|так)|(?:这|這)?是?(?:正确|正確|对|對)的|その通りです|そうです|맞습니다|그렇습니다",
  no: "(?:(?:eso|esto)\\s)?(?:es\\s(?:incorrecto|falso)|no\\ses\\s(?:correcto|cierto|verdad|así))|(?:das|es)\\sist\\s(?:falsch|(?:nicht|un)\\s?(?:richtig|korrekt|wahr))|das\\sstimmt\\snicht|(?:c['’]est\\s(?:incorrect|faux|inexact)|ce\\sn['’]est\\spas\\s(?:correct|vrai|exact|juste))|non\\sè\\s(?:corretto|vero|giusto|così)|è\\s(?:sbagliato|falso)|(?:isso\\s)?(?:está\\s(?:errado|incorreto)|não\\s(?:está|é)\\s(?:correto|verdade|certo))|это\\s(?:неверно|неправда|не\\sтак)|(?:这|這)?是?(?:错误|錯誤|不正确|不正確)的|違います",
});

function matchRepeated({ yes, no }: AssentWords): Readonly<Record<keyof AssentWords, RegExp>> {
  const only = (words: string): RegExp =>
    new RegExp(String.raw`^\s{0,3}(?:[,，、]|[–—-])\s{0,3}(?:${words})[.!。！]?\s*$`, 'iu');
  return { yes: only(yes), no: only(no) };
}
/** "Indeed, it does not", "Absolutely, there is no doubt" */
const hedging =
  /n't|(?<!\p{L})(?:no|not|never|none|nothing|without|hardly|false|wrong|incorrect|but|if|unless|may|might|could)(?!\p{L})/iu;

/**
 * What an answer that names no choice says by agreeing or not, where the choices are "yes" and "no" or the like:
 * "Absolutely!", "Not at all.", "Nein." Undefined where it does neither. Either may be meant where there is more
 * to read, and where a question is answered as a statement is judged ("Correct." for "yes").
 */
export function readAssent(text: string, { texts }: Choices): FoundChoice | undefined {
  const asked = choiceWords
    .map(({ yes, no }) => ({
      yes: texts.findIndex((one) => yes.test(one)),
      no: texts.findIndex((one) => no.test(one)),
    }))
    .map((pair, family) => ({ ...pair, family }))
    .find(({ yes, no }) => yes !== -1 && no !== -1);
  if (asked === undefined || texts.length > 3) return undefined;
  for (const [family, opening] of openings.entries()) {
    const match = opening.exec(text);
    if (match === null) continue;
    const rest = text.slice(match[0].length);
    const said = match.groups?.['no'] === undefined ? 'yes' : 'no';
    const isPlain =
      !/[\p{L}\p{N}?]/u.test(rest) ||
      repeating[said].test(rest) ||
      (following.test(rest) && !hedging.test(rest));
    const index = asked[said];
    return isPlain && family === asked.family
      ? { kind: 'found', index }
      : { kind: 'ambiguous', indices: [asked.yes, asked.no].sort((a, b) => a - b) };
  }
  return undefined;
}
