/** The languages that the detector tells apart, by their ISO 639-1 codes. */
const knownLanguages = new Set(
  (
    'am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko ku lo ' +
    'lt lv ml mr ms nl no or pa pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh'
  ).split(' '),
);

/** Texts beyond this say nothing more about their language. */
const readCharacters = 5000;
/** Texts with fewer letters are told by their script only. */
const minLetters = 12;

/** A language that scores nearly as high as the likeliest one is as likely. */
const tieShare = 0.98;

const scripts: readonly (readonly [languages: string, script: RegExp])[] = [
  ['zh', /^\p{Script=Han}+$/u],
  ['ja', /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u],
  ['ko', /^\p{Script=Hangul}+$/u],
  ['be bg ru sr uk', /^\p{Script=Cyrillic}+$/u],
  ['ar fa ku ur', /^\p{Script=Arabic}+$/u],
  ['el', /^\p{Script=Greek}+$/u],
  ['he', /^\p{Script=Hebrew}+$/u],
  ['hi mr', /^\p{Script=Devanagari}+$/u],
  ['th', /^\p{Script=Thai}+$/u],
];

export function isKnownLanguage(code: string): boolean {
  return knownLanguages.has(code);
}

/** Loads the detector, which takes half a second, once. */
export async function loadLanguageDetector(): Promise<void> {
  await import('eld/small');
}

/**
 * Whether a text is in a language (ISO 639-1 code). Code blocks are left out. Of a text of a few
 * letters ("OK"), only the script is told. The detector is loaded when it is first needed.
 */
export async function isInLanguage(text: string, code: string): Promise<boolean> {
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, ' ').slice(0, readCharacters);
  const letters = prose.replace(/[^\p{L}]/gu, '');
  if ([...letters].length < minLetters && !/\p{Script=Han}|\p{Script=Thai}/u.test(letters)) {
    const script = scripts.find(([languages]) => languages.split(' ').includes(code))?.[1];
    return (script ?? /^\p{Script=Latin}+$/u).test(letters);
  }
  const { eld } = await import('eld/small');
  const result = eld.detect(prose);
  if (result.language === code) return true;
  // "Rápido. Barato. Seguro." is Spanish as much as Portuguese.
  const scores = result.getScores();
  return (scores[code] ?? 0) >= tieShare * Math.max(...Object.values(scores));
}
