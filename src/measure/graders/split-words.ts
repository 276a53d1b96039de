const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Scripts that put no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The words of a text by Unicode's rules, without what stands between them. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike === true) words.push(segment);
  }
  return words;
}

/**
 * How many words a text has, as a person counts them: what stands between spaces ("state-of-the-art"
 * is one word), and by Unicode's rules where a script has no spaces.
 */
export function countWords(text: string): number {
  let count = 0;
  for (const piece of text.split(/\s+/)) {
    if (!/[\p{L}\p{N}]/u.test(piece)) continue;
    count += unspaced.test(piece) ? splitWords(piece).length : 1;
  }
  return count;
}

/** How many sentences a text has; what holds no letter or digit is none. */
export function countSentences(text: string): number {
  let count = 0;
  for (const { segment } of sentences.segment(text)) {
    if (/[\p{L}\p{N}]/u.test(segment)) count++;
  }
  return count;
}
