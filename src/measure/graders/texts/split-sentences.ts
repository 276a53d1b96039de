import { months } from '../numbers/dates.js';

/** Of a longer line, only the end is read. */
export const maxLine = 1500;
/** Abbreviations that a number or a name follows, without their point. */
export const abbreviations = String.raw`e\.g|i\.e|approx|ca|Rs|No|vs|Mr|Dr|St`;
/** Not the point after an abbreviation, or after the day in "9. November", nor the mark of "4! = 24". */
export const sentenceEnd = new RegExp(
  String.raw`(?<!\b(?:${abbreviations}))(?!\.(?<=\d\.)\s(?:${months}))(?!!\s[=≈])[.!?](?=["')*_]{0,3}(?:\s|$))|[。！？]`,
);
/** What a model adds after its answer, and formulas that it quotes: nothing is stated there. */
const addition =
  /^[\s*_#>(]{0,6}(?:let me know|would you|do you want|if you|feel free|i can|i could|i hope|hope this|want me|fun fact|by the way|formula|note|remember|tip|hinweis|formel|remarque|nota|formule)(?![\p{L}])/iu;

/** The sentences of a line, a question with its mark. */
export function splitSentences(line: string): readonly string[] {
  const end = line.slice(-maxLine);
  const sentences: string[] = [];
  let from = 0;
  for (const { index, 0: mark } of end.matchAll(new RegExp(sentenceEnd, 'g'))) {
    const isQuestion = /[?？]/.test(mark);
    // "It is 19. How did I get there? ..."
    if (isQuestion && asksWhy.test(end.slice(from, index)) && sentences.some(hasDigit)) {
      return sentences;
    }
    sentences.push(end.slice(from, isQuestion ? index + mark.length : index));
    from = index + mark.length;
  }
  return [...sentences, end.slice(from)];
}

const asksWhy =
  /^[\s*_]{0,4}(?:how|why|wie|warum|wieso|comment|pourquoi|cómo|por\squé|come|perché|como|как|почему)(?!\p{L})[^\d]*$/iu;

function hasDigit(text: string): boolean {
  return /\d/.test(text);
}

/** "Shall we try 13 × 7?" states nothing, but "So it is 84, right?" does. */
export function statesSomething(sentence: string): boolean {
  if (addition.test(sentence)) return false;
  return !/[?？]$/.test(sentence) || tag.test(sentence);
}

const tag =
  /,\s(?:right|correct|ok|okay|isn't\sit|no|yes|nicht\swahr|oder|n'est-ce\spas|verdad|vero|né)\s?[?？]$/i;
