/** What a list in running text has around it in Chinese, Japanese and Korean. */
const cjk = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}]';
const anyCjk = new RegExp(cjk, 'u');
const tightLabel = new RegExp(String.raw`^[^:：\n]{0,80}${cjk}[*_]{0,2}[:：][*_]{0,2}(?=\S)`, 'u');
/** After a verb or particle, the list may begin. */
const opening = /(?:有|是|包括|包含|为|了|には|は|が)[、,:：]?|[은는이가]\s/gu;
const ending =
  /です|でした|である|があ[るり]|が含|입니다|이다|[이가]\s있|[一二两三四五六七八九十\d]{1,2}[个個]|等|など/gu;
const maxSentence = 2000;
const maxOpening = 100;
const maxEnding = 200;

/** "都市:東京、大阪" without its label. */
export function dropTightLabel(text: string): string {
  return text.replace(tightLabel, '');
}

/**
 * Divides a sentence such as "文中提到的城市有北京和上海", whose list begins where what is left of it
 * begins with an item. Other texts are divided as they are.
 */
export function divideSpaceless(
  text: string,
  divide: (text: string) => readonly string[],
  isItem: (text: string) => boolean,
): readonly string[] {
  const pieces = divide(text);
  if (text.length > maxSentence || !anyCjk.test(text)) return pieces;
  const starts = [...text.slice(0, maxOpening).matchAll(opening)].map(
    ({ index, 0: verb }) => index + verb.length,
  );
  const found = [0, ...starts].map((start) => (start === 0 ? pieces : divide(text.slice(start))));
  const beginsWithItem = ([first = '']: readonly string[]): boolean =>
    isItem(first) || dropSpacelessEnd(first, isItem) !== undefined;
  return found.find(beginsWithItem) ?? pieces;
}

/** "大阪です" without its verb, where an item is left. */
export function dropSpacelessEnd(
  text: string,
  isItem: (text: string) => boolean,
): string | undefined {
  if (text.length > maxEnding || !anyCjk.test(text)) return undefined;
  const ends = [...text.matchAll(ending)].map(({ index }) => text.slice(0, index));
  return ends.find(isItem);
}
