const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
const pieceLength = 2000;
/** Sentences are counted up to here. */
const maxCounted = 10_000;
/** Scripts that put no spaces between words. */
export const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** What ends with a full stop and no sentence, where a word follows. */
const abbreviation =
  /(?:^|[\s("'])(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Mt|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Gov|Sen|Rep|Pres|vs|etc|approx|ca|cf|Fig|No|Nos|Vol|pp|Ed|Eds|Inc|Ltd|Co|Corp|Ave|Blvd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Hr|Fr|Nr|bzw|usw|bspw|Abs|Art|Mme|Mlle|Sra|Sta|Ud|Uds|p\. ?ej|av|Dott|Sig|Ing|г|ул|т|д|e\.g|i\.e|z\. ?B|d\. ?h|u\. ?a|a\.m|p\.m|\p{L}|(?:\p{Lu}\.){1,4}\p{Lu})\.["')]?\s*$/u;
const ordinal = /(?:^|\s)\d{1,2}\.\s*$/;
const terminal = /[.!?…。！？]["'”’)»]*\s*$/u;

/** The words of a text by Unicode's rules, without what stands between them. */
export function splitWords(text: string): string[] {
  return [...iterateWords(text)];
}

function* iterateWords(text: string): Generator<string> {
  // In pieces, because segmenting takes quadratic time on a long text without spaces.
  for (let start = 0; start < text.length; start += pieceLength) {
    for (const { segment, isWordLike } of segmenter.segment(
      text.slice(start, start + pieceLength),
    )) {
      if (isWordLike === true) yield segment;
    }
  }
}

/**
 * How many words a text has, as a person counts them: what stands between spaces ("state-of-the-art"
 * is one word), and by Unicode's rules where a script has no spaces.
 *
 * @param enough counting ends above this number. @default no end
 */
export function countWords(text: string, enough = Infinity): number {
  let count = 0;
  for (const [piece] of text.matchAll(/\S+/g)) {
    if (!/[\p{L}\p{N}]/u.test(piece)) continue;
    if (!unspacedScript.test(piece)) count++;
    else {
      for (const _ of iterateWords(piece)) {
        count++;
        if (count > enough) break;
      }
    }
    if (count > enough) break;
  }
  return count;
}

/**
 * How many sentences a text has, by Unicode's rules, but for abbreviations, ordinal numbers ("am 3.
 * Mai") and what goes on in lower case (a quoted exclamation, an address on the web). What holds no
 * letter or digit is no sentence, and neither is the number of an item.
 *
 * @param enough counting ends above this number. @default no end
 */
export function countSentences(text: string, enough = Infinity): number {
  let count = 0;
  let previous = '';
  for (const { segment } of sentences.segment(text.slice(0, maxCounted))) {
    if (!/[\p{L}\p{N}]/u.test(segment)) continue;
    if (previous === '' || !goesOn(previous, segment)) count++;
    previous = segment;
    if (count > enough) break;
  }
  return count;
}

function goesOn(previous: string, next: string): boolean {
  const ending = previous.slice(-40);
  if (/\n\s*$/.test(ending)) return !terminal.test(ending) && /^\p{Ll}/u.test(next);
  return (
    /^["'(]?\p{Ll}/u.test(next) ||
    (abbreviation.test(ending) && !/\d\s?[hgl]\.\s*$/.test(ending)) ||
    ordinal.test(ending)
  );
}
